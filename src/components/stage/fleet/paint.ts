import { type Berths, HEADING } from './berths.ts';
import { loadOf, type Ship, type ShipState, stateOf } from './ships.ts';

/** The tokens that the chart is drawn with, as the page has them now. */
export const INKS = [
  'ink',
  'ink2',
  'line',
  'sea1',
  'card',
  'ok',
  'warn',
  'warnbg',
  'bad',
  'badbg',
  'focus',
  'hull',
] as const;
/** Colours by the name of their token. */
export type Inks = Readonly<Record<(typeof INKS)[number], string>>;

/** What painting needs of a canvas. */
export type Brush = Pick<
  CanvasRenderingContext2D,
  | 'clearRect'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'rect'
  | 'fill'
  | 'stroke'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
>;

/** From this pitch on a ship's pods are written on it; from the larger one its name too. */
const COUNTED = 22;
const NAMED = 40;
/** A ship that has so many pods is full to the brim; more in one, and that one is. */
const FULL = 10;

/** Each ship's corner, state and pods as plain numbers: a frame of thousands makes no objects. */
interface Drawn {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly states: readonly ShipState[];
  /** Running, waiting and failing pods. */
  readonly loads: readonly [Uint32Array, Uint32Array, Uint32Array];
  readonly size: number;
}

/**
 * Draws a fleet: for each node a box that fills with its pods, its outline and mark by its state. All of one colour in
 * one go: that is what makes thousands cheap.
 */
export function paint(
  brush: Brush,
  ships: readonly Ship[],
  berths: Berths,
  inks: Inks,
  active: number | undefined,
): void {
  const drawn = drawnOf(ships, berths);
  const { xs, ys, size } = drawn;
  brush.clearRect(0, 0, berths.width, berths.height);
  paintHulls(brush, drawn, berths, inks);
  paintLoads(brush, drawn, inks);
  paintMarks(brush, drawn, inks);
  paintZones(brush, berths, inks);
  if (berths.pitch >= COUNTED) paintNames(brush, ships, drawn, berths.pitch >= NAMED, inks);
  if (active === undefined || active >= ships.length) return;
  brush.strokeStyle = inks.focus;
  brush.lineWidth = 3;
  brush.strokeRect((xs[active] ?? 0) - 1, (ys[active] ?? 0) - 1, size + 2, size + 2);
}

function drawnOf(ships: readonly Ship[], { basins, basinOf, orderOf, columns, pitch }: Berths): Drawn {
  const xs = new Float32Array(ships.length);
  const ys = new Float32Array(ships.length);
  const loads = [0, 1, 2].map(() => new Uint32Array(ships.length)) as unknown as Drawn['loads'];
  const states = ships.map(stateOf);
  for (let index = 0; index < ships.length; index++) {
    const order = orderOf[index] ?? 0;
    const row = Math.floor(order / columns);
    xs[index] = (order - row * columns) * pitch;
    ys[index] = (basins[basinOf[index] ?? 0]?.top ?? 0) + HEADING + row * pitch;
    const { running, waiting, failing } = loadOf(ships[index] as Ship);
    loads[0][index] = running;
    loads[1][index] = waiting;
    loads[2][index] = failing;
  }
  return { xs, ys, states, loads, size: pitch - (pitch > 14 ? 4 : 1) };
}

/** One path through all ships in a state. */
function each(drawn: Drawn, state: ShipState, draw: (x: number, y: number) => void): void {
  const { xs, ys, states } = drawn;
  for (let index = 0; index < states.length; index++) {
    if (states[index] === state) draw(xs[index] ?? 0, ys[index] ?? 0);
  }
}

/** Nearly all are Ready: their ground is one sheet for each zone, from which the gaps are cut. */
function paintHulls(brush: Brush, drawn: Drawn, { basins, columns, pitch }: Berths, inks: Inks): void {
  const { size } = drawn;
  const gap = pitch - size;
  brush.fillStyle = inks.card;
  for (const { top, rows, ships } of basins) {
    const y = top + HEADING;
    const last = ships.length - (rows - 1) * columns;
    brush.fillRect(0, y, columns * pitch, (rows - 1) * pitch);
    brush.fillRect(0, y + (rows - 1) * pitch, last * pitch, pitch);
    for (let column = 0; column < columns; column++) brush.clearRect(column * pitch + size, y, gap, rows * pitch);
    for (let row = 0; row < rows; row++) brush.clearRect(0, y + row * pitch + size, columns * pitch, gap);
  }
  const grounds = { cordoned: inks.warnbg, unready: inks.badbg, dark: inks.hull } as const;
  for (const state of ['cordoned', 'unready', 'dark'] as const) {
    brush.fillStyle = grounds[state];
    each(drawn, state, (x, y) => brush.fillRect(x, y, size, size));
  }
}

