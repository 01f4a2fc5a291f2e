import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import { type KubeObject, rfc3339 } from '../../api/meta.ts';
import { ANNOTATIONS } from '../../api/volumes/claims.ts';
import type { EventText } from '../../client/recorder.ts';
import type { Millis } from '../../kernel/message.ts';
import { type Context, NOTHING, type Outcome } from '../controller.ts';
import { remove, warning } from '../requests.ts';
import { type BinderState, claimKey, type Storage, step, VOLUMES } from './storage.ts';

/** One sync of a volume: its phase, and what becomes of it when its claim is gone. Upstream: `syncVolume`. */
export function syncVolume(volume: PersistentVolume, { claims }: Storage, context: Context<BinderState>): Outcome {
  const { claimRef } = volume.spec;
  if (!claimRef?.uid) return setPhase(volume, 'Available', context.now);
  const key = `${claimRef.namespace}/${claimRef.name}`;
  const found = claims.get(key);
  const claim = found?.metadata.uid === claimRef.uid ? found : undefined;
  if (claim === undefined) return release(volume, context.now);
  const { volumeName = '' } = claim.spec;
  if (volumeName === '') {
    context.add(claimKey(key));
    return NOTHING;
  }
  if (volumeName === volume.metadata.name) return setPhase(volume, 'Bound', context.now);
  const isMade = volume.metadata.annotations?.[ANNOTATIONS.provisionedBy] !== undefined;
  if (isMade && volume.spec.persistentVolumeReclaimPolicy === 'Delete') return release(volume, context.now);
  return unbind(volume);
}

type Phase = NonNullable<NonNullable<PersistentVolume['status']>['phase']>;

function setPhase(volume: PersistentVolume, phase: Phase, now: Millis, message = '', event?: EventText): Outcome {
  if (volume.status?.phase === phase) return NOTHING;
  const text = message === '' ? {} : { message };
  const status = { phase, ...text, lastPhaseTransitionTime: rfc3339(now) };
  return step(VOLUMES, { ...volume, status } as KubeObject, '/status', event);
}

/** First the volume is Released; the next sync does what its reclaim policy says. */
function release(volume: PersistentVolume, now: Millis): Outcome {
  const { phase } = volume.status ?? {};
  if (phase !== 'Released' && phase !== 'Failed') return setPhase(volume, 'Released', now);
  const { metadata, spec } = volume;
  if (spec.persistentVolumeReclaimPolicy !== 'Delete' || metadata.deletionTimestamp !== undefined) return NOTHING;
  const maker = metadata.annotations?.[ANNOTATIONS.provisionedBy] ?? '';
  if (maker !== '' && !maker.startsWith('kubernetes.io/')) return NOTHING;
  const why = undeletable(volume);
  if (why === undefined) return { writes: [[{ request: remove(VOLUMES, volume as KubeObject), ignore: [404] }]] };
  return setPhase(volume, 'Failed', now, why, warning('VolumeFailedDelete', why));
}

/** kube-controller-manager itself deletes only test directories; anything else takes whoever made the volume. */
function undeletable({ metadata: { name }, spec: { hostPath } }: PersistentVolume): string | undefined {
  if (hostPath === undefined) {
    return `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`;
  }
  if (/\/tmp\/.+/.test(hostPath.path ?? '')) return undefined;
  return `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`;
}

/** The claim took another volume: what the controller bound is free again, what a person bound waits for the claim. */
function unbind(volume: PersistentVolume): Outcome {
  const { [ANNOTATIONS.boundByController]: mark, ...annotations } = volume.metadata.annotations ?? {};
  const { claimRef, ...free } = volume.spec;
  const { uid: _uid, ...reserved } = claimRef ?? {};
  const spec = mark === undefined ? { ...free, claimRef: reserved } : free;
  return step(VOLUMES, { ...volume, metadata: { ...volume.metadata, annotations }, spec } as unknown as KubeObject);
}
