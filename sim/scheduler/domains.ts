import type { NodeInfo } from './nodeinfo.ts';
import { NodeMemo } from './nodememo.ts';

const known = new Map<string, NodeMemo<string>>();

/** The value of a node's label, undefined for a node without it. */
export function domainOf(info: NodeInfo, key: string): string | undefined {
  let memo = known.get(key);
  if (memo === undefined) {
    memo = new NodeMemo();
    known.set(key, memo);
  }
  const before = memo.get(info);
  if (before !== undefined) return before;
  const domain = info.node.metadata.labels?.[key];
  if (domain !== undefined) memo.set(info, domain);
  return domain;
}
