import type { Requirement } from '../api/selector.ts';
import { matchesSelector } from '../api/selector.ts';
import type { NodeInfo } from './nodeinfo.ts';
import { NodeMemo } from './nodememo.ts';

const counted = new NodeMemo<Map<string, number>>();

/**
 * How many pods of a namespace on this node match; terminating pods do not count and the empty selector matches none,
 * as
 * upstream's countPodsMatchSelector. Remembered by node and `name`, which must stand for namespace and selector.
 */
export function countMatching(
  info: NodeInfo,
  namespace: string,
  selector: readonly Requirement[],
  name: string,
): number {
  if (selector.length === 0 || info.pods.length === 0) return 0;
  let counts = counted.get(info);
  if (counts === undefined) {
    counts = new Map();
    counted.set(info, counts);
  }
  let found = counts.get(name);
  if (found === undefined) {
    found = 0;
    for (const { metadata } of info.pods) {
      if (metadata.deletionTimestamp || metadata.namespace !== namespace) continue;
      if (matchesSelector(selector, metadata.labels)) found++;
    }
    counts.set(name, found);
  }
  return found;
}
