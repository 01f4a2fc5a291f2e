import type { ContainerStatus, Pod } from '../api/kinds/pod.ts';
import { isRestarted, isSidecar } from '../api/podspec/initcontainers.ts';
import type { RuntimeContainer } from '../protocol/cri.ts';
import type { Initializer, InitReport } from './initializing.ts';
import { failedProbe, healthOf } from './prober.ts';
import type { KubeletState, PodWork } from './state.ts';

/**
 * Init containers run one after the other, each to its end, before the pod's own; a sidecar among them only has to
 * have started, and is kept running from then on. Upstream: `kuberuntime_container.go` computeInitContainerActions,
 * `kuberuntime_termination_order.go`, `status/generate.go`. Leaves out: the action RestartAllContainers.
 */
export const initContainers: Initializer = {
  todo(state, work, sandbox) {
    if (hasOwnStarted(work, sandbox)) return undefined;
    const specs = work.pod.spec.initContainers ?? [];
    let at = specs.length - 1;
    while (at >= 0 && seen(work, specs[at]?.name ?? '', sandbox) === undefined) at--;
    const [last, current] = [specs[at], seen(work, specs[at]?.name ?? '', sandbox)];
    if (last === undefined || current === undefined) return specs.slice(0, 1).map(({ name }) => name);
    const before = deadSidecars(work, sandbox, at);
    if (isDone(state, work, at, current)) {
      const next = specs[at + 1];
      return next === undefined ? undefined : [...before, next.name];
    }
    if (current.state === 'created') return [...before, last.name];
    if (current.state === 'running') return before;
    return isSidecar(last) || isRestarted(work.pod.spec, last, current.exitCode) ? [...before, last.name] : before;
  },
  beside: (work, sandbox) => deadSidecars(work, sandbox, work.pod.spec.initContainers?.length ?? 0),
  report,
  turn({ pod }, name) {
    const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((container) => container.name);
    return sidecars.includes(name) ? sidecars.length - sidecars.indexOf(name) : 0;
  },
};

/** The newest container of that name in a sandbox: what ran in an older one does not count. */
function seen({ view }: PodWork, name: string, sandbox: string): RuntimeContainer | undefined {
  return view.containers.find((container) => container.name === name && container.sandbox === sandbox);
}

/** Once one of the pod's own containers has been started, only sidecars matter. */
function hasOwnStarted(work: PodWork, sandbox: string): boolean {
  return work.pod.spec.containers.some(({ name }) => {
    const found = seen(work, name, sandbox);
    return found !== undefined && found.state !== 'created';
  });
}

/** Sidecars before a place that have ended: they are started again. */
function deadSidecars(work: PodWork, sandbox: string, before: number): readonly string[] {
  return (work.pod.spec.initContainers ?? []).slice(0, before).flatMap((container) => {
    return isSidecar(container) && seen(work, container.name, sandbox)?.state !== 'running' ? [container.name] : [];
  });
}

function isDone(state: KubeletState, work: PodWork, at: number, current: RuntimeContainer): boolean {
  const container = work.pod.spec.initContainers?.[at];
  if (container === undefined || !isSidecar(container)) return current.state === 'exited' && current.exitCode === 0;
  if (current.state !== 'running' || failedProbe(state, work.uid, container.name) !== undefined) return false;
  return healthOf(state, work).isStarted(container.name);
}

function report(
  work: PodWork,
  own: readonly ContainerStatus[],
  statusOf: Parameters<Initializer['report']>[2],
): InitReport {
  const { pod } = work;
  const specs = pod.spec.initContainers ?? [];
  const statuses = specs.map((container) => {
    const status = statusOf(container);
    return isSidecar(container) ? status : { ...status, ready: status.state?.terminated?.exitCode === 0 };
  });
  const hasStarted = own.some(({ state, lastState }) => {
    return state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined;
  });
  const isComplete = (status: ContainerStatus, index: number) => {
    const spec = specs[index];
    return spec !== undefined && isSidecar(spec) ? status.started === true : status.ready;
  };
  const incomplete = hasStarted ? [] : statuses.filter((status, index) => !isComplete(status, index));
  const names = incomplete.map(({ name }) => name).join(' ');
  const sidecars = statuses.filter((_, index) => isSidecar(specs[index] ?? { name: '' }));
  return {
    statuses,
    phase: phaseOf(pod, statuses, incomplete.length > 0),
    problem:
      names === ''
        ? undefined
        : { reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${names}]` },
    unready: sidecars.filter(({ ready }) => !ready).map(({ name }) => name),
    isSidecarRunning: sidecars.some(({ state }) => state?.running !== undefined),
  };
}

/** An init container that failed for good fails its pod. */
function phaseOf({ spec }: Pod, statuses: readonly ContainerStatus[], isWaiting: boolean): InitReport['phase'] {
  const hasFailed = (spec.initContainers ?? []).some((container, index) => {
    const { state, lastState } = statuses[index] ?? {};
    const { exitCode = 0 } = state?.terminated ?? (state?.waiting && lastState?.terminated) ?? {};
    return !isSidecar(container) && exitCode !== 0 && !isRestarted(spec, container, exitCode);
  });
  if (hasFailed) return 'Failed';
  return isWaiting ? 'Pending' : undefined;
}
