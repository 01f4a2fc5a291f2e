import type { ControllerApi, NewPod, Pod, ReplicaSet } from 'cluster-lab';

/** By key: pods that I created and that my cache does not show yet. */
type Memory = Readonly<Record<string, readonly string[]>>;

export function reconcile(key: string, api: ControllerApi<Memory>): void {
  const set = api.replicaSets.get(key);
  if (set === undefined || set.metadata.deletionTimestamp) return;

  const created = api.answers.filter(({ verb, status }) => verb === 'create' && status === 201);
  const expected = [...(api.state?.[key] ?? []), ...created.map(({ name }) => name)];
  const unseen = expected.filter((name) => !api.pods.get(`${set.metadata.namespace}/${name}`));
  api.state = { ...api.state, [key]: unseen };

  const pods = api.pods.list().filter((pod) => isMine(pod, set) && !pod.metadata.deletionTimestamp);
  if (unseen.length === 0) {
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing--) api.create(podFor(set));
    for (const pod of pods.slice(set.spec.replicas)) api.delete(pod);
  }
  const ready = pods.filter(isReady).length;
  if (set.status?.replicas === pods.length && (set.status.readyReplicas ?? 0) === ready) return;
  api.patchStatus(set, { replicas: pods.length, readyReplicas: ready });
}

function isMine(pod: Pod, set: ReplicaSet): boolean {
  return pod.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === set.metadata.uid) ?? false;
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function podFor({ apiVersion, kind, metadata: { name, namespace, uid }, spec: { template } }: ReplicaSet): NewPod {
  const owner = { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
  const labels = template.metadata?.labels ?? {};
  const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences: [owner] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}
