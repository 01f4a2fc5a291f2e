import type { Address, Millis } from '../kernel/message.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { type Arrow, createLanes, isAt, type Lanes, lay, type Mark, type Outage, type Slice } from './lanes.ts';
import { drawnAs, portName, splitAddress } from './names.ts';
import type { Part, Step } from './step.ts';
import { type TimeStretch, timescaleOf, widthOf, xOf } from './timescale.ts';

/** A lane: one process. */
export interface Lane {
  readonly id: Address;
  /** `kubelet` */
  readonly title: string;
  /** `node-b`; '' for the control plane. */
  readonly node: string;
  /** `captain of ship B` */
  readonly port: string;
  /** How many rows of work stand below one another in the window. */
  readonly rows: number;
}

/** A slice as it is drawn: with its words. */
export interface DrawnSlice extends Slice {
  /** What is done: `create`, `put`, `start`. */
  readonly verb: string;
  /** To what: `web-x7p`. */
  readonly object: string;
}

/** A step as the timeline tells it. */
export interface TimelineStep {
  readonly number: number;
  readonly sentAt: Millis;
  readonly at: Millis;
  /** The lane of the one who does it. */
  readonly lane: Address;
  readonly object: string;
  readonly sentence: readonly Part[];
  readonly plain: string;
  readonly because: readonly StepLink[];
  readonly effects: readonly StepLink[];
}

/** A step that another follows from or leads to, and when it began. */
export interface StepLink {
  readonly number: number;
  readonly at: Millis;
}

/** Routine messages of one stretch of time. */
export interface RoutineCount {
  readonly from: Millis;
  readonly to: Millis;
  readonly count: number;
}

/** A window of history in lanes: plain JSON that crosses the thread boundary. */
export interface TimelineView {
  readonly lanes: readonly Lane[];
  /** Lanes that had no room. */
  readonly moreLanes: number;
  /** The width of all history, in px. */
  readonly width: number;
  /** What of it is in the window, in px. */
  readonly window: readonly [from: number, to: number];
  /** How many steps are known, also those after now. */
  readonly known: number;
  readonly stretches: readonly TimeStretch[];
  readonly slices: readonly DrawnSlice[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  readonly outages: readonly Outage[];
  readonly routine: readonly RoutineCount[];
  readonly steps: readonly TimelineStep[];
}

/** What is looked at. Without either, now. */
export interface TimelineLook {
  /** The instant around which the window lies. */
  readonly around?: Millis | undefined;
  /** A step that must be told, also when it is outside the window. */
  readonly step?: number | undefined;
}

/** So far the window reaches before and after its middle, in px. */
const BEFORE_PX = 1100;
const AFTER_PX = 900;
/** At most so much is drawn at once; a window with more is made narrower. */
const MOST_STEPS = 80;
const MOST_ARROWS = 130;
const MOST_SLICES = 110;
const MOST_LANES = 32;
/** Above so many nodes, a kubelet has a lane only once it has done something. */
const FLEET = 12;

/** A history in lanes that follows a growing trace: it lays only what is new, and begins anew when the past is another. */
export class TimelineFold {
  #lanes: Lanes = createLanes();
  #seen = 0;
  #last: TraceRecord | undefined;
  #scale: readonly TimeStretch[] = [];
  #scaledTo = -1;
  #instants: ReadonlySet<Millis> = new Set();
  #lastInstant = 0;

  /** One that has seen nothing yet: it folds the same history again. */
  anew(): TimelineFold {
    return new TimelineFold();
  }

