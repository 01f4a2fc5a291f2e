import type { Pod } from '../api/kinds/pod.ts';
import { parseTime, rfc3339 } from '../api/meta.ts';
import type { Change } from '../client/cache.ts';
import type { IO } from '../kernel/component.ts';
import { isEqual, type Value } from '../kernel/value.ts';
import { admitPod, requestsOf } from './admission.ts';
import { housekeeping } from './housekeeping.ts';
import { isSameView, viewsOf } from './pleg.ts';
import { podEvent } from './podevents.ts';
import { syncPod } from './podworker.ts';
import { nodeOf } from './registration.ts';
import { apiCopy, EMPTY_VIEW, isEnding, type KubeletState, type PodView, type PodWork, updateWork } from './state.ts';
import { OWN_CONDITIONS, rejectedStatus } from './status.ts';
import { armReconcile, newer, setStatus } from './statussync.ts';
import { finalizeEnded, removePod } from './termination.ts';

/** A pod bound to this node has come, changed or gone. Upstream: `kubelet.go` HandlePodAdditions, Updates, Removes. */
export function podChanged(state: KubeletState, change: Change, io: IO): void {
  const pod = change.object as Pod;
  const uid = pod.metadata.uid ?? '';
  if (change.type === 'deleted') {
    podGone(state, uid, pod, io);
    return;
  }
  const before = (change.old as Pod | undefined)?.metadata.uid;
  if (before !== undefined && before !== uid) podGone(state, before, change.old as Pod, io);
  const work = state.works.get(uid);
  if (work === undefined) addPod(state, uid, pod, io);
  else podUpdated(state, work, pod, io);
}

/** PLEG's list has come: pods whose containers changed are synced; what no pod wants is ended. */
export function relisted(state: KubeletState, body: Value, io: IO): void {
  const views = viewsOf(body);
  const isFirst = !state.hasListed;
  state.hasListed = true;
  for (const work of [...state.works.values()]) {
    const view = views.get(work.uid) ?? EMPTY_VIEW;
    const isChanged = !isSameView(work.view, view);
    if (isChanged) tellDeaths(state, work, view, io);
    if (isChanged || work.isStale)
      updateWork(state, work.uid, { view, isStale: work.run === undefined ? false : work.isStale });
    if (isChanged || work.isStale || work.isPending || isFirst) syncPod(state, work.uid, io);
  }
  state.unclaimed.clear();
  for (const [uid, view] of views) {
    if (state.works.has(uid)) continue;
    if (state.hasPods) addOrphan(state, uid, view, io);
    else state.unclaimed.set(uid, view);
  }
}

/** What the API has of a pod is not what kubelet has written: write it again soon. */
function isOverwritten(work: PodWork): boolean {
  const { status, isPatching } = work;
  if (status === undefined || isPatching) return false;
  const known = apiCopy(work)?.status?.conditions ?? [];
  return OWN_CONDITIONS.some((type) => {
    const ours = status.conditions?.find((condition) => condition.type === type);
    return ours !== undefined && known.find((condition) => condition.type === type)?.status !== ours.status;
  });
}

/** Takes a pod on, or says why the node does not. `more`: what is known of it beside. */
export function addPod(state: KubeletState, uid: string, pod: Pod, io: IO, more: Partial<PodWork> = {}): void {
  const { name } = pod.metadata;
  const work = { ...newWork(uid, pod, io), ...more, view: state.unclaimed.get(uid) ?? EMPTY_VIEW };
  const { phase } = pod.status ?? {};
  const others = [...state.works.values()].filter(isActive);
  state.works.set(uid, work);
  io.note({ what: 'kubelet/pod-seen', about: `pod/${name}`, node: state.config.node });
  const isSettled = phase === 'Succeeded' || phase === 'Failed' || isEnding(work);
  const refusal = isSettled ? undefined : housekeeping.keeper?.refusal(state, pod);
  const evicted = refusal === undefined ? undefined : { reason: 'Evicted', message: refusal };
  const rejection = isSettled ? undefined : (evicted ?? admitPod(pod, work.requests, others, nodeOf(state)));
  const { activeDeadlineSeconds: seconds } = pod.spec;
  if (seconds !== undefined && !isSettled) armDeadline(work, seconds, uid, io);
  if (rejection === undefined) {
    syncPod(state, uid, io);
    return;
  }
  io.note({ what: 'kubelet/rejected', about: `pod/${name}`, node: state.config.node, ...rejection });
  podEvent(state, io, work, 'Warning', rejection.reason, rejection.message);
  updateWork(state, uid, { stage: 'rejected' });
  setStatus(state, uid, rejectedStatus(work, rejection.reason, rejection.message), io);
}

