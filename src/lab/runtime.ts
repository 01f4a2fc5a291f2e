import type {
  ChooseInput,
  LabCall,
  LabReply,
  LabWrite,
  ReconcileInput,
  ScoreInput,
  VoteInput,
} from '../../sim/protocol/lab.ts';
import type { Api, Cache, ControllerApi, Metadata, Pod, Score, ScoreApi, ScoreNode, Service } from './api.ts';
import { LIMITS } from './host.ts';
import type { Choose, Chosen, EndpointSlice, ProxyApi } from './proxyapi.ts';
import type { Ballot, Vote } from './voteapi.ts';

/** What an evaluated program exports. */
export type Program = Readonly<Record<string, unknown>>;

/** The program's own mistake in what it gave back or handed over. `name` is `BadResult`. */
export class BadResult extends Error {
  override readonly name = 'BadResult';
}

/**
 * Calls one function of a program that has just been evaluated, beside it in its sandbox. Throws what the program
 * throws, and {@link BadResult}. `logs` is filled as it goes, so that they are there after a throw.
 */
export function perform(program: Program, call: LabCall, logs: string[]): LabReply & { readonly ok: true } {
  const run = program[call.method];
  if (typeof run !== 'function') throw new BadResult(`The program exports no function called ${call.method}.`);
  const bench = BENCHES[call.method](call, logs);
  const output = bench.run(run as never);
  const reply = { ok: true as const, output, state: bench.api.state ?? null, logs };
  return plain(reply);
}

/** By the function that is called: what it is given, and what becomes of what it gives. */
const BENCHES: Readonly<Record<LabCall['method'], (call: LabCall, logs: string[]) => Bench<Api<unknown>, never>>> = {
  reconcile: (call, logs) => controllerBench(call, logs),
  score: (call, logs) => scoreBench(call, logs),
  vote: (call, logs) => voteBench(call, logs),
  choose: (call, logs) => chooseBench(call, logs),
};

/**
 * Virtual time and the call's random stream for the program's realm: put these in the place of its `Date` and
 * `Math.random` before the program is evaluated. `RealDate` is the realm's own.
 */
export function virtualGlobals(call: LabCall, RealDate: DateConstructor): { Date: DateConstructor; random(): number } {
  const next = stream(call.randomSeed ^ 0x5bd1e995);
  const epochMs = EPOCH_MS + call.now;
  class VirtualDate extends RealDate {
    constructor(...values: readonly unknown[]) {
      if (values.length === 0) super(epochMs);
      else super(...(values as [number]));
    }
    static override now(): number {
      return epochMs;
    }
  }
  return { Date: VirtualDate as DateConstructor, random: () => next() / 0x1_0000_0000 };
}

/** Virtual 0 is 2026-01-01T00:00:00Z. */
const EPOCH_MS = 1_767_225_600_000;

interface Bench<A, F> {
  readonly api: A;
  run(program: F): (LabReply & { readonly ok: true })['output'];
}

/** What every control loop can do, whatever it watches. */
type LoopApi = Omit<ControllerApi, 'replicaSets' | 'pods'>;

/** What every object of a cache has. */
interface Kept {
  readonly kind: string;
  readonly metadata: Metadata;
}

function controllerBench(call: LabCall, logs: string[]): Bench<LoopApi, (key: string, api: object) => unknown> {
  const { key, caches, answers } = call.input as ReconcileInput;
  const writes: LabWrite[] = [];
  let requeueAfterMs: number | null = null;
  const watched = Object.entries(caches).map(([name, objects]) => [name, cacheOf(objects as readonly Kept[])]);
  const api: LoopApi = {
    ...common(call, logs),
    ...(Object.fromEntries(watched) as object),
    answers: deepFreeze(answers),
    create: (object) => void writes.push({ verb: 'create', object: objectFrom('create', object) }),
    delete: (object) => void writes.push({ verb: 'delete', ...nameOf('delete', object) }),
    patch: (object, fields) => {
      writes.push({ verb: 'patch', ...nameOf('patch', object), subresource: '', patch: objectFrom('patch', fields) });
    },
    patchStatus: (object, status) => {
      const patch = { status: objectFrom('patchStatus', status) };
      writes.push({ verb: 'patch', ...nameOf('patchStatus', object), subresource: 'status', patch });
    },
    requeueAfter: (ms) => {
      requeueAfterMs = delayOf('requeueAfter', ms);
    },
  };
  const run = (program: (key: string, api: object) => unknown) => {
    refusePromise('reconcile', program(key, api));
    return { writes, requeueAfterMs };
  };
  return { api, run };
}

const MAX_REQUEUE_MS = 3_600_000;

function delayOf(verb: string, ms: number): number {
  if (!(ms >= 0 && ms <= MAX_REQUEUE_MS)) throw new BadResult(`${verb} takes 0 to ${MAX_REQUEUE_MS} ms.`);
  return Math.round(ms);
}

