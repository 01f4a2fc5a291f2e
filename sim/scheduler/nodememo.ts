import type { NodeInfo } from './nodeinfo.ts';

/**
 * What is remembered of each node as it is now, at the node's place in a list: with thousands of nodes a cycle spends
 * most of its time in looking things up, and this is one look in an array where a WeakMap takes a search. Nodes that
 * share a place, of two clusters say, only push each other out.
 */
export class NodeMemo<T> {
  readonly #infos: NodeInfo[] = [];
  readonly #found: T[] = [];

  get(info: NodeInfo): T | undefined {
    return this.#infos[info.place] === info ? this.#found[info.place] : undefined;
  }

  set(info: NodeInfo, found: T): void {
    this.#infos[info.place] = info;
    this.#found[info.place] = found;
  }
}