function armDeadline({ startTime }: PodWork, seconds: number, uid: string, io: IO): void {
  const since = parseTime(startTime) ?? io.now;
  io.after(Math.max(0, since + seconds * 1000 - io.now), 'pod/deadline', { uid }, { routine: true });
}

/** A pod has been active for as long as it may. Upstream: `active_deadline.go`. */
export function deadlineOver(state: KubeletState, uid: string, io: IO): void {
  const work = state.works.get(uid);
  const isOver = work?.stage === 'terminating' || work?.stage === 'terminated' || work?.stage === 'rejected';
  if (work === undefined || isOver || isEnding(work)) return;
  const message = 'Pod was active on the node longer than the specified deadline';
  podEvent(state, io, work, 'Normal', 'DeadlineExceeded', message);
  updateWork(state, uid, { ended: { reason: 'DeadlineExceeded', message } });
  syncPod(state, uid, io);
}

function podUpdated(state: KubeletState, work: PodWork, pod: Pod, io: IO): void {
  const next = updateWork(state, work.uid, { pod: newer(work.pod, pod) });
  if (next === undefined) return;
  if (next.stage === 'terminated') finalizeEnded(state, next, io);
  else if (wantsSync(work.pod, pod)) syncPod(state, work.uid, io);
  if (isOverwritten(next)) armReconcile(state, io);
  if (pod.spec.readinessGates?.length) io.after(0, 'pod/refresh', { uid: work.uid }, { routine: true });
}

/** Status and resourceVersion aside, has anything changed that kubelet acts on? */
function wantsSync(old: Pod, next: Pod): boolean {
  const [a, b] = [old.metadata, next.metadata];
  if (a.deletionTimestamp !== b.deletionTimestamp) return true;
  if (a.deletionGracePeriodSeconds !== b.deletionGracePeriodSeconds) return true;
  return a.generation !== b.generation && !isEqual(old.spec, next.spec);
}

/** The API has a pod no more, or its file is gone. */
export function podGone(state: KubeletState, uid: string, last: Pod, io: IO): void {
  const work = updateWork(state, uid, { isGone: true });
  if (work === undefined) return;
  const { deletionGracePeriodSeconds } = last.metadata;
  if (deletionGracePeriodSeconds !== undefined)
    updateWork(state, uid, { pod: { ...work.pod, metadata: last.metadata } });
  io.note({ what: 'kubelet/pod-gone', about: `pod/${last.metadata.name}`, node: state.config.node });
  if (work.stage === 'terminated' || work.stage === 'rejected') removePod(state, uid, io);
  else syncPod(state, uid, io);
}

/** Containers of a pod that the API does not have: deleted while kubelet was away. */
function addOrphan(state: KubeletState, uid: string, view: PodView, io: IO): void {
  const [sandbox] = view.sandboxes;
  const metadata = { name: sandbox?.name ?? uid, namespace: sandbox?.namespace ?? 'default' };
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } };
  state.works.set(uid, { ...newWork(uid, pod, io), isGone: true, view });
  io.note({ what: 'kubelet/orphan', about: `pod/${metadata.name}`, node: state.config.node });
  syncPod(state, uid, io);
}

function newWork(uid: string, pod: Pod, io: IO): PodWork {
  return {
    uid,
    pod,
    isGone: false,
    stage: 'admitted',
    startTime: pod.status?.startTime ?? rfc3339(io.now),
    requests: requestsOf(pod),
    view: EMPTY_VIEW,
    run: undefined,
    isStale: false,
    isPending: false,
    turn: 0,
    failures: [],
    status: undefined,
    isPatching: false,
    finalizing: 'no',
  };
}

/** Counts against the node's resources. */
function isActive(work: PodWork): boolean {
  const { phase } = work.status ?? work.pod.status ?? {};
  return work.stage !== 'rejected' && !work.isGone && phase !== 'Succeeded' && phase !== 'Failed';
}

function tellDeaths(state: KubeletState, work: PodWork, view: PodView, io: IO): void {
  for (const { id, name, state: phase, exitCode, reason } of view.containers) {
    const before = work.view.containers.find((container) => container.id === id);
    if (phase !== 'exited' || before === undefined || before.state === 'exited') continue;
    const about = `pod/${work.pod.metadata.name}`;
    io.note({ what: 'kubelet/container-died', about, container: name, exitCode, reason, node: state.config.node });
  }
}

/** A short line for pictures: the phase that kubelet sees. */
export function phaseSeen(work: PodWork): string {
  return work.status?.phase ?? work.pod.status?.phase ?? 'Pending';
}
