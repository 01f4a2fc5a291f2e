import { describe, expect, it } from 'vitest';
import { type Berths, berthsFor, cornerOf, neighbour, shipAt } from './berths.ts';
import { drawnFleet } from './drawn.ts';
import { type Brush, INKS, type Inks, paint } from './paint.ts';
import { fleetWords, loadOf, type Ship, shipWords, stateOf, zonesOf } from './ships.ts';

const ship = (fields: Partial<Ship> = {}): Ship => ({
  id: 'node/node-7',
  name: 'node-7',
  zone: 'zone-a',
  status: 'Ready',
  isReady: true,
  isCordoned: false,
  fault: '',
  podCount: 3,
  tally: { running: 2, pending: 1, done: 4 },
  ...fields,
});

describe('a fleet in words', () => {
  it('tells each state, the worst first, and pods by what they are about', () => {
    expect(stateOf(ship())).toBe('ready');
    expect(stateOf(ship({ isCordoned: true }))).toBe('cordoned');
    expect(stateOf(ship({ isCordoned: true, isReady: false }))).toBe('unready');
    expect(stateOf(ship({ isReady: false, fault: 'power' }))).toBe('dark');
    expect(loadOf(ship({ tally: { running: 1, creating: 2, leaving: 1, failed: 1, lost: 3, done: 9 } }))).toEqual({
      running: 1,
      waiting: 3,
      failing: 4,
    });
    expect(shipWords(ship())).toBe('node-7, zone-a: Ready, 3 pods: 2 running, 1 waiting');
    expect(shipWords(ship({ zone: '', fault: 'cable', tally: {} }))).toBe('node-7: Ready, cable pulled, no pods');
  });

  it('sums by zone, those without one last', () => {
    const ships = [ship({ zone: '' }), ship({ zone: 'b', isReady: false }), ship({ zone: 'a' }), ship({ zone: 'a' })];
    expect(zonesOf(ships).map(({ zone, nodes, ready }) => [zone, nodes, ready])).toEqual([
      ['a', 2, 2],
      ['b', 1, 0],
      ['', 1, 1],
    ]);
    expect(fleetWords(zonesOf(ships))).toBe('4 nodes: 3 Ready, 1 not Ready. 12 pods on them: 8 running, 4 waiting.');
  });
});

describe.each([
  [30, 776, 300],
  [100, 358, 300],
  [5000, 776, 380],
  [5000, 330, 200],
])('the berths of %i nodes in %i by %i px', (nodes, width, room) => {
  const ships = drawnFleet(nodes);
  const berths = berthsFor(ships, width, room);

  it('have room for each, and none on another', () => {
    const corners = ships.map((_, index) => cornerOf(berths, index));
    expect(new Set(corners.map(String)).size).toBe(nodes);
    for (const [index, [x, y]] of corners.entries()) {
      if (index % 13 > 0 && index < nodes - 1) continue;
      expect(shipAt(berths, x + 1, y + 1)).toBe(index);
      expect(x + berths.pitch).toBeLessThanOrEqual(width);
      expect(y + berths.pitch).toBeLessThanOrEqual(berths.height);
    }
    if (berths.pitch > 6) expect(berths.height).toBeLessThanOrEqual(room);
  });

  it('can all be walked to by arrow keys', () => {
    const seen = walk(berths, 0, 'ArrowRight');
    expect(seen.size).toBe(nodes);
    expect(walk(berths, neighbour(berths, 0, 'End') ?? 0, 'ArrowLeft').size).toBe(nodes);
    for (const key of ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']) {
      for (let index = 0; index < nodes; index += 7) expect(ships[neighbour(berths, index, key) ?? -1]).toBeDefined();
    }
    const below = neighbour(berths, 0, 'ArrowDown') ?? 0;
    expect(neighbour(berths, below, 'ArrowUp')).toBe(0);
  });
});

function walk(berths: Berths, from: number, key: string): ReadonlySet<number> {
  const seen = new Set<number>();
  for (let at = from; !seen.has(at); at = neighbour(berths, at, key) ?? at) seen.add(at);
  return seen;
}

