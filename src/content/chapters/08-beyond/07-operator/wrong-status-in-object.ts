// fails: reports
import type { Deployment, Kiosk, NewDeployment, NewMetadata, NewService, OperatorApi, Service } from 'cluster-lab';

/** Writes the status with the object: the API server drops it there. */
export function reconcile(key: string, api: OperatorApi): void {
  const kiosk = api.kiosks.get(key);
  // What a Kiosk owns goes after it, without us.
  if (kiosk === undefined || kiosk.metadata.deletionTimestamp) return;

  const deployment = api.deployments.get(key);
  const service = api.services.get(key);
  if ([deployment, service].some((child) => child && !isMine(child, kiosk))) {
    report(api, kiosk, 0, 'NameTaken');
    return;
  }
  if (service === undefined) api.create(serviceFor(kiosk));
  if (deployment === undefined) api.create(deploymentFor(kiosk));
  const changes = deployment && changesFor(deployment, kiosk);
  if (deployment && changes) api.patch(deployment, changes);

  const isDone = service && deployment && !changes && isRolledOut(deployment);
  report(api, kiosk, deployment?.status?.readyReplicas ?? 0, isDone ? 'AllOpen' : 'Opening');
}

function isMine(child: Deployment | Service, { metadata: { uid } }: Kiosk): boolean {
  return child.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid) ?? false;
}

/** Only the fields that are ours, and only if one of them is not what it should be. */
function changesFor(
  { spec: { replicas, template } }: Deployment,
  { spec: { image, windows } }: Kiosk,
): object | undefined {
  const { containers } = template.spec;
  if (replicas === windows && containers.every(({ name, image: its }) => name !== 'web' || its === image))
    return undefined;
  const changed = containers.map((container) => (container.name === 'web' ? { ...container, image } : container));
  return { spec: { replicas: windows, template: { spec: { containers: changed } } } };
}

/** Its controller has seen the newest spec, and only new pods are left, and ready. */
function isRolledOut({ metadata, spec, status = {} }: Deployment): boolean {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas } = status;
  const counts = [replicas, updatedReplicas, readyReplicas];
  return observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
}

function report(api: OperatorApi, kiosk: Kiosk, open: number, reason: 'AllOpen' | 'Opening' | 'NameTaken'): void {
  const status = reason === 'AllOpen' ? 'True' : 'False';
  const { generation: observedGeneration } = kiosk.metadata;
  const old = kiosk.status?.conditions?.find(({ type }) => type === 'Ready');
  const isSame = old?.reason === reason && kiosk.status?.open === open;
  if (isSame && kiosk.status?.observedGeneration === observedGeneration) return;
  const since = old?.status === status ? old.lastTransitionTime : new Date().toISOString();
  const condition = { type: 'Ready', status, reason, lastTransitionTime: since } as const;
  api.patch(kiosk, { status: { open, observedGeneration, conditions: [condition] } });
}

function metadataFor({ apiVersion, kind, metadata: { name, namespace, uid } }: Kiosk): NewMetadata {
  const owner = { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
  return { name, namespace, ownerReferences: [owner] };
}

function deploymentFor(kiosk: Kiosk): NewDeployment {
  const labels = { kiosk: kiosk.metadata.name };
  const containers = [{ name: 'web', image: kiosk.spec.image, ports: [{ containerPort: 80 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas: kiosk.spec.windows, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadataFor(kiosk), spec };
}

function serviceFor(kiosk: Kiosk): NewService {
  const spec = { selector: { kiosk: kiosk.metadata.name }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: metadataFor(kiosk), spec };
}