  /**
   * The window of a trace at an instant. The trace may know what comes after: that is in the view as well, for the
   * drawing to show as ahead. `actors`: whose lanes there are even if they never do anything.
   */
  view(trace: readonly TraceRecord[], now: Millis, actors: readonly Address[], look: TimelineLook = {}): TimelineView {
    this.#follow(trace);
    this.#measure(now);
    return windowOf(this.#lanes, this.#scale, actors, this.#middle(now, look), look.step);
  }

  #follow(trace: readonly TraceRecord[]): void {
    if (trace[this.#seen - 1] !== this.#last) {
      this.#lanes = createLanes();
      this.#seen = 0;
      this.#remember();
    }
    for (let index = this.#seen; index < trace.length; index++) lay(this.#lanes, trace[index] as TraceRecord);
    if (trace.length !== this.#seen) this.#remember();
    this.#seen = trace.length;
    this.#last = trace.at(-1);
  }

  /** Takes note of every moment in which something happens; all else may be quiet. */
  #remember(): void {
    this.#scaledTo = -1;
    this.#instants = instantsOf(this.#lanes);
    this.#lastInstant = 0;
    for (const at of this.#instants) this.#lastInstant = Math.max(this.#lastInstant, at);
  }

  #measure(now: Millis): void {
    const end = Math.max(now, this.#lastInstant);
    if (this.#scaledTo === end) return;
    this.#scale = timescaleOf(this.#instants, end);
    this.#scaledTo = end;
  }

  #middle(now: Millis, { around }: TimelineLook): number {
    return xOf(this.#scale, around ?? now);
  }
}

function instantsOf({ arrows, marks, slices }: Lanes): ReadonlySet<Millis> {
  const instants = new Set<Millis>();
  for (const { sentAt, at } of arrows) instants.add(sentAt).add(at);
  for (const { at } of marks) instants.add(at);
  for (const { from, to } of slices) instants.add(from).add(to ?? from);
  return instants;
}

function windowOf(
  lanes: Lanes,
  scale: readonly TimeStretch[],
  actors: readonly Address[],
  middle: number,
  also: number | undefined,
): TimelineView {
  const width = widthOf(scale);
  let shown = contentOf(lanes, scale, Math.max(0, middle - BEFORE_PX), Math.min(width, middle + AFTER_PX));
  for (let share = 0.75; isTooMuch(shown) && share > 0.05; share *= 0.75) {
    const from = Math.max(0, middle - BEFORE_PX * share);
    shown = contentOf(lanes, scale, from, Math.min(width, middle + AFTER_PX * share));
  }
  const { from, to } = shown;
  const all = lanesOf(lanes, actors, shown);
  const drawn = all.slice(0, MOST_LANES);
  const ids = new Set(drawn.map(({ id }) => id));
  const stretches = scale.filter(({ x0, x1 }) => x1 >= from && x0 <= to);
  const arrows = shown.arrows.filter((arrow) => ids.has(arrow.from) && ids.has(arrow.to)).slice(0, MOST_ARROWS);
  return {
    lanes: drawn,
    moreLanes: all.length - drawn.length,
    width,
    window: [from, to],
    known: lanes.folding.steps.length,
    stretches,
    slices: shown.slices
      .filter(({ lane }) => ids.has(lane))
      .slice(0, MOST_SLICES)
      .map((slice) => named(lanes, slice)),
    arrows,
    marks: shown.marks.filter(({ lane }) => ids.has(lane)).slice(0, MOST_STEPS),
    outages: lanes.outages.filter(({ place }) => drawn.some(({ id }) => isAt(id, place))).slice(-MOST_LANES),
    routine: routineOf(lanes.routine, stretches),
    steps: stepsOf(lanes, shown, also),
  };
}

interface Content {
  readonly from: number;
  readonly to: number;
  readonly slices: readonly Slice[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
}

/** What lies between two places. Slices are looked through whole: long ones may have begun long before. */
function contentOf(lanes: Lanes, scale: readonly TimeStretch[], from: number, to: number): Content {
  const start = scale.find(({ x1 }) => x1 >= from)?.from ?? 0;
  const end = scale.findLast(({ x0 }) => x0 <= to)?.to ?? 0;
  const isIn = (first: Millis, last: Millis): boolean => {
    return first <= end && last >= start && xOf(scale, first) <= to && xOf(scale, last) >= from;
  };
  return {
    from,
    to,
    slices: lanes.slices.filter((slice) => isIn(slice.from, slice.to ?? Number.POSITIVE_INFINITY)),
    arrows: lanes.arrows.filter(({ sentAt, at }) => isIn(sentAt, at)),
    marks: lanes.marks.filter(({ at }) => isIn(at, at)),
  };
}

function isTooMuch({ slices, arrows, marks }: Content): boolean {
  const steps = new Set([...arrows, ...marks].map(({ step }) => step)).size;
  return steps > MOST_STEPS || arrows.length > MOST_ARROWS || slices.length > MOST_SLICES;
}

/** The lanes from top to bottom: the control plane, then ship by ship; a process of a ship once it has had part. */
function lanesOf({ used }: Lanes, actors: readonly Address[], shown: Content): readonly Lane[] {
  const isFleet = actors.filter((actor) => actor.startsWith('kubelet/')).length > FLEET;
  const inWindow = new Set<Address>();
  for (const { lane } of [...shown.slices, ...shown.marks]) inWindow.add(lane);
  for (const { from, to } of shown.arrows) inWindow.add(from).add(to);
  const rows = new Map<Address, number>();
  for (const { lane, row } of shown.slices) rows.set(lane, Math.max(rows.get(lane) ?? 0, row + 1));
  const isShown = (id: Address): boolean => {
    const { component, node } = splitAddress(id);
    if (node === '') return true;
    return isFleet ? inWindow.has(id) : component === 'kubelet' || used.has(id);
  };
  const ids = [...new Set([...actors, ...used])].filter((id) => id !== 'reader' && isShown(id));
  const places = [...new Set(ids.map((id) => splitAddress(id).node))].sort((a, b) => (a < b ? -1 : 1));
  const order = (id: Address): number => {
    const { component, node } = splitAddress(id);
    const index = ORDER.indexOf(drawnAs(component));
    return places.indexOf(node) * 100 + (index < 0 ? ORDER.length : index);
  };
  const sorted = ids
    .map((id) => ({ id, order: order(id) }))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  return sorted.map(({ id }) => {
    const { component, node } = splitAddress(id);
    const several = drawnAs(component);
    const title = TITLES[component] ?? component.replace(`${several}-`, `${TITLES[several] ?? several} `);
    return { id, title, node, port: portName(id), rows: rows.get(id) ?? 1 };
  });
}

const ORDER = [
  'kubectl',
  'kube-apiserver',
  'etcd',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'containerd',
  'crio',
  'cri-dockerd',
  'dockerd',
  'network',
  'kube-proxy',
  'my-kube-proxy',
];

const TITLES: Readonly<Record<string, string>> = {
  'kube-apiserver': 'API server',
  'kube-controller-manager': 'controllers',
  'kube-scheduler': 'scheduler',
};

function named({ folding }: Lanes, slice: Slice): DrawnSlice {
  const { verb, object, kind } = folding.steps[slice.step - 1] as Step;
  const [type = '', name = '', subresource = ''] = object.split('/');
  if (slice.kind === 'runs') return { ...slice, verb: verb.split(' ').slice(0, 2).join(' '), object: verb };
  if (kind === 'decision') return { ...slice, verb: 'place', object: name };
  const deed = subresource === 'binding' ? 'bind' : (DEEDS[verb] ?? verb);
  if (type === 'event') return { ...slice, verb: deed, object: 'Event' };
  const isKubelet = slice.kind === 'asks' && slice.lane.startsWith('kubelet/');
  const isStop = verb.startsWith('stop') || verb.startsWith('remove');
  return { ...slice, verb: isKubelet ? (isStop ? 'stop' : 'start') : deed, object: name || type };
}

const DEEDS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
  GET: 'get',
  LIST: 'list',
  runPodSandbox: 'sandbox',
  stopPodSandbox: 'stop',
  removePodSandbox: 'remove',
  imageStatus: 'image?',
  pullImage: 'pull',
  createContainer: 'create',
  startContainer: 'start',
  stopContainer: 'stop',
  containerLog: 'log',
  exec: 'exec',
  attach: 'attach',
  detach: 'detach',
  joinHost: 'host network',
  restore: 'rules',
};

function routineOf(sent: readonly Millis[], stretches: readonly TimeStretch[]): readonly RoutineCount[] {
  return stretches.flatMap(({ from, to, isCut }) => {
    // An instant on the border belongs to the busy side.
    const first = firstFrom(sent, isCut ? from + 1 : from);
    const count = firstFrom(sent, isCut ? to : to + 1) - first;
    return count === 0 ? [] : [{ from, to, count }];
  });
}

/** The index of the first of these ordered instants that is not before one. */
function firstFrom(sent: readonly Millis[], at: Millis): number {
  let low = 0;
  let high = sent.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sent[middle] as Millis) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stepsOf({ folding, arrows, marks }: Lanes, shown: Content, also: number | undefined): readonly TimelineStep[] {
  const numbers = new Set([...shown.arrows, ...shown.marks, ...shown.slices].map(({ step }) => step));
  if (also !== undefined && also <= folding.steps.length) numbers.add(also);
  const effects = new Map<number, StepLink[]>([...numbers].map((number) => [number, []]));
  for (const { number, because, sentAt } of folding.steps) {
    for (const cause of because) effects.get(cause)?.push({ number, at: sentAt });
  }
  const link = (number: number): StepLink => ({ number, at: folding.steps[number - 1]?.sentAt ?? 0 });
  const faults = new Map(marks.filter(({ shape }) => shape !== 'decision').map(({ step, lane }) => [step, lane]));
  const hasArrow = new Set(arrows.map(({ step }) => step));
  return [...numbers]
    .sort((a, b) => a - b)
    .flatMap((number) => folding.steps[number - 1] ?? [])
    .map(({ number, sentAt, at, from, object, sentence, plain, because, kind }) => {
      const own = kind === 'command' || kind === 'fault' ? (faults.get(number) ?? 'kubectl') : from;
      const lane = hasArrow.has(number) ? from : own;
      const causes = because.map(link);
      return { number, sentAt, at, lane, object, sentence, plain, because: causes, effects: effects.get(number) ?? [] };
    });
}
