import type {
  Container,
  ContainerState,
  ContainerStatus,
  PodCondition,
  PodPhase,
  PodStatus,
} from '../api/kinds/pod.ts';
import { rfc3339, setCondition } from '../api/meta.ts';
import type { Millis } from '../kernel/message.ts';
import type { RuntimeContainer } from '../protocol/cri.ts';
import { latest, type PodWork, readySandbox } from './state.ts';

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
  const old = work.status ?? pod.status ?? {};
  const containerStatuses = pod.spec.containers.map((container) => containerStatus(work, container, health));
  containerStatuses.sort((a, b) => (a.name < b.name ? -1 : 1));
  const phase = settledPhase(old.phase, phaseOf(work, containerStatuses, isTerminal));
  const ip = readySandbox(view)?.ip ?? (isTerminal || view.sandboxes.length > 0 ? old.podIP : undefined);
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: conditionsOf(work, containerStatuses, phase, now),
    ...(phase === old.phase && old.reason ? { reason: old.reason, message: old.message } : {}),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: old.startTime ?? startTime,
    containerStatuses,
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
}

/** Whether a container that does not run should be started, by the pod's restart policy. */
export function shouldStart({ pod, view }: PodWork, name: string): boolean {
  const container = latest(view, name);
  if (container === undefined || container.state === 'created') return true;
  if (container.state === 'running') return false;
  return isRestartable(pod.spec.restartPolicy, container.exitCode);
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
  const old = (work.status ?? work.pod.status)?.containerStatuses?.find((status) => status.name === name);
  const known = current === undefined ? unseen(container, old) : seen(container, current, previous, old);
  const failure = work.failures.find((each) => each.container === name);
  if (failure === undefined || !shouldStart(work, name)) return withHealth(known, health);
  const { state, lastState } = known;
  const waiting = { reason: failure.reason, ...(failure.message ? { message: failure.message } : {}) };
  const last = state?.terminated === undefined ? lastState : state;
  return withHealth({ ...known, state: { waiting }, ...(last ? { lastState: last } : {}) }, health);
}

function unseen({ name, image = '' }: Container, old: ContainerStatus | undefined): ContainerStatus {
  if (old?.state?.terminated !== undefined) return old;
  return {
    name,
    state: { waiting: { reason: 'ContainerCreating' } },
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

function containerIdOf({ id }: RuntimeContainer): string {
  return `containerd://${id}`;
}

function withHealth(status: ContainerStatus, health: Health): ContainerStatus {
  const started = status.state?.running !== undefined && health.isStarted(status.name);
  return { ...status, started, ready: started && health.isReady(status.name) };
}

function isRestartable(policy = 'Always', exitCode: number): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** A finished pod never goes back. */
function settledPhase(old: PodPhase | undefined, next: PodPhase): PodPhase {
  return old === 'Succeeded' || old === 'Failed' ? old : next;
}

function phaseOf({ pod }: PodWork, statuses: readonly ContainerStatus[], isTerminal: boolean): PodPhase {
  let [running, waiting, stopped, restartable, succeeded] = [0, 0, 0, 0, 0];
  for (const { state = {}, lastState = {} } of statuses) {
    const ended = state.terminated ?? lastState.terminated;
    if (state.running !== undefined) running++;
    else if (ended === undefined) waiting++;
    else {
      stopped++;
      if (isRestartable(pod.spec.restartPolicy, ended.exitCode)) restartable++;
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
  now: Millis,
): readonly PodCondition[] {
  const { generation } = work.pod.metadata;
  const known = work.status?.conditions ?? work.pod.status?.conditions ?? [];
  const foreign = (work.pod.status?.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.includes(type));
  const unready = unreadyReason(work, statuses, phase);
  const isCompleted = phase === 'Succeeded' ? { reason: 'PodCompleted' } : {};
  const own = [
    conditionOf('PodReadyToStartContainers', readySandbox(work.view) !== undefined, generation),
    conditionOf('Initialized', true, generation, isCompleted),
    conditionOf('Ready', unready === undefined, generation, unready),
    conditionOf('ContainersReady', unready === undefined, generation, unready),
    conditionOf('PodScheduled', true, generation),
  ];
  const timed = own.map((condition) => {
    const old = known.filter(({ type }) => type === condition.type);
    return setCondition(old, condition, now)[0] ?? condition;
  });
  return [...foreign, ...timed];
}

function unreadyReason(
  work: PodWork,
  statuses: readonly ContainerStatus[],
  phase: PodPhase,
): Partial<PodCondition> | undefined {
  if (phase === 'Succeeded') return { reason: 'PodCompleted' };
  if (phase === 'Failed') return { reason: 'PodFailed' };
  const ready = new Set(statuses.filter((status) => status.ready).map((status) => status.name));
  const names = work.pod.spec.containers.map(({ name }) => name).filter((name) => !ready.has(name));
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
