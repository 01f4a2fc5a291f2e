import type { PersistentVolume } from '../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../api/kinds/persistentvolumeclaim.ts';
import { type Answer, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import { retryLater } from './finish.ts';
import type { Mounter } from './mounting.ts';
import { podEvent } from './podevents.ts';
import { syncPod } from './podworker.ts';
import { isEnding, type KubeletState, type PodWork, updateWork } from './state.ts';

/**
 * Before the sandbox of a pod with claims is made, each claim and the volume it is bound to are read. Upstream:
 * `volumemanager/populator/desired_state_of_world_populator.go` getPVCExtractPV, and `kubelet.go` SyncPod, which waits
 * for mounts. Leaves out: attaching, the time that mounting takes, unmounting.
 */
export const claimMounter: Pick<Mounter, 'isReady' | 'heard'> = {
  isReady(state, work, io) {
    const claims = claimsOf(work);
    if (claims.length === 0 || work.mounts === 'done') return true;
    if (work.mounts === undefined) {
      updateWork(state, work.uid, { mounts: 'asked' });
      askForClaim(state, work, claims, [], io);
    }
    return false;
  },
  heard(state, answer, io) {
    const { uid, todo, errors, claim } = answer.data as unknown as Reading;
    const work = state.works.get(uid);
    if (work?.mounts !== 'asked') return;
    if (isEnding(work)) {
      updateWork(state, uid, { mounts: undefined });
      syncPod(state, uid, io);
      return;
    }
    const problem = answer.then === 'volume/claim' ? claimProblem(answer) : volumeProblem(answer, claim);
    if (problem === '' && answer.then === 'volume/claim') {
      const found = answer.response.body as unknown as PersistentVolumeClaim;
      const path = `/api/v1/persistentvolumes/${found.spec.volumeName}`;
      const data = { uid, todo, errors, claim: found.metadata.uid ?? '' };
      call(state.client, io, { method: 'GET', path }, 'volume/volume', data);
      return;
    }
    const [mount, ...rest] = todo;
    if (problem === '' && mount !== undefined) keepPath(state, work, mount.volume, answer);
    const text = `error processing PVC ${work.pod.metadata.namespace}/${mount?.claim}: ${problem}`;
    const all = problem === '' ? errors : [...errors, { volume: mount?.volume ?? '', text }];
    if (rest.length > 0) askForClaim(state, work, rest, all, io);
    else if (all.length > 0) fail(state, work, all, io);
    else {
      io.note({ what: 'kubelet/mounted', about: `pod/${work.pod.metadata.name}`, node: state.config.node });
      updateWork(state, uid, { mounts: 'done' });
      syncPod(state, uid, io);
    }
  },
};

/** A volume of the pod, and the claim behind it. */
interface Mount {
  readonly volume: string;
  readonly claim: string;
}

interface Problem {
  readonly volume: string;
  readonly text: string;
}

/** How far the reading of a pod's claims has come. */
interface Reading {
  readonly uid: string;
  readonly todo: readonly Mount[];
  readonly errors: readonly Problem[];
  /** The uid of the claim whose volume was asked for. */
  readonly claim: string;
}

/** A volume on the node's own disk keeps its place there; another is as if the node had mounted it. */
function keepPath(state: KubeletState, { uid, claimed }: PodWork, volume: string, { response }: Answer): void {
  const { metadata, spec } = response.body as unknown as PersistentVolume;
  const path = spec.hostPath?.path ?? spec.local?.path ?? `/var/lib/kubelet/plugins/kubernetes.io/${metadata.name}`;
  updateWork(state, uid, { claimed: { ...claimed, [volume]: path } });
}

function claimsOf({ pod }: PodWork): readonly Mount[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) => {
    const claim = persistentVolumeClaim?.claimName;
    return typeof claim === 'string' ? [{ volume: name, claim }] : [];
  });
}

function askForClaim(
  state: KubeletState,
  { uid, pod }: PodWork,
  todo: readonly Mount[],
  errors: readonly Problem[],
  io: IO,
): void {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/persistentvolumeclaims/${todo[0]?.claim}`;
  call(state.client, io, { method: 'GET', path }, 'volume/claim', { uid, todo, errors, claim: '' });
}

function messageOf({ response: { status, body } }: Answer): string {
  return (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
}

function claimProblem(answer: Answer): string {
  if (answer.response.status !== 200) return `failed to fetch PVC from API server: ${messageOf(answer)}`;
  const { metadata, spec, status } = answer.response.body as unknown as PersistentVolumeClaim;
  if (metadata.deletionTimestamp !== undefined) return 'PVC is being deleted';
  return status?.phase === 'Bound' && spec.volumeName ? '' : 'PVC is not bound';
}

function volumeProblem(answer: Answer, claim: string): string {
  if (answer.response.status !== 200) return `failed to fetch PV from API server: ${messageOf(answer)}`;
  const { metadata, spec } = answer.response.body as unknown as PersistentVolume;
  const found = `found PV object ${metadata.name} but`;
  if (spec.claimRef === undefined) {
    return `${found} it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`;
  }
  if (spec.claimRef.uid === claim) return '';
  return `${found} its pv.Spec.ClaimRef.UID ${spec.claimRef.uid} does not point to claim.UID ${claim}`;
}

/** An Event, and another try later. */
function fail(state: KubeletState, work: PodWork, errors: readonly Problem[], io: IO): void {
  const names = errors.map(({ volume }) => volume).join(' ');
  const why = errors.map(({ text }) => text).join('; ');
  const lists = `unmounted volumes=[${names}], unattached volumes=[], failed to process volumes=[${names}]`;
  podEvent(state, io, work, 'Warning', 'FailedMount', `Unable to attach or mount volumes: ${lists}: ${why}`);
  const next = updateWork(state, work.uid, { mounts: undefined });
  if (next !== undefined) retryLater(state, next, undefined, io);
}
