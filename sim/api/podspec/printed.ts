import { ageSince } from '../duration.ts';
import type { ContainerState, ContainerStatus, Pod } from '../kinds/pod.ts';
import { isConditionTrue, parseTime } from '../meta.ts';
import { isSidecar } from './initcontainers.ts';

/** The cells of `kubectl get pods` that need more than one field, as upstream printers `printPod`. */
export interface PrintedPod {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

/** READY, STATUS and RESTARTS of a pod at `nowMs` (virtual milliseconds). */
export function printPod(pod: Pod, nowMs: number): PrintedPod {
  const init = readInitContainers(pod);
  const hasStarted = init.waitsFor === undefined || isConditionTrue(pod.status?.conditions, 'Initialized');
  const app = hasStarted ? readContainers(pod) : undefined;
  const restarts = app === undefined ? init.restarts : addRestarts(init.sidecarRestarts, app.restarts);
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).length;
  const reason = app?.reason ?? init.waitsFor ?? plainReason(pod);
  return {
    ready: `${init.readySidecars + (app?.ready ?? 0)}/${pod.spec.containers.length + sidecars}`,
    status: deletedReason(pod) ?? reason,
    restarts: formatRestarts(restarts, nowMs),
  };
}

interface Restarts {
  readonly count: number;
  /** Virtual milliseconds of the latest end; undefined when none is known. */
  readonly lastAtMs: number | undefined;
}

const NO_RESTARTS: Restarts = { count: 0, lastAtMs: undefined };

function plainReason(pod: Pod): string {
  const gate = pod.status?.conditions?.find(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return gate?.reason ?? (pod.status?.reason || (pod.status?.phase ?? ''));
}

function deletedReason(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating';
}

/** What the init containers say: `waitsFor` is the status text of the first that is not finished. */
function readInitContainers(pod: Pod): {
  readonly waitsFor: string | undefined;
  readonly restarts: Restarts;
  readonly sidecarRestarts: Restarts;
  readonly readySidecars: number;
} {
  const specs = pod.spec.initContainers ?? [];
  let restarts = NO_RESTARTS;
  let sidecarRestarts = NO_RESTARTS;
  let readySidecars = 0;
  let waitsFor: string | undefined;
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = specs.some((spec) => spec.name === status.name && isSidecar(spec));
    restarts = addRestarts(restarts, restartsOf(status));
    if (sidecar) sidecarRestarts = addRestarts(sidecarRestarts, restartsOf(status));
    if (status.state?.terminated?.exitCode === 0) continue;
    if (sidecar && status.started === true) {
      if (status.ready) readySidecars += 1;
      continue;
    }
    waitsFor = initReason(status.state, index, specs.length);
    break;
  }
  return { waitsFor, restarts, sidecarRestarts, readySidecars };
}

function initReason(state: ContainerState | undefined, index: number, total: number): string {
  if (state?.terminated !== undefined) return `Init:${terminatedReason(state)}`;
  const waiting = state?.waiting?.reason ?? '';
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
}

function readContainers(pod: Pod): {
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: Restarts;
} {
  let reason: string | undefined;
  let ready = 0;
  let restarts = NO_RESTARTS;
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { state } = status;
    restarts = addRestarts(restarts, restartsOf(status));
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated !== undefined) reason = terminatedReason(state);
    else if (status.ready && state?.running !== undefined) ready += 1;
  }
  if ((reason ?? plainReason(pod)) === 'Completed' && ready > 0) {
    reason = isConditionTrue(pod.status?.conditions, 'Ready') ? 'Running' : 'NotReady';
  }
  return { reason, ready, restarts };
}

function terminatedReason({ terminated }: ContainerState): string {
  if (terminated?.reason) return terminated.reason;
  return terminated?.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated?.exitCode ?? 0}`;
}

function restartsOf(status: ContainerStatus): Restarts {
  return { count: status.restartCount ?? 0, lastAtMs: parseTime(status.lastState?.terminated?.finishedAt) };
}

function addRestarts(left: Restarts, right: Restarts): Restarts {
  const times = [left.lastAtMs, right.lastAtMs].filter((time) => time !== undefined);
  return { count: left.count + right.count, lastAtMs: times.length === 0 ? undefined : Math.max(...times) };
}

function formatRestarts({ count, lastAtMs }: Restarts, nowMs: number): string {
  return count === 0 || lastAtMs === undefined ? String(count) : `${count} (${ageSince(lastAtMs, nowMs)} ago)`;
}
