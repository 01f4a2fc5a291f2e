import { expect, it } from 'vitest';
import { countByDomain } from './domaincounts.ts';
import type { NodeInfo } from './nodeinfo.ts';

/** A node as far as it is counted here. */
function infoOf(zone: string | undefined, pods: number): NodeInfo {
  return {
    node: { metadata: { labels: zone === undefined ? {} : { zone } } },
    pods: Array(pods),
  } as unknown as NodeInfo;
}

const zoneOf = ({ node }: NodeInfo) => node.metadata.labels?.zone;
const podsOn = ({ pods }: NodeInfo) => pods.length;

function plainly(nodes: readonly NodeInfo[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const info of nodes) {
    const zone = zoneOf(info);
    if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + podsOn(info));
  }
  return counts;
}

it('counts what a plain count finds, whatever changed since the last one', () => {
  let state = 7;
  const draw = (bound: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const one = () => infoOf([undefined, 'x', 'y', 'z'][draw(4)], draw(4));
  let nodes: readonly NodeInfo[] = Array.from({ length: 8 }, one);
  for (let turn = 0; turn < 400; turn++) {
    const place = draw(nodes.length);
    const kind = draw(6);
    if (kind === 0 && nodes.length < 12) nodes = [...nodes, one()];
    else if (kind === 1 && nodes.length > 2) nodes = nodes.filter((_, index) => index !== place);
    else if (kind === 2) nodes = [...nodes].reverse();
    else nodes = nodes.map((info, index) => (index === place ? one() : info));
    expect(countByDomain('test', nodes, zoneOf, podsOn)).toEqual(plainly(nodes));
  }
});
