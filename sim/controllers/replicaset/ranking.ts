import type { Pod } from '../../api/kinds/pod.ts';
import { parseTime } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { isPodReady, readyCondition } from '../pods.ts';

/**
 * Which pods a ReplicaSet gives up first when it has too many. `related` are the active pods of all ReplicaSets
 * with the same owner. Upstream `ActivePodsWithRanks` in controller_utils.go.
 */
export function podsToDelete(
  active: readonly Pod[],
  related: readonly Pod[],
  count: number,
  now: Millis,
): readonly Pod[] {
  if (count >= active.length) return active;
  const onNode = new Map<string, number>();
  for (const { spec } of related) onNode.set(spec.nodeName ?? '', (onNode.get(spec.nodeName ?? '') ?? 0) + 1);
  const ranked = active.map((pod) => candidate(pod, onNode.get(pod.spec.nodeName ?? '') ?? 0, now));
  ranked.sort(compare);
  return ranked.slice(0, count).map(({ pod }) => pod);
}

/** What the order looks at, read once per pod. Where a field decides, the smaller goes first. */
interface Candidate {
  readonly pod: Pod;
  readonly isAssigned: number;
  readonly phase: number;
  readonly isReady: number;
  readonly cost: number;
  readonly rank: number;
  readonly readyAt: Millis | undefined;
  readonly readyFor: number;
  readonly restarts: readonly number[];
  readonly createdAt: Millis | undefined;
  readonly age: number;
}

function candidate(pod: Pod, rank: number, now: Millis): Candidate {
  const isReady = isPodReady(pod);
  const readyAt = isReady ? parseTime(readyCondition(pod)?.lastTransitionTime) : undefined;
  const createdAt = parseTime(pod.metadata.creationTimestamp);
  const phase = pod.status?.phase;
  return {
    pod,
    isAssigned: pod.spec.nodeName ? 1 : 0,
    phase: phase === 'Running' ? 2 : phase === 'Unknown' ? 1 : 0,
    isReady: isReady ? 1 : 0,
    cost: deletionCost(pod),
    rank,
    readyAt,
    readyFor: magnitude(readyAt, now),
    restarts: restarts(pod),
    createdAt,
    age: magnitude(createdAt, now),
  };
}

/** Never 0 for two pods: the name decides what upstream leaves to the sort. */
function compare(a: Candidate, b: Candidate): number {
  return (
    a.isAssigned - b.isAssigned ||
    a.phase - b.phase ||
    a.isReady - b.isReady ||
    a.cost - b.cost ||
    b.rank - a.rank ||
    (a.isReady ? byTime(a, b, a.readyAt, b.readyAt, a.readyFor - b.readyFor) : 0) ||
    (b.restarts[0] ?? 0) - (a.restarts[0] ?? 0) ||
    (b.restarts[1] ?? 0) - (a.restarts[1] ?? 0) ||
    byTime(a, b, a.createdAt, b.createdAt, a.age - b.age) ||
    byText(a.pod.metadata.name, b.pod.metadata.name)
  );
}

/** Shorter before longer, in powers of two; within one power the uid decides, as good as chance. */
function byTime(
  a: Candidate,
  b: Candidate,
  left: Millis | undefined,
  right: Millis | undefined,
  difference: number,
): number {
  if (left === right) return 0;
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  return difference || byText(a.pod.metadata.uid ?? '', b.pod.metadata.uid ?? '');
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The whole logarithm to base 2 of the nanoseconds since then; -1 for none. Halving is exact. */
export function magnitude(since: Millis | undefined, now: Millis): number {
  if (since === undefined || now <= since) return -1;
  let power = 0;
  for (let nanos = (now - since) * 1_000_000; nanos >= 2; nanos /= 2) power++;
  return power;
}

/** The annotation, when it is a whole number without a plus sign or leading zeros; else 0. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? '0';
  return /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/** Most restarts of a regular container, then of a sidecar. */
function restarts({ spec, status }: Pod): readonly [number, number] {
  const sidecars = new Set<string>();
  for (const { name, restartPolicy } of spec.initContainers ?? []) if (restartPolicy === 'Always') sidecars.add(name);
  let [regular, sidecar] = [0, 0];
  for (const { restartCount } of status?.containerStatuses ?? []) regular = Math.max(regular, restartCount);
  for (const { name, restartCount } of status?.initContainerStatuses ?? []) {
    if (sidecars.has(name)) sidecar = Math.max(sidecar, restartCount);
  }
  return [regular, sidecar];
}
