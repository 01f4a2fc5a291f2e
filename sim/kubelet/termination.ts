import type { IO } from '../kernel/component.ts';
import { forgetBackOffs } from './backoff.ts';
import { endContainer, stopContainer } from './hooking.ts';
import { initializerOf } from './initializing.ts';
import { mounting } from './mounting.ts';
import { viewOf } from './pleg.ts';
import { containerEvent } from './podevents.ts';
import { forgetProbes, healthOf } from './prober.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { isEnding, type KillRun, type KubeletState, type PodWork, updateWork } from './state.ts';
import { statics } from './statics.ts';
import { generateStatus } from './status.ts';
import { send, setStatus } from './statussync.ts';

const DEFAULT_GRACE_SECONDS = 30;
/** What the API never had, or has no more, is not waited for long. */
const ORPHAN_GRACE_SECONDS = 1;

/**
 * Ends a pod: Killing, SIGTERM, the grace period, SIGKILL; the sandbox; the last status; the last DELETE. Also for
 * pods that have finished by themselves, and for those that only the runtime still knows. Upstream: `kubelet.go`
 * SyncTerminatingPod and SyncTerminatedPod, `kuberuntime_container.go` killContainer. Leaves out:
 * volumes to unmount.
 */
export function beginTermination(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, run } = work;
  if (work.stage === 'rejected') {
    ended(state, work, io);
    return;
  }
  if (run?.kind === 'kill') {
    hurry(state, work, run, io);
    return;
  }
  if (work.stage === 'terminating' || (run !== undefined && run.step !== 'pull' && run.step !== 'image')) return;
  if (work.isStale && run === undefined) {
    ask(state, io, 'listContainers', null, 'terminated', { uid, restart: true });
    updateWork(state, uid, { stage: 'terminating' });
    return;
  }
  kill(state, work, io);
}

/** Goes on when the runtime has answered a step. */
export function continueKill(state: KubeletState, uid: string, answer: CriAnswer, io: IO): void {
  const work = state.works.get(uid);
  const run = work?.run;
  if (work === undefined) return;
  if (answer.then === 'terminated') listed(state, work, answer, io);
  else if (run?.kind === 'kill' && run.waiting > 1)
    updateWork(state, uid, { run: { ...run, waiting: run.waiting - 1 } });
  else if (run?.kind === 'kill' && run.later.length > 0) stopNext(state, work, run, io);
  else if (run?.kind === 'kill' && run.step === 'containers') stopSandboxes(state, work, run, io);
  else if (run?.kind === 'kill' && run.step === 'sandbox') list(state, work, run, io);
}

function kill(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, isGone } = work;
  if (isEnding(work) && !isGone) refresh(state, work, io);
  const initializer = initializerOf(work);
  const turns: string[][] = [];
  for (const { name } of runningOf(work)) {
    const turn = initializer?.turn(work, name) ?? 0;
    turns[turn] = [...(turns[turn] ?? []), name];
  }
  const times = { graceSeconds: graceOf(work), since: io.now };
  const later = turns.filter((names) => names.length > 0);
  const run: KillRun = { kind: 'kill', step: 'containers', waiting: 0, ...times, later };
  const next = updateWork(state, uid, { stage: 'terminating', run });
  if (next === undefined) return;
  if (later.length === 0) stopSandboxes(state, next, run, io);
  else stopNext(state, next, run, io);
}

/** The containers whose turn it is get what is left of the grace period. */
function stopNext(state: KubeletState, work: PodWork, run: KillRun, io: IO): void {
  const { uid, pod } = work;
  const [names = [], ...later] = run.later;
  const running = runningOf(work).filter(({ name }) => names.includes(name));
  const left = Math.ceil(run.graceSeconds - (io.now - run.since) / 1000);
  const graceSeconds = Math.max(0, left);
  updateWork(state, uid, { run: { ...run, later, waiting: running.length } });
  for (const { name, id } of running) {
    const message = `Stopping container ${name}`;
    if (pod.metadata.uid !== undefined) containerEvent(state, io, work, name, 'Normal', 'Killing', message);
    io.note({ what: 'kubelet/killing', about: `pod/${pod.metadata.name}`, container: name, graceSeconds });
    endContainer(state, work, { name, id }, graceSeconds, 'killed', io);
  }
}