describe('the paint', () => {
  const inks = Object.fromEntries(INKS.map((ink) => [ink, ink])) as Inks;
  const ships = [
    ship({ id: '1', tally: { running: 5 } }),
    ship({ id: '2', isCordoned: true, tally: {} }),
    ship({ id: '3', isReady: false, tally: {} }),
    ship({ id: '4', isReady: false, fault: 'power', tally: {} }),
  ];

  it('has a ground, a mark and a bar for each, and colour is never all', () => {
    const drawn = new Map<string, number>();
    const berths = berthsFor(ships, 400, 200);
    paint(brush(drawn), ships, berths, inks, 2);
    expect(Object.fromEntries(drawn)).toMatchObject({
      'fill warnbg rect': 1,
      'fill badbg rect': 1,
      'fill hull rect': 1,
      'fill ok rect': 1,
      'stroke line rect': 1,
      'stroke warn rect': 1,
      'stroke warn line': 1,
      'stroke bad line': 3,
      'stroke focus frame': 1,
    });
  });
});

/** A drawn mark: in which ink, and the lines or boxes it is made of. */
interface Mark {
  readonly ink: string;
  readonly kind: 'ground' | 'line' | 'box';
  readonly x: number;
  readonly y: number;
}

/** What is drawn of each node, where the node is: its ground, and the inks of its mark. */
const LOOKS: Readonly<Record<string, string>> = {
  Ready: 'box line',
  Cordoned: 'box warn, ground warnbg, line warn',
  NotReady: 'ground badbg, line bad, line bad',
  Dark: 'ground hull, line bad',
};

describe('each node of a painted fleet', () => {
  it.each([
    [60, 0],
    [60, 3],
    [400, 7],
  ])('of %i, drawn %i turns on, has the ground and the mark of its own state, at its own place', (nodes, turn) => {
    const ships = drawnFleet(nodes, 3, turn);
    const inks = Object.fromEntries(INKS.map((ink) => [ink, ink])) as Inks;
    const berths = berthsFor(ships, 776, 900);
    const marks: Mark[] = [];
    paint(tracer(marks, berths.pitch - 4), ships, berths, inks, undefined);
    const looks = new Map<number, string[]>();
    for (const { ink, kind, x, y } of marks) {
      const at = shipAt(berths, x, y);
      if (at !== undefined) looks.set(at, [...(looks.get(at) ?? []), `${kind} ${ink}`].sort());
    }
    for (const [index, { isReady, isCordoned, fault }] of ships.entries()) {
      const state = fault === 'power' ? 'Dark' : !isReady ? 'NotReady' : isCordoned ? 'Cordoned' : 'Ready';
      expect(looks.get(index)?.join(', '), `node ${index + 1}`).toBe(LOOKS[state]);
    }
  });
});

/** Keeps where the middle of each ground, line and box is. Bars of pods are not as high as a ground. */
function tracer(marks: Mark[], size: number): Brush {
  let path: Omit<Mark, 'ink'>[] = [];
  let from: readonly [x: number, y: number] = [0, 0];
  const self = {
    ...brush(new Map()),
    fillRect: (x: number, y: number, width: number, height: number) => {
      const ink = String(self.fillStyle);
      const isGround = width === size && height === size && ['warnbg', 'badbg', 'hull'].includes(ink);
      if (isGround) marks.push({ ink, kind: 'ground', x: x + width / 2, y: y + height / 2 });
    },
    beginPath: () => {
      path = [];
    },
    moveTo: (x: number, y: number) => {
      from = [x, y];
    },
    lineTo: (x: number, y: number) => path.push({ kind: 'line', x: (x + from[0]) / 2, y: (y + from[1]) / 2 }),
    rect: (x: number, y: number, width: number, height: number) =>
      path.push({ kind: 'box', x: x + width / 2, y: y + height / 2 }),
    stroke: () => {
      marks.push(...path.map((mark) => ({ ...mark, ink: String(self.strokeStyle) })));
    },
  };
  return self as unknown as Brush;
}

/** Counts what is drawn, by how and in which ink. */
function brush(drawn: Map<string, number>): Brush {
  let path: string[] = [];
  const count = (what: string) => drawn.set(what, (drawn.get(what) ?? 0) + 1);
  const self = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    font: '',
    textAlign: 'left' as const,
    textBaseline: 'middle' as const,
    clearRect: () => undefined,
    fillRect: () => count(`fill ${self.fillStyle} rect`),
    fillText: () => undefined,
    strokeRect: () => count(`stroke ${self.strokeStyle} frame`),
    beginPath: () => {
      path = [];
    },
    moveTo: () => undefined,
    lineTo: () => path.push('line'),
    rect: () => path.push('rect'),
    stroke: () => path.forEach((what) => void count(`stroke ${self.strokeStyle} ${what}`)),
  };
  return self as unknown as Brush;
}
