import type { Note } from '../kernel/component.ts';
import type { Address, AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import type { DropReason, TraceRecord } from '../kernel/trace.ts';
import { createFolding, type Folding } from './folding.ts';
import { drawnAs, isEtcd, isRadio } from './names.ts';
import type { Step } from './step.ts';
import { extend } from './steps.ts';

/** A piece of work of one process: it answers a request, waits for answers to its own, or runs a command. */
export interface Slice {
  readonly lane: Address;
  /** Work that goes on at the same time stands in rows below one another; 0 is the upper one. */
  readonly row: number;
  readonly from: Millis;
  /** Undefined while it goes on. */
  readonly to: Millis | undefined;
  /** The step that began it. */
  readonly step: number;
  readonly kind: 'serves' | 'asks' | 'runs';
}

/** A told message between two lanes. */
export interface Arrow {
  readonly step: number;
  readonly from: Address;
  readonly to: Address;
  readonly fromRow: number;
  readonly toRow: number;
  readonly sentAt: Millis;
  readonly at: Millis;
  readonly kind: Step['kind'];
  readonly radio: boolean;
  /** Why it never arrived; '' for those that did. */
  readonly lost: '' | DropReason;
}

/** Something that takes no time: a decision, a fault, the end of a container. */
export interface Mark {
  readonly step: number;
  readonly lane: Address;
  readonly row: number;
  readonly at: Millis;
  readonly shape: 'decision' | 'broken' | 'mended' | 'ended';
  /** What stands beside a shape that must not be missed; '' for a decision. */
  readonly word: string;
}

/** A time in which a process or a whole node could not work or not be heard. */
export interface Outage {
  /** `node/node-b`, or the address of a process. */
  readonly place: string;
  readonly from: Millis;
  readonly to: Millis | undefined;
  readonly word: string;
}

/**
 * A history laid out in lanes. Mutable like {@link Folding}, so that records can be added as they come; what its lists
 * hold is immutable, and a late fact (the end of a slice, the loss of a message) replaces an entry.
 */
export interface Lanes {
  readonly folding: Folding;
  readonly slices: Slice[];
  readonly arrows: Arrow[];
  readonly marks: Mark[];
  readonly outages: Outage[];
  /** When routine messages were sent. */
  readonly routine: Millis[];
  /** Lanes that had any part so far. */
  readonly used: Set<Address>;
  /** Rows of each lane: the slice that stands in it last. */
  readonly rows: Map<Address, number[]>;
  /** The slice in which a message is handled by its receiver. */
  readonly inHand: Map<MessageId, number>;
  /** The slice out of which a message was sent. */
  readonly sentFrom: Map<MessageId, number>;
  readonly arrowOf: Map<MessageId, number>;
  /** The slice in which a request is answered. */
  readonly serving: Map<MessageId, number>;
  /** Requests whose sender is at work until they are answered, and the slice of that work. */
  readonly awaited: Map<MessageId, number>;
  /** The slice of each run at the terminal. */
  readonly runs: Map<string, number>;
}

/** No history yet. */
export function createLanes(): Lanes {
  return {
    folding: createFolding(),
    slices: [],
    arrows: [],
    marks: [],
    outages: [],
    routine: [],
    used: new Set(),
    rows: new Map(),
    inHand: new Map(),
    sentFrom: new Map(),
    arrowOf: new Map(),
    serving: new Map(),
    awaited: new Map(),
    runs: new Map(),
  };
}

/** At most so much work is drawn side by side in one lane. */
const MAX_ROWS = 4;
/** A process that goes on within so many ms after an answer is still at the same work. */
const GOES_ON_MS = 20;

/** Lays the next record. Records must come in order. */
export function lay(lanes: Lanes, record: TraceRecord): void {
  const known = lanes.folding.steps.length;
  extend(lanes.folding, record);
  if (record.type === 'sent') laySent(lanes, record.message);
  else if (record.type === 'delivered') layDelivered(lanes, record.message);
  else if (record.type === 'dropped') layDropped(lanes, record);
  else if (record.type === 'commanded') layCommand(lanes, record, known + 1);
  else if (record.type === 'noted') layNote(lanes, record, known + 1);
}

type Recorded<T> = Extract<TraceRecord, { readonly type: T }>;

function layCommand(lanes: Lanes, record: Recorded<'commanded'>, step: number): void {
  const { command, at, id } = record;
  if (command.kind === 'answer') return;
  if (command.kind === 'deploy') {
    pushMark(lanes, { step, lane: 'kubectl', row: 0, at, shape: 'decision', word: '' });
    return;
  }
  if (command.kind !== 'fault') {
    const slice = open(lanes, { lane: 'kubectl', from: at, step, kind: 'runs' });
    if (typeof command['run'] === 'string') lanes.runs.set(command['run'], slice);
    lanes.inHand.set(id, slice);
    return;
  }
  const { verb, target } = command['fault'] as { readonly verb: string; readonly target: string };
  const word = WORDS[verb];
  if (word === undefined) mend(lanes, target, at);
  else if (verb !== 'crash') breakDown(lanes, target, at, word);
  const shape = word === undefined ? 'mended' : 'broken';
  pushMark(lanes, { step, lane: laneOf(target), row: 0, at, shape, word: word ?? 'mended' });
}

/** The lane at which a fault stands: of a machine its first process, of what has no lane the reader's. */
function laneOf(target: string): Address {
  const [kind = '', name = ''] = target.split('/');
  if (kind === 'node') return isEtcd(name) ? name : `kubelet/${name}`;
  return kind === '' || kind === 'pod' || kind === 'link' ? 'kubectl' : target;
}

/** What breaks things, and how it is written at the lane. Every other verb mends. */
const WORDS: Readonly<Record<string, string>> = {
  kill: 'no power',
  cut: 'cable pulled',
  stop: 'stopped',
  wipe: 'disk lost',
  crash: 'crash',
};

function laySent(lanes: Lanes, message: AnyMessage): void {
  const { id, from, to, at, sentAt, causes, replyTo, kind, routine } = message;
  if (routine || kind === 'packet') {
    if (from !== to) lanes.routine.push(sentAt);
    return;
  }
  if (from === to) {
    if (kind === 'kernel/restart') breakDown(lanes, from, sentAt, 'ended');
    if (kind === 'start') mend(lanes, from, sentAt);
    const carried = kind === 'cycle' ? openCycle(lanes, message) : inHandOf(lanes, causes);
    if (carried !== undefined) lanes.inHand.set(id, carried);
    return;
  }
  close(lanes, lanes.serving.get(replyTo), sentAt);
  const number = toldAs(lanes.folding, message);
  const own = inHandOf(lanes, causes);
  const covering = own !== undefined && lanes.slices[own]?.lane === from ? own : undefined;
  const slice = number !== undefined && asks(lanes, message, number) ? ask(lanes, message, number, covering) : covering;
  if (slice !== undefined) lanes.sentFrom.set(id, slice);
  else if (own !== undefined && from === 'reader') lanes.inHand.set(id, own);
  if (number === undefined) return;
  const { kind: told } = stepAt(lanes, number);
  lanes.arrowOf.set(id, lanes.arrows.length);
  lanes.arrows.push({
    step: number,
    from,
    to,
    fromRow: rowOf(lanes, slice),
    toRow: 0,
    sentAt,
    at,
    kind: told,
    radio: isRadio(from, to),
    lost: '',
  });
  lanes.used.add(from).add(to);
}

/** The step that tells a message; undefined for messages that no step is about. */
function toldAs(folding: Folding, { id, kind, from, to }: AnyMessage): number | undefined {
  const owners = folding.owners.get(id);
  const step = owners?.length === 1 ? folding.steps[(owners[0] ?? 0) - 1] : undefined;
  if (step === undefined) return undefined;
  if (step.record === id) return step.number;
  const isNews = kind === 'event' && step.kind === 'watch' && (step.to === to || step.also.includes(to));
  const isAgain = kind === 'request' && step.verb === 'LIST' && step.kind === 'request' && from !== 'kubectl';
  const isBroken = kind === 'disconnected' && step.kind === 'lost';
  return isNews || isAgain || isBroken ? step.number : undefined;
}

/** Whether the sender is at work until it has the answer: control loops, and a kubelet that calls its runtime. */
function asks({ folding }: Lanes, { from }: AnyMessage, number: number): boolean {
  const { kind, object } = folding.steps[number - 1] as Step;
  if (from.startsWith('kubelet/')) return kind === 'local';
  const isLoop = ['kube-controller-manager', 'kube-scheduler'].includes(drawnAs(from));
  return isLoop && kind === 'request' && !object.startsWith('event/');
}

/** The work that a request belongs to: it goes on, or it begins here. */
function ask(lanes: Lanes, message: AnyMessage, step: number, covering: number | undefined): number {
  const { id, from, sentAt, causes } = message;
  const slice = covering === undefined ? undefined : lanes.slices[covering];
  const isLast = slice !== undefined && lanes.rows.get(from)?.[slice.row] === covering;
  if (slice !== undefined && covering !== undefined && isLast && sentAt - (slice.to ?? sentAt) <= GOES_ON_MS) {
    lanes.slices[covering] = { ...slice, to: undefined };
    lanes.awaited.set(id, covering);
    return covering;
  }
  const opened = open(lanes, { lane: from, from: sentAt, step, kind: 'asks' });
  lanes.awaited.set(id, opened);
  for (const cause of causes) if (!lanes.inHand.has(cause)) lanes.inHand.set(cause, opened);
  return opened;
}

/** One scheduling cycle, from the pod leaving the queue to the choice of a node. */
function openCycle(lanes: Lanes, { from, to, sentAt }: AnyMessage): number | undefined {
  const step = lanes.folding.steps.findLast((told) => told.kind === 'decision' && told.from === from);
  if (step === undefined || from !== to) return undefined;
  return open(lanes, { lane: from, from: sentAt, step: step.number, kind: 'asks' });
}

function layDelivered(lanes: Lanes, message: AnyMessage): void {
  const { id, from, to, at, replyTo, routine } = message;
  if (routine) return;
  if (from === to) {
    const slice = lanes.inHand.get(id);
    const asking = slice === undefined ? undefined : lanes.slices[slice];
    if (message.kind === 'cycle' && asking?.to === undefined) close(lanes, slice, at);
    return;
  }
  const asking = lanes.sentFrom.get(replyTo);
  if (asking !== undefined && replyTo !== '') {
    lanes.inHand.set(id, asking);
    answered(lanes, replyTo, at);
  }
  const arrow = lanes.arrowOf.get(id);
  if (arrow === undefined) return;
  const { step, kind } = lanes.arrows[arrow] as Arrow;
  if (SERVED.includes(kind) && replyTo === '' && message.kind !== 'cancel') {
    const serving = open(lanes, { lane: to, from: at, step, kind: 'serves' });
    lanes.serving.set(id, serving);
    lanes.inHand.set(id, serving);
    changeArrow(lanes, arrow, { toRow: rowOf(lanes, serving) });
  } else changeArrow(lanes, arrow, { toRow: rowOf(lanes, asking) });
}

/** What is answered; the end of a watch is not. */
const SERVED: readonly Step['kind'][] = ['request', 'store', 'local'];

function layDropped(lanes: Lanes, record: Recorded<'dropped'>): void {
  const { message, reason, at } = record;
  const arrow = lanes.arrowOf.get(message.id);
  if (arrow !== undefined) changeArrow(lanes, arrow, { lost: reason });
  answered(lanes, message.id, at);
}

/** Work ends with the last answer it waits for, or with the loss of what it asked. */
function answered(lanes: Lanes, request: MessageId, at: Millis): void {
  const slice = lanes.awaited.get(request);
  lanes.awaited.delete(request);
  if (slice !== undefined && ![...lanes.awaited.values()].includes(slice)) close(lanes, slice, at);
}

function layNote(lanes: Lanes, record: Recorded<'noted'>, next: number): void {
  const { note, by, at, causes } = record;
  if (note.what === 'kubectl/exited') close(lanes, lanes.runs.get(String(note['run'])), at);
  const step = lanes.folding.steps[next - 1];
  if (step?.kind !== 'decision') return;
  const own = inHandOf(lanes, causes);
  const row = own !== undefined && lanes.slices[own]?.lane === by ? rowOf(lanes, own) : 0;
  const word = endWord(note);
  pushMark(lanes, { step: next, lane: by, row, at, shape: word === '' ? 'decision' : 'ended', word });
}

/** What has ended, for the facts that tell of an end. */
function endWord(note: Note): string {
  if (note.what === 'containerd/exited') return `exit ${note['exitCode'] ?? ''}`.trim();
  return ENDS[note.what] ?? '';
}

const ENDS: Readonly<Record<string, string>> = {
  'election/lost': 'ends',
  'client/connection-lost': 'no connection',
  'nodelifecycle/node-silent': 'silence',
  'scheduler/unschedulable': 'no place',
  'kubelet/start-failed': 'failed',
};

function open(lanes: Lanes, slice: Omit<Slice, 'row' | 'to'>): number {
  const { lane, from } = slice;
  const index = lanes.slices.length;
  const rows = lanes.rows.get(lane) ?? [];
  const isFree = (last: number) => {
    const before = lanes.slices[last]?.to;
    return before !== undefined && before <= from;
  };
  const free = rows.findIndex(isFree);
  const row = free >= 0 ? free : Math.min(rows.length, MAX_ROWS - 1);
  rows[row] = index;
  lanes.rows.set(lane, rows);
  lanes.used.add(lane);
  lanes.slices.push({ ...slice, row, to: undefined });
  return index;
}

function close(lanes: Lanes, index: number | undefined, to: Millis): void {
  const slice = index === undefined ? undefined : lanes.slices[index];
  if (index !== undefined && slice !== undefined && slice.to === undefined) lanes.slices[index] = { ...slice, to };
}

/** From now on it is down or cut off: what a process without power was doing has ended. */
function breakDown(lanes: Lanes, place: string, from: Millis, word: string): void {
  lanes.outages.push({ place, from, to: undefined, word });
  if (word === 'cable pulled') return;
  for (const [lane, rows] of lanes.rows) {
    if (isAt(lane, place)) for (const index of rows) close(lanes, index, from);
  }
}

/** Whether a lane is a place or on it. */
export function isAt(lane: Address, place: string): boolean {
  return lane === place || (place.startsWith('node/') && `/${lane}`.endsWith(place.slice('node'.length)));
}

function mend(lanes: Lanes, place: string, to: Millis): void {
  for (const [index, outage] of lanes.outages.entries()) {
    const isMended = outage.to === undefined && (place === '' || outage.place === place);
    if (isMended) lanes.outages[index] = { ...outage, to };
  }
}

function pushMark(lanes: Lanes, mark: Mark): void {
  lanes.marks.push(mark);
  lanes.used.add(mark.lane);
}

function changeArrow(lanes: Lanes, index: number, fields: Partial<Arrow>): void {
  lanes.arrows[index] = { ...(lanes.arrows[index] as Arrow), ...fields };
}

function inHandOf(lanes: Lanes, causes: readonly MessageId[]): number | undefined {
  for (const cause of causes) {
    const slice = lanes.inHand.get(cause);
    if (slice !== undefined) return slice;
  }
  return undefined;
}

function rowOf(lanes: Lanes, slice: number | undefined): number {
  return slice === undefined ? 0 : (lanes.slices[slice]?.row ?? 0);
}

function stepAt(lanes: Lanes, number: number): Step {
  return lanes.folding.steps[number - 1] as Step;
}