function runningOf({ view }: PodWork): PodWork['view']['containers'] {
  return view.containers.filter((container) => container.state === 'running');
}

/** A second deletion may shorten the grace period. */
function hurry(state: KubeletState, work: PodWork, run: KillRun, io: IO): void {
  const graceSeconds = graceOf(work);
  if (run.step !== 'containers' || graceSeconds >= run.graceSeconds) return;
  const later = run.later.flat();
  const running = runningOf(work).filter(({ name }) => !later.includes(name));
  updateWork(state, work.uid, { run: { ...run, graceSeconds, waiting: run.waiting + running.length } });
  for (const { id } of running) stopContainer(state, work.uid, id, graceSeconds, 'killed', io);
}

function stopSandboxes(state: KubeletState, work: PodWork, run: KillRun, io: IO): void {
  const ready = work.view.sandboxes.filter((sandbox) => sandbox.state === 'ready');
  if (ready.length === 0) {
    list(state, work, run, io);
    return;
  }
  updateWork(state, work.uid, { run: { ...run, step: 'sandbox', waiting: ready.length } });
  for (const { id } of ready) ask(state, io, 'stopPodSandbox', { sandbox: id }, 'killed', { uid: work.uid });
}

function list(state: KubeletState, work: PodWork, run: KillRun, io: IO): void {
  updateWork(state, work.uid, { run: { ...run, step: 'list', waiting: 1 } });
  ask(state, io, 'listContainers', null, 'terminated', { uid: work.uid, restart: false }, { routine: true });
}

/** The runtime's list after all has stopped; or, before, when a start had just changed what there is. */
function listed(state: KubeletState, work: PodWork, answer: CriAnswer, io: IO): void {
  const { uid } = work;
  if (answer.error !== '') {
    updateWork(state, uid, { run: undefined, stage: 'synced', isStale: true });
    return;
  }
  const next = updateWork(state, uid, { view: viewOf(answer.body, uid), isStale: false, run: undefined });
  if (next === undefined) return;
  if ((answer.data as { restart: boolean }).restart) kill(state, next, io);
  else ended(state, next, io);
}

/** Nothing runs any more. */
function ended(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, isGone, pod, stage } = work;
  io.note({ what: 'kubelet/terminated', about: `pod/${pod.metadata.name}`, node: state.config.node });
  forgetProbes(state, uid);
  if (stage !== 'rejected' && (!isGone || work.isStatic)) {
    const status = generateStatus(work, healthOf(state, work), state.config.nodeIp, io.now, true);
    setStatus(state, uid, status, io);
  }
  if (isGone) {
    removePod(state, uid, io);
    return;
  }
  const finalizing = isEnding(work) && work.finalizing === 'no' ? 'wanted' : work.finalizing;
  const next = updateWork(state, uid, { stage: 'terminated', finalizing });
  if (next !== undefined) send(state, next, io);
}

/** The API has no such pod: forget it, and let the runtime remove its remains. */
export function removePod(state: KubeletState, uid: string, io: IO): void {
  const work = state.works.get(uid);
  for (const { id } of work?.view.sandboxes ?? []) {
    ask(state, io, 'removePodSandbox', { sandbox: id }, 'ignored', null, { routine: true });
  }
  if (work !== undefined) mounting.mounter.removed(state, work, io);
  state.works.delete(uid);
  forgetProbes(state, uid);
  forgetBackOffs(state, uid);
  if (work?.isStatic) statics.keeper?.removed(state, io);
}

/** A pod that had ended already is deleted now. */
export function finalizeEnded(state: KubeletState, work: PodWork, io: IO): void {
  if (!isEnding(work) || work.finalizing !== 'no') return;
  const next = updateWork(state, work.uid, { finalizing: 'wanted' });
  if (next !== undefined) send(state, next, io);
}

function refresh(state: KubeletState, work: PodWork, io: IO): void {
  setStatus(state, work.uid, generateStatus(work, healthOf(state, work), state.config.nodeIp, io.now), io);
}

function graceOf({ pod, isGone, isStatic, ended }: PodWork): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  if (isGone && !isStatic && pod.metadata.creationTimestamp === undefined) return ORPHAN_GRACE_SECONDS;
  const wanted = deletionGracePeriodSeconds ?? ended?.graceSeconds;
  return wanted ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
}