function scoreBench(call: LabCall, logs: string[]): Bench<ScoreApi, Score> {
  const { pod, nodes, requests } = call.input as ScoreInput;
  const api: ScoreApi = { ...common(call, logs), requests };
  const run = (program: Score) => {
    const scores: unknown = program(deepFreeze(pod) as Pod, deepFreeze(nodes) as readonly ScoreNode[], api);
    refusePromise('score', scores);
    if (!Array.isArray(scores)) throw new BadResult(`score gives a list of numbers, not ${say(scores)}.`);
    if (scores.length !== nodes.length) {
      throw new BadResult(`score was asked about ${nodes.length} nodes and gave ${scores.length} numbers.`);
    }
    const odd = scores.findIndex((score) => !Number.isInteger(score));
    if (odd >= 0) throw new BadResult(`Scores are whole numbers; number ${odd + 1} is ${say(scores[odd])}.`);
    return { scores: scores as readonly number[] };
  };
  return { api, run };
}

function voteBench(call: LabCall, logs: string[]): Bench<Api<unknown>, Vote> {
  const { request, voter } = call.input as { [K in keyof VoteInput]: never };
  const api = common(call, logs);
  const run = (program: Vote) => {
    const ballot = program(deepFreeze(request), deepFreeze(voter), api) as Partial<Ballot> | undefined;
    refusePromise('vote', ballot);
    const { grant, because = '' } = Object(ballot) as Partial<Ballot>;
    if (typeof grant !== 'boolean')
      throw new BadResult(`vote gives { grant: true or false, because }, not ${say(ballot)}.`);
    return { vote: { grant, because: String(because).slice(0, MAX_REASON) } };
  };
  return { api, run };
}

/** A reason is a few words, in characters. */
const MAX_REASON = 120;

/** One call is about all Services, in turn, so that what is kept is kept once. */
function chooseBench(call: LabCall, logs: string[]): Bench<ProxyApi, Choose> {
  const { node, zone, services } = call.input as ChooseInput;
  let againAfterMs: number | null = null;
  const againAfter = (ms: number) => {
    againAfterMs = Math.min(delayOf('againAfter', ms), againAfterMs ?? MAX_REQUEUE_MS);
  };
  const api = { ...common(call, logs), node, zone, connections: [] as ProxyApi['connections'], againAfter };
  const run = (program: Choose) => {
    const chosen = services.map(({ service, slices, connections }) => {
      api.connections = deepFreeze(connections);
      const known = deepFreeze(slices) as readonly EndpointSlice[];
      return choiceFrom(program(deepFreeze(service) as Service, known, api), known);
    });
    return { chosen, againAfterMs };
  };
  return { api, run };
}

function choiceFrom(value: unknown, slices: readonly EndpointSlice[]): Chosen {
  refusePromise('choose', value);
  const { cluster, local } = (value ?? {}) as Partial<Chosen>;
  if (!Array.isArray(cluster) || !Array.isArray(local)) {
    throw new BadResult(`choose gives { cluster, local }, two lists of addresses, not ${say(value)}.`);
  }
  const known = new Set(slices.flatMap(({ endpoints }) => (endpoints ?? []).map(({ addresses }) => addresses[0])));
  const all: readonly unknown[] = [...cluster, ...local];
  const strange = all.findIndex((address) => typeof address !== 'string' || !known.has(address));
  if (strange < 0) return { cluster, local };
  throw new BadResult(`choose gives addresses of the Service’s slices; none of them begins with ${say(all[strange])}.`);
}

function common(call: LabCall, logs: string[]): Api<unknown> {
  const next = stream(call.randomSeed);
  return {
    now: call.now,
    state: call.state ?? undefined,
    random: (bound) => Math.floor((next() / 0x1_0000_0000) * bound),
    log: (...values) => {
      if (logs.length === LIMITS.logLines) logs.push(`More than ${LIMITS.logLines} lines: the rest is left out.`);
      if (logs.length > LIMITS.logLines) return;
      logs.push(values.map(say).join(' ').slice(0, LIMITS.logChars));
    },
  };
}

/** Objects by key, frozen: a cache belongs to all who read it. */
function cacheOf(objects: readonly Kept[]): Cache<Kept> {
  const list = deepFreeze(objects);
  const byKey = new Map(list.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]));
  return { get: (key) => byKey.get(key), list: () => list };
}

function nameOf(verb: string, object: unknown): { kind: string; namespace: string; name: string } {
  const { kind, metadata } = (object ?? {}) as Partial<Kept>;
  const { namespace, name } = metadata ?? {};
  if (typeof kind === 'string' && typeof namespace === 'string' && typeof name === 'string') {
    return { kind, namespace, name };
  }
  throw new BadResult(`${verb} takes an object with kind, namespace and name, not ${say(object)}.`);
}

function objectFrom(verb: string, value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new BadResult(`${verb} takes an object, not ${say(value)}.`);
}

function refusePromise(method: string, value: unknown): void {
  if (typeof (value as { then?: unknown } | null)?.then === 'function') {
    throw new BadResult(`${method} gives its result at once: it is not async, and there is nothing to await.`);
  }
}

/** As JSON and back: only plain data leaves, and only so much. */
function plain<T>(value: T): T {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new BadResult(`What you keep and write must be plain data: ${(error as Error).message}`);
  }
  if (text.length <= LIMITS.resultChars) return JSON.parse(text) as T;
  throw new BadResult(`A call gives at most ${LIMITS.resultChars} characters; this one gave ${text.length}.`);
}

/** A value in a line of the log or of a message. */
function say(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return 'a function';
  try {
    return JSON.stringify(value)?.slice(0, LIMITS.logChars) ?? String(value);
  } catch {
    return String(value);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

/** Mulberry32: 32 bits, unsigned, from a seed. */
function stream(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}
