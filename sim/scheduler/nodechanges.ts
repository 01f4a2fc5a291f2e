import type { NodeInfo } from './nodeinfo.ts';

type Nodes = readonly NodeInfo[];

const last: { before: Nodes; now: Nodes; places: readonly number[] } = { before: [], now: [], places: [] };

/**
 * Where two lists of nodes of the same length differ: from one cycle to the next in a place or two. Whoever keeps a sum
 * over all nodes asks this in each cycle, most of them about the same two lists.
 */
export function changedPlaces(before: Nodes, now: Nodes): readonly number[] {
  if (last.before === before && last.now === now) return last.places;
  const places: number[] = [];
  for (let place = 0; place < now.length; place++) if (now[place] !== before[place]) places.push(place);
  Object.assign(last, { before, now, places });
  return places;
}
