import { NDOTS, searchDomains } from '../api/dns.ts';
import type { Container, Pod } from '../api/kinds/pod.ts';
import { isSidecar } from '../api/podspec/initcontainers.ts';
import type { IO } from '../kernel/component.ts';
import { finishRun } from './finish.ts';
import { initializerOf } from './initializing.ts';
import { mounting } from './mounting.ts';
import { armRelist } from './pleg.ts';
import { podEvent } from './podevents.ts';
import { ensureProbes, failedProbe, healthOf } from './prober.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { beginContainers, type Fault, stopUnfit } from './start.ts';
import {
  isEnding,
  type KubeletConfig,
  type KubeletState,
  latest,
  type PodWork,
  readySandbox,
  type StartRun,
  updateWork,
} from './state.ts';
import { generateStatus, isFinished, shouldStart, withSandboxReady } from './status.ts';
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
  if (isEnding(work) || (work.ended !== undefined && work.stage !== 'rejected')) {
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
  if (status.phase === 'Succeeded' || status.phase === 'Failed' || isFinished(next, status))
    beginTermination(state, next, io);
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
  const next = updateWork(state, uid, { run: { ...work.run, sandbox, ip } });
  if (next !== undefined) beginContainers(state, next, io);
}

/** What is missing: the sandbox, or containers; or some must end first. */
function act(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, pod, view } = work;
  const sandbox = readySandbox(view);
  if (sandbox === undefined) {
    createSandbox(state, work, io);
    return;
  }
  const initializer = initializerOf(work);
  const init = initializer?.todo(state, work, sandbox.id);
  const own = init === undefined ? pod.spec.containers : [];
  const kept = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...own];
  const unfit = unfitOf(state, work, kept);
  const isRestarted = ({ name, restartPolicy = pod.spec.restartPolicy }: Container) =>
    unfit.get(name) === 'Definition' || (unfit.has(name) && restartPolicy !== 'Never');
  const ended = kept.filter(isRestarted).map(({ name }) => name);
  const missing = own.filter((container) => !unfit.has(container.name) && shouldStart(work, container));
  const todo = [...(init ?? initializer?.beside(work, sandbox.id) ?? []), ...ended, ...missing.map(({ name }) => name)];
  if (todo.length === 0 && unfit.size === 0) {
    const next = updateWork(state, uid, { stage: 'synced' });
    // After a restart of kubelet the containers run, but their files must be kept up to date again.
    if (next?.hasFiles !== true && next !== undefined) mounting.mounter.isReady(state, next, io);
    return;
  }
  if (todo.length > 0 && !mounting.mounter.isReady(state, work, io)) return;
  const run: StartRun = { ...newRun(pod, todo), sandbox: sandbox.id, ip: sandbox.ip };
  const next = updateWork(state, uid, { run, stage: 'syncing' });
  if (next === undefined) return;
  if (unfit.size > 0) stopUnfit(state, next, unfit, io);
  else beginContainers(state, next, io);
}

/** Containers that run and may not go on as they are. */
function unfitOf(state: KubeletState, { uid, view }: PodWork, kept: readonly Container[]): Map<string, Fault> {
  const unfit = new Map<string, Fault>();
  for (const { name, image } of kept) {
    const current = latest(view, name);
    if (current?.state !== 'running') continue;
    const fault = current.userImage === image ? failedProbe(state, uid, name) : 'Definition';
    if (fault !== undefined) unfit.set(name, fault);
  }
  return unfit;
}

function createSandbox(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, pod, view } = work;
  const { restartPolicy } = pod.spec;
  const [old] = view.sandboxes;
  const hasRun = view.containers.length > 0;
  if (restartPolicy === 'Never' && old !== undefined && hasRun) return;
  const isDone = ({ name }: Container) => latest(view, name)?.state === 'exited' && latest(view, name)?.exitCode === 0;
  const own = pod.spec.containers.filter((container) => restartPolicy !== 'OnFailure' || !isDone(container));
  if (own.length === 0) return;
  const todo = initializerOf(work)?.todo(state, work, '') ?? own.map(({ name }) => name);
  if (!mounting.mounter.isReady(state, work, io)) return;
  if (old !== undefined) {
    podEvent(state, io, work, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    for (const { id } of view.sandboxes) ask(state, io, 'stopPodSandbox', { sandbox: id }, 'ignored');
  }
  const { name, namespace = 'default', labels = {} } = pod.metadata;
  updateWork(state, uid, { stage: 'syncing', run: { ...newRun(pod, todo), step: 'sandbox', hasActed: true } });
  const hostNetwork = pod.spec.hostNetwork ?? false;
  const resolver = usesNodeResolver(pod) ? { usesNodeResolver: true } : resolvConfFor(namespace, state.config);
  ask(state, io, 'runPodSandbox', { uid, name, namespace, labels, hostNetwork, ...resolver }, 'sandbox', { uid });
}

/** Upstream: `network/dns/dns.go` getPodDNSType. */
function usesNodeResolver({ spec }: Pod): boolean {
  const { dnsPolicy = 'ClusterFirst', hostNetwork = false } = spec;
  return dnsPolicy !== 'ClusterFirstWithHostNet' && (dnsPolicy !== 'ClusterFirst' || hostNetwork);
}

/** As containerd writes it from what kubelet says. */
function resolvConfFor(namespace: string, { clusterDns }: KubeletConfig): { readonly resolvConf?: string } {
  if (clusterDns === undefined) return {};
  const search = `search ${searchDomains(namespace).join(' ')}`;
  return { resolvConf: `${search}\nnameserver ${clusterDns}\noptions ndots:${NDOTS}\n` };
}

function newRun(pod: Pod, todo: readonly string[]): StartRun {
  const nothing = { container: '', sandbox: '', ip: '', imageId: '', id: '', waiting: 0 };
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
