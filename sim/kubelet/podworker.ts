import type { Pod } from '../api/kinds/pod.ts';
import type { IO } from '../kernel/component.ts';
import { finishRun } from './finish.ts';
import { mounting } from './mounting.ts';
import { armRelist } from './pleg.ts';
import { podEvent } from './podevents.ts';
import { ensureProbes, failedProbe, healthOf } from './prober.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { beginContainers, type Fault, stopUnfit } from './start.ts';
import { isEnding, type KubeletState, latest, type PodWork, readySandbox, type StartRun, updateWork } from './state.ts';
import { generateStatus, shouldStart, withSandboxReady } from './status.ts';
import { setStatus } from './statussync.ts';
import { beginTermination } from './termination.ts';

/**
 * One sync of a pod: write what the pod is, then do what is missing. It is level-triggered: whatever happened, the
 * same function looks at the newest view. While a sync is under way, or until a relist has shown what it did, another
 * one waits. Upstream: `kubelet.go` SyncPod, `kuberuntime_manager.go` computePodActions and SyncPod,
 * `pod_workers.go`. Leaves out: the periodic resync of a pod that is as it should be (it would find nothing to do).
 */
export function syncPod(state: KubeletState, uid: string, io: IO): void {
  const work = state.works.get(uid);
  if (work === undefined || !state.hasListed || work.stage === 'terminated') return;
  if (isEnding(work)) {
    beginTermination(state, work, io);
    return;
  }
  if (work.stage === 'rejected' || work.stage === 'terminating') return;
  if (work.run !== undefined || work.isStale) {
    updateWork(state, uid, { isPending: true });
    if (work.run === undefined) armRelist(state, io);
    return;
  }
  ensureProbes(state, uid, io);
  const status = generateStatus(work, healthOf(state, work), state.config.nodeIp, io.now);
  setStatus(state, uid, status, io);
  const next = updateWork(state, uid, { isPending: false, turn: work.turn + 1 });
  if (next === undefined) return;
  if (status.phase === 'Succeeded' || status.phase === 'Failed') beginTermination(state, next, io);
  else act(state, next, io);
}

/** Writes the status anew when only a probe has changed it. */
export function refreshStatus(state: KubeletState, uid: string, io: IO): void {
  const work = state.works.get(uid);
  if (work === undefined || work.stage === 'rejected' || work.stage === 'terminated' || !state.hasListed) return;
  setStatus(state, uid, generateStatus(work, healthOf(state, work), state.config.nodeIp, io.now), io);
}

/** The sandbox is up: tell the API at once, then start containers. */
export function sandboxDone(state: KubeletState, uid: string, answer: CriAnswer, io: IO): void {
  const work = state.works.get(uid);
  if (work?.run?.kind !== 'start') return;
  const { name } = work.pod.metadata;
  if (answer.error !== '') {
    podEvent(state, io, work, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${answer.error}`);
    finishRun(state, uid, { ...work.run, hasFailed: true }, io);
    return;
  }
  const { sandbox, ip } = answer.body as { sandbox: string; ip: string };
  io.note({ what: 'kubelet/sandbox-ready', about: `pod/${name}`, node: state.config.node, ip });
  if (work.status !== undefined) {
    setStatus(state, uid, withSandboxReady(work.status, work.pod.metadata.generation, io.now), io);
  }
  const next = updateWork(state, uid, { run: { ...work.run, sandbox } });
  if (next !== undefined) beginContainers(state, next, io);
}

/** What is missing: the sandbox, or containers; or some must end first. */
function act(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, pod, view } = work;
  if (!mounting.mounter.isReady(state, work, io)) return;
  const sandbox = readySandbox(view);
  const names = pod.spec.containers.map(({ name }) => name);
  if (sandbox === undefined) {
    createSandbox(state, work, names, io);
    return;
  }
  const unfit = new Map<string, Fault>();
  for (const { name, image } of pod.spec.containers) {
    const current = latest(view, name);
    if (current?.state !== 'running') continue;
    const fault = current.userImage === image ? failedProbe(state, uid, name) : 'Definition';
    if (fault !== undefined) unfit.set(name, fault);
  }
  const isRestarted = (fault: Fault) => fault === 'Definition' || pod.spec.restartPolicy !== 'Never';
  const todo = names.filter((name) => {
    const fault = unfit.get(name);
    return fault === undefined ? shouldStart(work, name) : isRestarted(fault);
  });
  if (todo.length === 0 && unfit.size === 0) {
    updateWork(state, uid, { stage: 'synced' });
    return;
  }
  const run: StartRun = { ...newRun(pod, todo), sandbox: sandbox.id };
  const next = updateWork(state, uid, { run, stage: 'syncing' });
  if (next === undefined) return;
  if (unfit.size > 0) stopUnfit(state, next, unfit, io);
  else beginContainers(state, next, io);
}

function createSandbox(state: KubeletState, work: PodWork, names: readonly string[], io: IO): void {
  const { uid, pod, view } = work;
  const { restartPolicy } = pod.spec;
  const [old] = view.sandboxes;
  const hasRun = view.containers.length > 0;
  if (restartPolicy === 'Never' && old !== undefined && hasRun) return;
  const isDone = (name: string) => latest(view, name)?.state === 'exited' && latest(view, name)?.exitCode === 0;
  const todo = restartPolicy === 'OnFailure' ? names.filter((name) => !isDone(name)) : names;
  if (todo.length === 0) return;
  if (old !== undefined) {
    podEvent(state, io, work, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    for (const { id } of view.sandboxes) ask(state, io, 'stopPodSandbox', { sandbox: id }, 'ignored');
  }
  const { name, namespace = 'default', labels = {} } = pod.metadata;
  updateWork(state, uid, { stage: 'syncing', run: { ...newRun(pod, todo), step: 'sandbox', hasActed: true } });
  const hostNetwork = pod.spec.hostNetwork ?? false;
  ask(state, io, 'runPodSandbox', { uid, name, namespace, labels, hostNetwork }, 'sandbox', { uid });
}

function newRun(pod: Pod, todo: readonly string[]): StartRun {
  const nothing = { container: '', sandbox: '', imageId: '', id: '', waiting: 0 };
  return {
    kind: 'start',
    pod,
    step: 'image',
    todo,
    ...nothing,
    hasFailed: false,
    backOffUntil: undefined,
    hasActed: false,
  };
}
