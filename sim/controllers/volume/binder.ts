/*
 * persistent-volume-binder: brings claims and volumes together, and says what becomes of volumes whose claim is gone.
 * Watches: PersistentVolumes and PersistentVolumeClaims; reads StorageClasses and Pods.
 * Writes: claimRef and phase of volumes, volumeName and status of claims, deletions of volumes, Events about both.
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go and pv_controller_base.go.
 * Leaves out: recycling, volumes that drivers in the tree make, migration to CSI, expansion, the second look at the
 * API server before a volume counts as released. Provisioners are programs of their own (sim/cloud).
 */
import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import { type KubeObject, objectKey } from '../../api/meta.ts';
import type { Change } from '../../client/cache.ts';
import type { Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import { type Context, type Controller, NOTHING } from '../controller.ts';
import { syncClaim } from './claims.ts';
import { type BinderState, CLAIMS, claimKey, storageOf, VOLUMES, volumeKey } from './storage.ts';
import { syncVolume } from './volumes.ts';

/** Whatever waits is looked at again so often. */
const RESYNC_MS: Millis = 15_000;
const RESYNC = 'resync';

/** The control loop of claims and volumes. Its keys are `claim ns/name`, `volume name` and `resync`. */
export const persistentVolumeBinder: Controller<BinderState> = {
  name: 'persistent-volume-binder',
  eventSource: 'persistentvolume-controller',
  informers: [VOLUMES, CLAIMS],
  workers: 1,
  init: () => part<BinderState>({ written: new Map() }),
  observe(change, { state }) {
    const { type, object, informer } = change;
    const key = informer === CLAIMS ? claimKey(objectKey(object)) : volumeKey(object.metadata.name);
    const own = state.written.get(key);
    if (type === 'deleted' || isSeen(object, own)) state.written.delete(key);
    return [key, ...(type === 'deleted' ? partnersOf(change) : [])];
  },
  reconcile(key, context) {
    const storage = storageOf(context);
    if (key === RESYNC) {
      for (const name of storage.volumes.keys()) context.add(volumeKey(name));
      for (const name of storage.claims.keys()) context.add(claimKey(name));
      return NOTHING;
    }
    const name = key.slice(key.indexOf(' ') + 1);
    const claim = key.startsWith('claim ') ? storage.claims.get(name) : undefined;
    if (claim !== undefined) {
      if (!claim.spec.volumeName) resyncLater(context);
      return syncClaim(claim, storage, context);
    }
    const volume = key.startsWith('volume ') ? storage.volumes.get(name) : undefined;
    if (volume === undefined) return NOTHING;
    if (volume.status?.phase === 'Failed') resyncLater(context);
    return syncVolume(volume, storage, context);
  },
  answered(key, { tag }, { body }, isSuccess, context) {
    const object = body as unknown as KubeObject | undefined;
    if (!isSuccess || tag === undefined || object?.metadata === undefined) return;
    const own = tag === CLAIMS ? claimKey(objectKey(object)) : volumeKey(object.metadata.name);
    context.state.written.set(own, object);
    context.add(key);
  },
};

/** The end of the period that runs: the controller's clock ticks from virtual 0. */
function resyncLater(context: Context<BinderState>): void {
  const past = ((context.now % RESYNC_MS) + RESYNC_MS) % RESYNC_MS;
  context.addAfter(RESYNC, RESYNC_MS - past);
}

function isSeen(object: KubeObject, own: KubeObject | undefined): boolean {
  return own !== undefined && Number(object.metadata.resourceVersion) >= Number(own.metadata.resourceVersion);
}

/** What was bound to something that is gone. */
function partnersOf({ informer, object }: Change): readonly string[] {
  if (informer === CLAIMS) {
    const { volumeName } = (object as unknown as PersistentVolumeClaim).spec;
    return volumeName ? [volumeKey(volumeName)] : [];
  }
  const { claimRef } = (object as unknown as PersistentVolume).spec;
  return claimRef === undefined ? [] : [claimKey(`${claimRef.namespace}/${claimRef.name}`)];
}
