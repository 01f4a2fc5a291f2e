/*
 * pvc-protection-controller and pv-protection-controller: what is in use is kept although somebody deleted it.
 * Watches: PersistentVolumeClaims and Pods; PersistentVolumes.
 * Writes: the finalizers kubernetes.io/pvc-protection and kubernetes.io/pv-protection.
 * Upstream: pkg/controller/volume/pvcprotection and pvprotection.
 * Leaves out: the live list of Pods before a claim is let go.
 */
import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type KubeObject, objectKey } from '../../api/meta.ts';
import { part } from '../../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome } from '../controller.ts';
import { update } from '../requests.ts';
import { CLAIMS, VOLUMES } from './storage.ts';

const OF_CLAIM = 'kubernetes.io/pvc-protection';
const OF_VOLUME = 'kubernetes.io/pv-protection';

/** A claim stays while a pod that has a node uses it. */
export const pvcProtection: Controller = {
  name: 'pvc-protection-controller',
  informers: [CLAIMS, 'pods'],
  workers: 1,
  init: () => part({}),
  observe({ informer, type, object }) {
    if (informer === CLAIMS) return type === 'deleted' || isInOrder(object, OF_CLAIM) ? [] : [objectKey(object)];
    if (type !== 'deleted') return [];
    return claimsOf(object as Pod).map((name) => `${object.metadata.namespace}/${name}`);
  },
  reconcile: (key, context) => protect(context, CLAIMS, key, OF_CLAIM, (claim) => isUsed(claim, context)),
};

/** A volume stays while it is bound. */
export const pvProtection: Controller = {
  name: 'pv-protection-controller',
  informers: [VOLUMES],
  workers: 1,
  init: () => part({}),
  observe: ({ type, object }) => (type === 'deleted' || isInOrder(object, OF_VOLUME) ? [] : [object.metadata.name]),
  reconcile: (key, context) =>
    protect(context, VOLUMES, key, OF_VOLUME, (volume) => {
      return (volume as unknown as PersistentVolume).status?.phase === 'Bound';
    }),
};

/** Exactly one of the two: it is being deleted, or it has the finalizer; anything else needs a look. */
function isInOrder({ metadata }: KubeObject, finalizer: string): boolean {
  const isProtected = metadata.finalizers?.includes(finalizer) ?? false;
  return (metadata.deletionTimestamp !== undefined) !== isProtected;
}

function protect(
  context: Context,
  informer: string,
  key: string,
  finalizer: string,
  isKept: (object: KubeObject) => boolean,
): Outcome {
  const object = context.cache<KubeObject>(informer).get(key);
  if (object === undefined || isInOrder(object, finalizer)) return NOTHING;
  const { finalizers = [], deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined && isKept(object)) return NOTHING;
  const next =
    deletionTimestamp === undefined ? [...finalizers, finalizer] : finalizers.filter((one) => one !== finalizer);
  const request = update(informer, { ...object, metadata: { ...object.metadata, finalizers: next } });
  return { writes: [[{ request, ignore: [404] }]] };
}

function isUsed({ metadata }: KubeObject, context: Context): boolean {
  for (const pod of context.cache<Pod>('pods').values()) {
    const isThere = pod.metadata.namespace === metadata.namespace && !!pod.spec.nodeName;
    if (isThere && claimsOf(pod).includes(metadata.name)) return true;
  }
  return false;
}

function claimsOf({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    const name = persistentVolumeClaim?.claimName;
    return typeof name === 'string' ? [name] : [];
  });
}
