import { type Ship, type ZoneSum, zonesOf } from './ships.ts';

/** A zone on the chart: its heading, and the grid of its ships. */
export interface Basin {
  readonly sum: ZoneSum;
  /** Where the heading stands; the grid begins below it. */
  readonly top: number;
  readonly rows: number;
  /** Indices of its ships in the fleet, row by row. */
  readonly ships: readonly number[];
}

/** Where each ship of a fleet lies. A pure function of the fleet and the room. */
export interface Berths {
  readonly width: number;
  readonly height: number;
  /** From one ship to the next, in px. */
  readonly pitch: number;
  readonly columns: number;
  readonly basins: readonly Basin[];
  /** By index in the fleet: the basin it lies in, and its number there. Plain numbers: a frame makes thousands. */
  readonly basinOf: ArrayLike<number>;
  readonly orderOf: ArrayLike<number>;
}

/** A heading's height, and the room below a grid. */
export const HEADING = 24;
const BELOW = 8;
/** Ships are never drawn smaller than this, however many: then the chart is higher than its room. */
const LEAST_PITCH = 6;
const MOST_PITCH = 46;

/** Lays a fleet out by zone, each ship as large as the room allows. */
export function berthsFor(ships: readonly Ship[], width: number, room: number): Berths {
  const zones = zonesOf(ships);
  const heightFor = (pitch: number) => {
    const columns = Math.max(1, Math.floor(width / pitch));
    return zones.reduce((sum, { nodes }) => sum + HEADING + Math.ceil(nodes / columns) * pitch + BELOW, 0);
  };
  let pitch = MOST_PITCH;
  while (pitch > LEAST_PITCH && heightFor(pitch) > room) pitch--;
  const columns = Math.max(1, Math.floor(width / pitch));
  const basinOf = new Uint32Array(ships.length);
  const orderOf = new Uint32Array(ships.length);
  const members = zones.map((): number[] => []);
  const order = new Map(zones.map(({ zone }, index) => [zone, index]));
  for (let index = 0; index < ships.length; index++) {
    const basin = order.get(ships[index]?.zone ?? '') ?? 0;
    const own = members[basin] ?? [];
    basinOf[index] = basin;
    orderOf[index] = own.length;
    own.push(index);
  }
  let top = 0;
  const basins = zones.map((sum, index) => {
    const rows = Math.ceil(sum.nodes / columns);
    const basin = { sum, top, rows, ships: members[index] ?? [] };
    top += HEADING + rows * pitch + BELOW;
    return basin;
  });
  return { width, height: top, pitch, columns, basins, basinOf, orderOf };
}

/** The upper left corner of a ship. */
export function cornerOf(berths: Berths, index: number): readonly [x: number, y: number] {
  const { basins, columns, pitch } = berths;
  const order = berths.orderOf[index] ?? 0;
  const top = (basins[berths.basinOf[index] ?? 0]?.top ?? 0) + HEADING;
  return [(order % columns) * pitch, top + Math.floor(order / columns) * pitch];
}

/** The ship at a point; undefined between them. */
export function shipAt({ basins, columns, pitch }: Berths, x: number, y: number): number | undefined {
  const column = Math.floor(x / pitch);
  const basin = basins.findLast(({ top }) => y >= top + HEADING);
  if (basin === undefined || column < 0 || column >= columns) return undefined;
  return basin.ships[Math.floor((y - basin.top - HEADING) / pitch) * columns + column];
}

/** The ship that a key leads to from another one; undefined for keys that lead nowhere. */
export function neighbour(berths: Berths, index: number, key: string): number | undefined {
  const { basins, columns } = berths;
  const at = berths.basinOf[index] ?? 0;
  const order = berths.orderOf[index] ?? 0;
  const own = basins[at]?.ships ?? [];
  switch (key) {
    case 'ArrowRight':
      return own[order + 1] ?? basins[at + 1]?.ships[0] ?? index;
    case 'ArrowLeft':
      return own[order - 1] ?? basins[at - 1]?.ships.at(-1) ?? index;
    case 'ArrowDown':
      return (
        own[order + columns] ?? basins[at + 1]?.ships[order % columns] ?? basins[at + 1]?.ships.at(-1) ?? own.at(-1)
      );
    case 'ArrowUp': {
      const above = basins[at - 1]?.ships ?? [];
      const row = Math.floor((above.length - 1) / columns) * columns;
      return own[order - columns] ?? above[row + (order % columns)] ?? above.at(-1) ?? own[0];
    }
    case 'PageDown':
      return basins[at + 1]?.ships[0] ?? own.at(-1);
    case 'PageUp':
      return order > 0 ? own[0] : (basins[at - 1]?.ships[0] ?? index);
    case 'Home':
      return basins[0]?.ships[0];
    case 'End':
      return basins.at(-1)?.ships.at(-1);
    default:
      return undefined;
  }
}
