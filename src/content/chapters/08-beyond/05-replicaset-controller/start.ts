import type { ControllerApi } from 'cluster-lab';

/** Called whenever the ReplicaSet with this key, or one of its pods, may have changed. */
export function reconcile(key: string, api: ControllerApi): void {
  const set = api.replicaSets.get(key);
  if (set === undefined) return;
  api.log(`${set.metadata.name} wants ${set.spec.replicas} pods`);
  // Which pods are there? How many are missing, or too many? What do you write?
}
