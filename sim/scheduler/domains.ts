import type { NodeInfo } from './nodeinfo.ts';
import { NodeMemo } from './nodememo.ts';

const known = new Map<string, NodeMemo<string>>();
/** One text for all nodes of a domain: a Map finds a text that it has seen before sooner than one that is equal. */
const texts = new Map<string, string>();

/** The value of a node's label, undefined for a node without it. */
export function domainOf(info: NodeInfo, key: string): string | undefined {
  const memo = known.get(key) ?? new NodeMemo<string>();
  known.set(key, memo);
  const before = memo.get(info);
  if (before !== undefined) return before;
  const domain = info.node.metadata.labels?.[key];
  if (domain === undefined) return undefined;
  const text = texts.get(domain) ?? domain;
  texts.set(text, text);
  memo.set(info, text);
  return text;
}
