import { type PersistentVolume, referenceTo } from '../../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type KubeObject, type Labels, rfc3339 } from '../../api/meta.ts';
import { compareQuantities } from '../../api/quantity.ts';
import { sameJson } from '../../api/resource.ts';
import {
  ANNOTATIONS,
  annotated,
  classOf,
  defaultClass,
  hasClass,
  isBoundTo,
  isDelayed,
} from '../../api/volumes/claims.ts';
import { findVolume, mismatch } from '../../api/volumes/matching.ts';
import type { EventText } from '../../client/recorder.ts';
import { type Context, NOTHING, type Outcome } from '../controller.ts';
import { normal, warning } from '../requests.ts';
import { type BinderState, CLAIMS, type Storage, step, VOLUMES } from './storage.ts';

type Binder = Context<BinderState>;

/** One sync of a claim: the next write that brings it closer to being bound. Upstream: `syncClaim`. */
export function syncClaim(claim: PersistentVolumeClaim, storage: Storage, context: Binder): Outcome {
  const isBound = claim.metadata.annotations?.[ANNOTATIONS.bindCompleted] !== undefined;
  if (isBound) return syncBound(claim, storage, context);
  const wanted = claim.spec.volumeName ?? '';
  return wanted === '' ? syncUnbound(claim, storage, context) : syncNamed(claim, wanted, storage, context);
}

/** Any volume will do. */
function syncUnbound(claim: PersistentVolumeClaim, storage: Storage, context: Binder): Outcome {
  const { classes } = storage;
  const delayed = isDelayed(claim, classes);
  const volume = findVolume(claim, storage.volumes.values(), { isDelayed: delayed });
  if (volume !== undefined) return bind(volume, claim, context);
  const standard = hasClass(claim) ? undefined : defaultClass(classes.values());
  if (standard !== undefined) {
    return step(CLAIMS, { ...claim, spec: { ...claim.spec, storageClassName: standard.metadata.name } } as KubeObject);
  }
  if (delayed && claim.metadata.annotations?.[ANNOTATIONS.selectedNode] === undefined) {
    context.event(claim as KubeObject, whoIsAwaited(claim, context));
  } else if (classOf(claim) !== '') return provision(claim, storage, context);
  else context.event(claim as KubeObject, normal('FailedBinding', NO_VOLUME));
  return setPhase(claim, 'Pending');
}

const NO_VOLUME = 'no persistent volumes available for this claim and no storage class is set';

/** The claim names its volume. */
function syncNamed(claim: PersistentVolumeClaim, name: string, { volumes }: Storage, context: Binder): Outcome {
  const volume = volumes.get(name);
  if (volume === undefined) return setPhase(claim, 'Pending');
  if (isBoundTo(volume, claim)) return bind(volume, claim, context);
  if (volume.spec.claimRef !== undefined) {
    context.event(
      claim as KubeObject,
      warning('FailedBinding', `volume "${name}" already bound to a different claim.`),
    );
    return setPhase(claim, 'Pending');
  }
  const why = mismatch(volume, claim);
  if (why === undefined) return bind(volume, claim, context);
  context.event(claim as KubeObject, warning('VolumeMismatch', `Cannot bind to requested volume "${name}": ${why}`));
  return setPhase(claim, 'Pending');
}

const LOST_REFERENCE = 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!';
const LOST_VOLUME = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
const MISBOUND = 'Two claims are bound to the same volume, this one is bound incorrectly';

/** The claim was bound: see that it still is. */
function syncBound(claim: PersistentVolumeClaim, { volumes }: Storage, context: Binder): Outcome {
  const { volumeName = '' } = claim.spec;
  if (volumeName === '') return setPhase(claim, 'Lost', warning('ClaimLost', LOST_REFERENCE));
  const volume = volumes.get(volumeName);
  if (volume === undefined) return setPhase(claim, 'Lost', warning('ClaimLost', LOST_VOLUME));
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return bind(volume, claim, context);
  return setPhase(claim, 'Lost', warning('ClaimMisbound', MISBOUND));
}

