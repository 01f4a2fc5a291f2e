// fails: replaces
import type { ControllerApi, NewPod, Pod, ReplicaSet } from 'cluster-lab';

/** Counts pods that are on their way out. */
export function reconcile(key: string, api: ControllerApi): void {
  const set = api.replicaSets.get(key);
  if (set === undefined) return;
  const pods = api.pods.list().filter((pod) => isMine(pod, set));
  for (let missing = set.spec.replicas - pods.length; missing > 0; missing--) api.create(podFor(set));
  for (const pod of pods.slice(set.spec.replicas)) api.delete(pod);
  const ready = pods.filter(isReady).length;
  if (set.status?.replicas === pods.length && (set.status.readyReplicas ?? 0) === ready) return;
  api.patchStatus(set, { replicas: pods.length, readyReplicas: ready });
}

function isMine(pod: Pod, set: ReplicaSet): boolean {
  return pod.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid) ?? false;
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function podFor({ apiVersion, kind, metadata: { name, namespace, uid }, spec: { template } }: ReplicaSet): NewPod {
  const owner = { apiVersion, kind, name, uid, controller: true };
  const labels = template.metadata?.labels ?? {};
  const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences: [owner] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}