/** From the bottom: pods that run, that wait, that are in trouble. */
function paintLoads(brush: Brush, { xs, ys, loads, size }: Drawn, inks: Inks): void {
  const [running, waiting, failing] = loads;
  let most = FULL;
  for (let index = 0; index < xs.length; index++) {
    most = Math.max(most, (running[index] ?? 0) + (waiting[index] ?? 0) + (failing[index] ?? 0));
  }
  const filled = new Float32Array(xs.length);
  for (const [kind, colour] of [inks.ok, inks.warn, inks.bad].entries()) {
    const pods = loads[kind] as Uint32Array;
    brush.fillStyle = colour;
    for (let index = 0; index < xs.length; index++) {
      const number = pods[index] ?? 0;
      if (number === 0) continue;
      const before = filled[index] ?? 0;
      const height = Math.min(Math.max(1, (number / most) * size), size - before);
      filled[index] = before + height;
      brush.fillRect(xs[index] ?? 0, (ys[index] ?? 0) + size - before - height, size, height);
    }
  }
}

/** Ready: a thin frame. Cordoned: a bar across the top. Not Ready: a cross. Dark: one stroke from corner to corner. */
function paintMarks(brush: Brush, drawn: Drawn, inks: Inks): void {
  const { size } = drawn;
  const thick = Math.max(1, Math.min(2.4, size / 9));
  const stroke = (state: ShipState, colour: string, width: number, draw: (x: number, y: number) => void) => {
    brush.strokeStyle = colour;
    brush.lineWidth = width;
    brush.beginPath();
    each(drawn, state, draw);
    brush.stroke();
  };
  const line = (x: number, y: number, toX: number, toY: number) => {
    brush.moveTo(x, y);
    brush.lineTo(toX, toY);
  };
  if (size > 8) stroke('ready', inks.line, 1, (x, y) => brush.rect(x + 0.5, y + 0.5, size - 1, size - 1));
  stroke('cordoned', inks.warn, thick, (x, y) => {
    brush.rect(x + thick / 2, y + thick / 2, size - thick, size - thick);
    line(x, y + Math.max(2, size / 5), x + size, y + Math.max(2, size / 5));
  });
  stroke('unready', inks.bad, thick, (x, y) => {
    line(x + 1, y + 1, x + size - 1, y + size - 1);
    line(x + size - 1, y + 1, x + 1, y + size - 1);
  });
  stroke('dark', inks.bad, thick, (x, y) => line(x + 1, y + size - 1, x + size - 1, y + 1));
}

function paintZones(brush: Brush, { basins }: Berths, inks: Inks): void {
  brush.textBaseline = 'middle';
  brush.textAlign = 'left';
  brush.fillStyle = inks.ink;
  brush.font = '700 15px "Archivo Narrow", sans-serif';
  for (const { sum, top } of basins) {
    const { zone, nodes, ready } = sum;
    const name = zone === '' ? 'no zone' : zone;
    const words = `${name}: ${nodes.toLocaleString('en')} nodes, ${ready.toLocaleString('en')} ready`;
    brush.fillText(words, 0, top + HEADING / 2);
  }
}

function paintNames(brush: Brush, ships: readonly Ship[], drawn: Drawn, isNamed: boolean, inks: Inks): void {
  const { xs, ys, size } = drawn;
  brush.textAlign = 'center';
  for (const [index, ship] of ships.entries()) {
    const x = (xs[index] ?? 0) + size / 2;
    const y = ys[index] ?? 0;
    label(brush, String(ship.podCount), x, y + size * (isNamed ? 0.3 : 0.5), isNamed ? 16 : 14, inks);
    if (isNamed) label(brush, shortName(ship.name), x, y + size * 0.72, 13, inks);
  }
}

/** On a plate of its own, since what is below may have any colour. */
function label(brush: Brush, text: string, x: number, y: number, size: number, inks: Inks): void {
  const half = text.length * size * 0.24 + 2;
  brush.fillStyle = inks.card;
  brush.fillRect(x - half, y - size * 0.55, half * 2, size * 1.1);
  brush.fillStyle = inks.ink;
  brush.font = `600 ${size}px "Archivo Narrow", sans-serif`;
  brush.fillText(text, x, y + 0.5);
}

/** What tells a node from the others. */
function shortName(name: string): string {
  const tail = name.slice(name.lastIndexOf('-') + 1);
  return tail.length <= 5 ? tail : tail.slice(-5);
}