/** Four writes, one a sync: claimRef, the volume's phase, volumeName, the claim's status. */
function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, context: Binder): Outcome {
  const { now } = context;
  const { name } = volume.metadata;
  if (!isBoundTo(volume, claim) || !volume.spec.claimRef?.uid) {
    const about = `persistentvolumeclaim/${claim.metadata.name}`;
    context.note({ what: 'volume/found', about, volume: `persistentvolume/${name}` });
    const spec = { ...volume.spec, claimRef: referenceTo(claim as KubeObject) };
    const bound = { ...volume, spec } as KubeObject;
    return step(
      VOLUMES,
      isBoundTo(volume, claim) ? bound : annotated(bound, { [ANNOTATIONS.boundByController]: 'yes' }),
    );
  }
  if (volume.status?.phase !== 'Bound') {
    const status = { phase: 'Bound', lastPhaseTransitionTime: rfc3339(now) };
    return step(VOLUMES, { ...volume, status } as KubeObject, '/status');
  }
  const isNamed = claim.spec.volumeName === name;
  if (!isNamed || claim.metadata.annotations?.[ANNOTATIONS.bindCompleted] === undefined) {
    const named = { ...claim, spec: { ...claim.spec, volumeName: name } } as KubeObject;
    const marks: Labels = isNamed ? {} : { [ANNOTATIONS.boundByController]: 'yes' };
    return step(CLAIMS, annotated(named, { [ANNOTATIONS.bindCompleted]: 'yes', ...marks }));
  }
  const { accessModes, capacity = {} } = volume.spec;
  const { status = {} } = claim;
  const isSame =
    status.phase === 'Bound' &&
    sameJson(status.accessModes ?? [], accessModes ?? []) &&
    status.capacity?.['storage'] !== undefined &&
    compareQuantities(status.capacity['storage'], capacity['storage'] ?? '0') === 0;
  if (isSame) return NOTHING;
  return step(
    CLAIMS,
    { ...claim, status: { ...status, phase: 'Bound', accessModes, capacity } } as KubeObject,
    '/status',
  );
}

/** The phase of a claim without a volume. An Event tells of a change only. */
function setPhase(claim: PersistentVolumeClaim, phase: 'Pending' | 'Lost', event?: EventText): Outcome {
  const { accessModes, capacity, ...rest } = claim.status ?? {};
  if (rest.phase === phase && accessModes === undefined && capacity === undefined) return NOTHING;
  return step(CLAIMS, { ...claim, status: { ...rest, phase } } as KubeObject, '/status', event);
}

/** Nothing is bound before a pod has a node: none is there, or it has none yet. */
function whoIsAwaited({ metadata }: PersistentVolumeClaim, context: Binder): EventText {
  const names = [...context.cache<Pod>('pods').values()]
    .filter((pod) => pod.metadata.namespace === metadata.namespace && isWaiting(pod, metadata.name))
    .map((pod) => pod.metadata.name);
  if (names.length === 0) {
    return normal('WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  }
  return normal(
    'WaitForPodScheduled',
    `waiting for pod${names.length > 1 ? 's' : ''} ${names.join(',')} to be scheduled`,
  );
}

function isWaiting({ spec, status }: Pod, claim: string): boolean {
  const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const isUser = spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim) ?? false;
  return isUser && !isOver && !spec.nodeName;
}

/** Asks the provisioner of the class for a volume; it is a program of its own that watches claims. */
function provision(claim: PersistentVolumeClaim, { classes }: Storage, context: Binder): Outcome {
  const name = classOf(claim);
  const found = classes.get(name);
  const { provisioner = '' } = found ?? {};
  if (found === undefined || provisioner.startsWith('kubernetes.io/')) {
    const why =
      found === undefined
        ? `storageclass.storage.k8s.io "${name}" not found`
        : `no volume plugin matched name: ${provisioner}`;
    context.event(claim as KubeObject, warning('ProvisioningFailed', why));
    return NOTHING;
  }
  const wait = normal(
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system ` +
      'administrator. If volume creation is delayed, please verify that the provisioner is running and correctly ' +
      'registered.',
  );
  const { annotations = {} } = claim.metadata;
  const marks = { [ANNOTATIONS.betaProvisioner]: provisioner, [ANNOTATIONS.provisioner]: provisioner };
  if (Object.keys(marks).some((mark) => annotations[mark] !== provisioner)) {
    return step(CLAIMS, annotated(claim as KubeObject, marks), '', wait);
  }
  context.event(claim as KubeObject, wait);
  return NOTHING;
}
