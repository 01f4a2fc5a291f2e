import { changedPlaces } from './nodechanges.ts';
import type { NodeInfo } from './nodeinfo.ts';

/** Nodes and pods of one domain. */
interface DomainCount {
  readonly nodes: number;
  readonly pods: number;
}

/** The last count of its kind, and the nodes that it was made of. */
interface Kept {
  readonly nodes: readonly NodeInfo[];
  readonly domains: ReadonlyMap<string, DomainCount>;
}

/** How many kinds of counts are kept: in a large fleet, those of some hundred Deployments that grow at once. */
const MOST_KEPT = 500;
const kept = new Map<string, Kept>();

/**
 * Pods by domain over all nodes, domains without a pod included. From one cycle to the next hardly a node changes, so
 * only those that did are counted again. `name` must stand for what `domainOf` and `podsOn` answer; a node without a
 * domain does not count.
 */
export function countByDomain(
  name: string,
  nodes: readonly NodeInfo[],
  domainOf: (info: NodeInfo) => string | undefined,
  podsOn: (info: NodeInfo) => number,
): Map<string, number> {
  const before = kept.get(name);
  const isComparable = before?.nodes.length === nodes.length;
  const domains = new Map(isComparable ? before.domains : []);
  const add = (info: NodeInfo, sign: 1 | -1) => {
    const domain = domainOf(info);
    if (domain === undefined) return;
    const { nodes: many, pods } = domains.get(domain) ?? { nodes: 0, pods: 0 };
    if (many + sign === 0) domains.delete(domain);
    else domains.set(domain, { nodes: many + sign, pods: pods + sign * podsOn(info) });
  };
  if (isComparable) {
    for (const place of changedPlaces(before.nodes, nodes)) {
      add(nodes[place] as NodeInfo, 1);
      add(before.nodes[place] as NodeInfo, -1);
    }
  } else for (const info of nodes) add(info, 1);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(name, { nodes, domains });
  return new Map([...domains].map(([domain, { pods }]) => [domain, pods]));
}
