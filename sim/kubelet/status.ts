import type {
  Container,
  ContainerState,
  ContainerStatus,
  PodCondition,
  PodPhase,
  PodSpec,
  PodStatus,
} from '../api/kinds/pod.ts';
import { rfc3339, setCondition } from '../api/meta.ts';
import { isRestarted, isSidecar } from '../api/podspec/initcontainers.ts';
import type { Millis } from '../kernel/message.ts';
import type { RuntimeContainer } from '../protocol/cri.ts';
import { type InitReport, initializerOf } from './initializing.ts';
import { apiCopy, latest, type PodWork, readySandbox, statusOf } from './state.ts';

/** What the probes say of a container: upstream's results managers. */
export interface Health {
  isStarted(container: string): boolean;
  isReady(container: string): boolean;
}

/**
 * The status a pod should have, by what the runtime said last. Upstream: `kubelet_pods.go` generateAPIPodStatus,
 * getPhase, convertToAPIContainerStatuses, and `status/generate.go`. `isTerminal`: nothing will be started again.
 */
export function generateStatus(
  work: PodWork,
  health: Health,
  hostIp: string,
  now: Millis,
  isTerminal = false,
): PodStatus {
  const { pod, view, startTime } = work;
  const old = work.status ?? apiCopy(work)?.status ?? {};
  const containerStatuses = pod.spec.containers.map((container) => containerStatus(work, container, health));
  containerStatuses.sort((a, b) => (a.name < b.name ? -1 : 1));
  const init = initializerOf(work)?.report(work, containerStatuses, (spec) => containerStatus(work, spec, health));
  const last = isTerminal && !isOver(old.phase) ? work.ended : undefined;
  const next = last === undefined ? (init?.phase ?? phaseOf(work, containerStatuses, isTerminal)) : 'Failed';
  const isHeld = init?.isSidecarRunning === true && !isTerminal && !isOver(old.phase) && isOver(next);
  const phase = isOver(old.phase) || isHeld ? (old.phase ?? next) : next;
  const own = readySandbox(view)?.ip ?? (isTerminal || view.sandboxes.length > 0 ? old.podIP : undefined);
  const ip = pod.spec.hostNetwork ? hostIp : own;
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: [
      ...conditionsOf(work, containerStatuses, phase, init, now).filter(({ type }) => type !== last?.condition?.type),
      ...(last?.condition === undefined ? [] : setCondition([], last.condition, now)),
    ],
    ...(phase === old.phase && old.reason ? { reason: old.reason, message: old.message } : {}),
    ...(last === undefined ? {} : { reason: last.reason, message: last.message }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: old.startTime ?? startTime,
    ...(init === undefined ? {} : { initContainerStatuses: init.statuses }),
    containerStatuses,
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
}

/** Whether a container that does not run should be started, by its restart policy or the pod's. */
export function shouldStart({ pod, view }: PodWork, container: Container): boolean {
  const found = latest(view, container.name);
  if (found === undefined || found.state === 'created') return true;
  if (found.state === 'running') return false;
  const isFinished = found.exitCode === 0 && isInit(pod.spec, container) && !isSidecar(container);
  return !isFinished && isRestarted(pod.spec, container, found.exitCode);
}

/** A pod whose own containers have all ended for good: its sidecars follow. */
export function isFinished(work: PodWork, { containerStatuses = [] }: PodStatus): boolean {
  return isOver(phaseOf(work, containerStatuses, false));
}

/** A pod the node has not admitted: upstream's rejectPod. */
export function rejectedStatus({ pod, startTime }: PodWork, reason: string, message: string): PodStatus {
  const { conditions = [], qosClass } = pod.status ?? {};
  const qos = qosClass === undefined ? {} : { qosClass };
  return { phase: 'Failed', conditions, reason, message: `Pod was rejected: ${message}`, startTime, ...qos };
}

/**
 * The status with one condition true: upstream's OnPodSandboxReady, which tells of a ready sandbox before images are
 * pulled.
 */
export function withSandboxReady(status: PodStatus, generation: number | undefined, now: Millis): PodStatus {
  const condition = conditionOf('PodReadyToStartContainers', true, generation);
  return { ...status, conditions: setCondition(status.conditions, condition, now) };
}

/** Conditions that only kubelet writes, in upstream's order. */
export const OWN_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

function containerStatus(work: PodWork, container: Container, health: Health): ContainerStatus {
  const { name } = container;
  const all = work.view.containers.filter((found) => found.name === name);
  const [current, previous] = all;
  const old = statusOf(work, name);
  const start = work.pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const known = current === undefined ? unseen(container, old, start) : seen(container, current, previous, old);
  const failure = work.failures.find((each) => each.container === name);
  if (failure === undefined || !shouldStart(work, container)) return withHealth(known, health);
  const { state, lastState } = known;
  const waiting = { reason: failure.reason, ...(failure.message ? { message: failure.message } : {}) };
  const last = state?.terminated === undefined ? lastState : state;
  return withHealth({ ...known, state: { waiting }, ...(last ? { lastState: last } : {}) }, health);
}

function unseen({ name, image = '' }: Container, old: ContainerStatus | undefined, reason: string): ContainerStatus {
  if (old?.state?.terminated !== undefined) return old;
  return {
    name,
    state: { waiting: { reason } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image,
    imageID: '',
  };
}

function seen(
  { name, resources = {} }: Container,
  current: RuntimeContainer,
  previous: RuntimeContainer | undefined,
  old: ContainerStatus | undefined,
): ContainerStatus {
  const ended = previous?.state === 'exited' ? stateOf(previous) : undefined;
  return {
    name,
    state: stateOf(current),
    lastState: ended ?? old?.lastState ?? {},
    ready: false,
    restartCount: current.attempt,
    image: current.image,
    imageID: current.imageId,
    containerID: containerIdOf(current),
    resources,
    ...(resources.requests ? { allocatedResources: resources.requests } : {}),
  };
}

function stateOf(container: RuntimeContainer): ContainerState {
  const { state, startedAt, finishedAt, exitCode, reason, message } = container;
  if (state === 'created') return { waiting: {} };
  if (state === 'running') return { running: { startedAt: rfc3339(startedAt) } };
  return {
    terminated: {
      exitCode,
      reason,
      ...(message ? { message } : {}),
      startedAt: startedAt === 0 ? null : rfc3339(startedAt),
      finishedAt: rfc3339(finishedAt),
      containerID: containerIdOf(container),
    },
  };
}

function containerIdOf({ id, runtime = 'containerd' }: RuntimeContainer): string {
  return `${runtime}://${id}`;
}

function withHealth(status: ContainerStatus, health: Health): ContainerStatus {
  const started = status.state?.running !== undefined && health.isStarted(status.name);
  return { ...status, started, ready: started && health.isReady(status.name) };
}

function isInit({ initContainers = [] }: PodSpec, { name }: Container): boolean {
  return initContainers.some((container) => container.name === name);
}

/** A finished pod never goes back. */
function isOver(phase: PodPhase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function phaseOf({ pod }: PodWork, statuses: readonly ContainerStatus[], isTerminal: boolean): PodPhase {
  let [running, waiting, stopped, restartable, succeeded] = [0, 0, 0, 0, 0];
  for (const { name, state = {}, lastState = {} } of statuses) {
    const ended = state.terminated ?? lastState.terminated;
    if (state.running !== undefined) running++;
    else if (ended === undefined) waiting++;
    else {
      stopped++;
      const spec = pod.spec.containers.find((container) => container.name === name);
      if (spec !== undefined && isRestarted(pod.spec, spec, ended.exitCode)) restartable++;
      if (state.terminated?.exitCode === 0) succeeded++;
    }
  }
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (!isTerminal && restartable > 0) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}

function conditionsOf(
  work: PodWork,
  statuses: readonly ContainerStatus[],
  phase: PodPhase,
  init: InitReport | undefined,
  now: Millis,
): readonly PodCondition[] {
  const { generation } = work.pod.metadata;
  const inApi = apiCopy(work)?.status?.conditions ?? [];
  const known = work.status?.conditions ?? inApi;
  const foreign = inApi.filter(({ type }) => !OWN_CONDITIONS.includes(type));
  const unready = unreadyReason(work, statuses, phase, init?.unready ?? []);
  const gate = gateProblem(work, foreign);
  const isCompleted = phase === 'Succeeded' ? { reason: 'PodCompleted' } : {};
  const own = [
    conditionOf('PodReadyToStartContainers', readySandbox(work.view) !== undefined, generation),
    conditionOf('Initialized', init?.problem === undefined, generation, init?.problem ?? isCompleted),
    conditionOf('Ready', (unready ?? gate) === undefined, generation, unready ?? gate),
    conditionOf('ContainersReady', unready === undefined, generation, unready),
    conditionOf('PodScheduled', true, generation),
  ];
  const timed = own.map((condition) => {
    const old = known.filter(({ type }) => type === condition.type);
    return setCondition(old, condition, now)[0] ?? condition;
  });
  return [...foreign, ...timed];
}

/** A readiness gate that is not passed. Upstream: `status/generate.go` GeneratePodReadyCondition. */
function gateProblem({ pod }: PodWork, known: readonly PodCondition[]): Partial<PodCondition> | undefined {
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType: gate }) => {
    const found = known.find(({ type }) => type === gate);
    if (found === undefined) return [`corresponding condition of pod readiness gate "${gate}" does not exist.`];
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${gate}" is not "True", but ${found.status}`];
  });
  return messages.length === 0 ? undefined : { reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function unreadyReason(
  work: PodWork,
  statuses: readonly ContainerStatus[],
  phase: PodPhase,
  sidecars: readonly string[],
): Partial<PodCondition> | undefined {
  if (phase === 'Succeeded') return { reason: 'PodCompleted' };
  if (phase === 'Failed') return { reason: 'PodFailed' };
  const ready = new Set(statuses.filter((status) => status.ready).map((status) => status.name));
  const own = work.pod.spec.containers.map(({ name }) => name).filter((name) => !ready.has(name));
  const names = [...sidecars, ...own];
  if (names.length === 0) return undefined;
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
}

function conditionOf(
  type: string,
  isTrue: boolean,
  generation: number | undefined,
  more: Partial<PodCondition> = {},
): PodCondition {
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  return { type, ...observed, status: isTrue ? 'True' : 'False', ...more };
}
