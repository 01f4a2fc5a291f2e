import type { Node, Taint } from '../../api/kinds/node.ts';
import { rfc3339 } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';

/** The two taints that evict, and what they stand for. */
export const NOT_READY = 'node.kubernetes.io/not-ready';
/** Nothing is heard of the node. */
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** What shall stand on a node with effect NoExecute: one of the two, or neither. */
export type Eviction = typeof NOT_READY | typeof UNREACHABLE | 'none';

/** The NoSchedule taint of each condition and status. Upstream `nodeConditionToTaintKeyStatusMap`. */
const BY_CONDITION: Readonly<Record<string, string>> = {
  'Ready=False': NOT_READY,
  'Ready=Unknown': UNREACHABLE,
  'MemoryPressure=True': 'node.kubernetes.io/memory-pressure',
  'DiskPressure=True': 'node.kubernetes.io/disk-pressure',
  'NetworkUnavailable=True': 'node.kubernetes.io/network-unavailable',
  'PIDPressure=True': 'node.kubernetes.io/pid-pressure',
};
const MANAGED = new Set([...Object.values(BY_CONDITION), UNSCHEDULABLE]);

/** Whether a node has this NoExecute taint. */
export function isEvicting(node: Node, key: string): boolean {
  return (node.spec.taints ?? []).some((taint) => taint.key === key && taint.effect === 'NoExecute');
}

/**
 * The taints a node should have: NoSchedule ones follow its conditions, the NoExecute one follows `eviction` (left
 * alone when undefined). The same list when nothing changes. Upstream `doNoScheduleTaintingPass` and
 * `SwapNodeControllerTaint`.
 */
export function nextTaints(node: Node, eviction: Eviction | undefined, now: Millis): readonly Taint[] {
  const taints = node.spec.taints ?? [];
  const repelling = conditionKeys(node);
  const kept = taints.filter(({ key, effect }) => {
    if (effect === 'NoSchedule') return !MANAGED.has(key) || repelling.includes(key);
    const isOurs = effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE);
    return !isOurs || eviction === undefined || key === eviction;
  });
  const added: Taint[] = [];
  const timeAdded = rfc3339(now);
  for (const key of repelling) {
    if (!kept.some((taint) => taint.key === key && taint.effect === 'NoSchedule')) {
      added.push({ key, effect: 'NoSchedule', timeAdded });
    }
  }
  if (eviction !== undefined && eviction !== 'none' && !isEvicting(node, eviction)) {
    added.push({ key: eviction, effect: 'NoExecute', timeAdded });
  }
  return added.length === 0 && kept.length === taints.length ? taints : [...kept, ...added];
}

function conditionKeys({ spec, status }: Node): readonly string[] {
  const keys: string[] = [];
  for (const { type, status: value } of status?.conditions ?? []) {
    const key = BY_CONDITION[`${type}=${value}`];
    if (key !== undefined) keys.push(key);
  }
  return spec.unschedulable === true ? [...keys, UNSCHEDULABLE] : keys;
}
