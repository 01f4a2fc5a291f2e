/*
 * A control loop whose frame is ours and whose `reconcile` is the reader's program.
 * Watches: the kinds that it is told.
 * Writes: what the program decides; nothing else.
 * Upstream: the worker loop of sample-controller, one worker; supervised as a static pod is.
 * Leaves out: what the processes that are made with it leave out, each in its own file.
 */
import { controllerOf, type KubeObject, objectKey } from '../../api/meta.ts';
import type { Change, InformerSpec } from '../../client/cache.ts';
import { cacheOf } from '../../client/calls.ts';
import { createClient, hasSynced, receiveClient, startClient } from '../../client/client.ts';
import { badResult, crash, createProgram, hearProgram, type ProgramState, type Result } from '../../client/program.ts';
import { createRecorder } from '../../client/recorder.ts';
import { addKey, createWorkQueue, takeKey, type WorkItem } from '../../client/workqueue.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage, Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import type { Value } from '../../kernel/value.ts';
import type { HttpResponse, WatchFrame } from '../../protocol/http.ts';
import { certificateOf } from '../../protocol/http.ts';
import type { LabAnswer, LabCall, LabWrite } from '../../protocol/lab.ts';
import { Workbench } from '../context.ts';
import { type Context, type Controller, NOTHING, type Write } from '../controller.ts';
import type { Frame, Hosted } from '../hosted.ts';
import { createIndexes, updateIndexes } from '../indexes.ts';
import { setting } from '../requests.ts';
import { carryOut, receiveAnswer } from '../work.ts';

/** A kind that the program's caches hold. */
export interface Watched {
  /** What the program calls the cache: `replicaSets`. */
  readonly called: string;
  readonly plural: string;
  readonly kind: string;
  /** `/apis/apps/v1` */
  readonly root: string;
}

/** A control loop whose `reconcile` is the reader's program: keys are those of `owner`. */
export interface LabLoop {
  /** Its process. */
  readonly name: string;
  readonly owner: Watched;
  /** When one of these changes, the key of the owner that is its controller is queued. */
  readonly owned: readonly Watched[];
}

/** How long the program thinks, in virtual time. */
const TURN_MS: Millis = 1;
/** A new seed for each call comes from the actor's own stream. */
const SEEDS = 0x7fffffff;

/** The state of a {@link LabLoop}. */
export interface LabLoopState extends Frame {
  lab: ProgramState;
  /** The key whose question is on its way to the program. */
  turn: WorkItem | null;
  calls: number;
  /** News of pods comes so much later, as from a busy API server: the cache is stale for so long. */
  podWatchLagMs: Millis;
}

/** What the program keeps, and what it will be told. */
interface Own {
  memory: Value;
  /** By key: what became of the last call's writes. */
  answers: Map<string, readonly LabAnswer[]>;
}

interface Turn {
  readonly key: string;
  readonly randomSeed: number;
}

/** The process around a reader's control loop: informers, a queue, one worker. Without a program it does nothing. */
export function labLoop(loop: LabLoop): Component<LabLoopState> {
  const { name } = loop;
  const kinds = [loop.owner, ...loop.owned];
  const controller = controllerFor(loop);
  const bench: Bench = { loop, kinds, controller };
  return {
    name,
    init: (_self, config) => fresh(bench, createProgram(config), setting(config, 'podWatchLagMs', 0)),
    restart: ({ lab, podWatchLagMs }) => fresh(bench, lab, podWatchLagMs),
    ask: ({ lab, hosted, client }, { kind, body, at }) => {
      if (kind !== 'turn') return undefined;
      const { key, randomSeed } = body as unknown as Turn;
      const { memory, answers } = ownOf(hosted, name);
      const caches = Object.fromEntries(kinds.map(({ called, plural }) => [called, inOrder(cacheOf(client, plural))]));
      const input = { key, caches, answers: answers.get(key) ?? [] };
      return { method: 'reconcile', program: lab.program, now: at, randomSeed, state: memory, input } satisfies LabCall;
    },
    receive(state, message, io) {
      if (state.lab.program === '') return;
      if (message.kind === 'start') startClient(state.client, io);
      else if (message.kind === 'queue/add') receiveTimer(state, bench, message as AnyMessage);
      else if (message.kind === 'turn') {
        const result = hearProgram(state.lab, io);
        if (result === undefined || !act(state, bench, result, io)) return;
      } else if (message.kind === 'late') receiveApi(state, bench, message.body as AnyMessage, io);
      else if (isLate(state, message as AnyMessage)) {
        io.after(state.podWatchLagMs, 'late', message as unknown as Value);
        return;
      } else receiveApi(state, bench, message as AnyMessage, io);
      takeTurn(state, name, io);
    },
    inspect: ({ lab, hosted, turn, calls, client }) => {
      const { queue } = hosted.get(name) as Hosted;
      return {
        now: nowOf(lab, queue.ready.length, turn, hasSynced(client)),
        program: lab.program,
        queue: queue.ready,
        processing: [...queue.processing],
        crashes: lab.crashes,
        calls,
        keeps: ownOf(hosted, name).memory,
      };
    },
  };
}

/** What stays the same in the life of a process. */
interface Bench {
  readonly loop: LabLoop;
  readonly kinds: readonly Watched[];
  readonly controller: Controller<Own>;
}

/** The control loop as the frame sees it: `reconcile` is outside, so the frame never calls it. */
function controllerFor({ name, owner, owned }: LabLoop): Controller<Own> {
  const ownerKey = (object: KubeObject, context: Context<Own>): string | undefined => {
    const controller = controllerOf(object);
    if (controller?.kind !== owner.kind) return undefined;
    const key = `${object.metadata.namespace}/${controller.name}`;
    return context.cache(owner.plural).has(key) ? key : undefined;
  };
  return {
    name,
    informers: [owner, ...owned].map(({ plural }) => plural),
    workers: 1,
    init: () => part<Own>({ memory: null, answers: new Map() }),
    observe: ({ informer, object, old }, context) => {
      if (informer === owner.plural) return [objectKey(object)];
      const owners = [object, old].map((each) => (each === undefined ? undefined : ownerKey(each, context)));
      return [...new Set(owners.filter((key) => key !== undefined))];
    },
    reconcile: () => NOTHING,
    answered: (key, write, response, isSuccess, { state }) => {
      const earlier = state.answers.get(key) ?? [];
      state.answers.set(key, [...earlier, answerOf(write, response, isSuccess)]);
    },
  };
}

/** Whether a message is news of pods, and news of pods is late. */
function isLate({ podWatchLagMs, client }: LabLoopState, { kind, body }: AnyMessage): boolean {
  return podWatchLagMs > 0 && kind === 'event' && (body as WatchFrame).watch === client.informers.get('pods')?.watch;
}

function fresh({ loop: { name }, kinds, controller }: Bench, lab: ProgramState, podWatchLagMs: Millis): LabLoopState {
  const specs = kinds.map((kind): InformerSpec => ({ name: kind.plural, path: pathOf(kind) }));
  const hosted = part<Hosted>({
    queue: createWorkQueue(),
    recorder: createRecorder(name),
    own: controller.init(null),
    jobs: new Map(),
    delayed: new Map(),
    last: '',
  });
  return part<LabLoopState>({
    // A program on one's own machine runs with one's own kubeconfig.
    client: createClient(name, certificateOf('kubernetes-admin', 'kubeadm:cluster-admins'), specs),
    indexes: createIndexes(),
    hosted: new Map([[name, hosted]]),
    lab: part<ProgramState>({ ...lab }),
    turn: null,
    calls: 0,
    podWatchLagMs,
  });
}

function pathOf({ root, plural }: Watched, namespace?: string, name?: string): string {
  const space = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${space}/${plural}${name === undefined ? '' : `/${name}`}`;
}

function ownOf(hosted: LabLoopState['hosted'], name: string): Own {
  return hosted.get(name)?.own as Own;
}

function inOrder(cache: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
  return [...cache].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function receiveTimer(state: LabLoopState, { loop }: Bench, message: AnyMessage): void {
  const { key, at } = message.body as { key: string; at: Millis };
  const { delayed, queue } = state.hosted.get(loop.name) as Hosted;
  if (delayed.get(key) !== at) return;
  delayed.delete(key);
  addKey(queue, key, message.id);
}

function receiveApi(state: LabLoopState, { loop, controller }: Bench, message: AnyMessage, io: IO): void {
  const outcome = receiveClient(state.client, message, io);
  for (const change of outcome?.changes ?? []) {
    updateIndexes(state.indexes, change);
    const context = new Workbench(state, loop.name, io, [change.cause]) as Context as Context<Own>;
    for (const key of controller.observe(change as Change, context)) context.add(key);
  }
  if (outcome?.answer?.then === 'write') receiveAnswer(state, controller as unknown as Controller, outcome.answer, io);
}

/** Hands the next key to the program, when its informers have listed and its one worker is free. */
function takeTurn(state: LabLoopState, name: string, io: IO): void {
  const { queue } = state.hosted.get(name) as Hosted;
  if (queue.processing.size > 0 || !hasSynced(state.client)) return;
  const item = takeKey(queue);
  if (item === undefined) return;
  state.turn = item;
  const turn: Turn = { key: item.key, randomSeed: io.random('program', SEEDS) };
  io.after(TURN_MS, 'turn', turn, { causes: item.causes });
}

/** Begins the writes that the program asked for. False when they made the process crash. */
function act(state: LabLoopState, { loop, kinds, controller }: Bench, result: Result, io: IO): boolean {
  const { output, state: memory } = result;
  const item = state.turn;
  state.turn = null;
  if (item === null || !('writes' in output)) {
    crash(state.lab, badResult('The program gave scores where writes were asked for.'), io);
    return false;
  }
  const { writes, requeueAfterMs } = output;
  const strange = writes.map(kindOf).find((kind) => !kinds.some((known) => known.kind === kind));
  if (strange !== undefined) {
    const known = kinds.map(({ kind }) => kind).join(', ');
    crash(state.lab, badResult(`Of kind ${strange} nothing can be written here; of ${known} it can.`), io);
    return false;
  }
  const own = ownOf(state.hosted, loop.name);
  own.memory = memory;
  own.answers.delete(item.key);
  state.calls++;
  const about = `${loop.owner.kind.toLowerCase()}/${item.key.slice(item.key.indexOf('/') + 1)}`;
  io.note({ what: 'lab/reconciled', about, writes: writes.map(({ verb }) => verb) });
  const requests = writes.map((write) => requestOf(write, kinds));
  const outcome = { writes: [requests], requeueAfterMs: requeueAfterMs ?? undefined };
  carryOut(state, controller as unknown as Controller, item, outcome, io);
  return true;
}

function kindOf(write: LabWrite): string {
  return write.verb === 'create' ? String((write.object as Partial<KubeObject>).kind) : write.kind;
}

function requestOf(write: LabWrite, kinds: readonly Watched[]): Write {
  const watched = kinds.find(({ kind }) => kind === kindOf(write)) as Watched;
  if (write.verb === 'create') {
    const body = write.object as KubeObject;
    return { request: { method: 'POST', path: pathOf(watched, body.metadata.namespace), body }, tag: 'create' };
  }
  const { namespace, name } = write;
  const path = pathOf(watched, namespace, name);
  if (write.verb === 'delete') return { request: { method: 'DELETE', path }, ignore: [404], tag: `delete ${name}` };
  const headers = { 'content-type': 'application/merge-patch+json' };
  const end = write.subresource === '' ? '' : `/${write.subresource}`;
  return { request: { method: 'PATCH', path: path + end, headers, body: write.patch }, tag: `patch ${name}` };
}

function answerOf({ tag = '' }: Write, { status, body }: HttpResponse, isSuccess: boolean): LabAnswer {
  const [verb, name = ''] = tag.split(' ') as [LabAnswer['verb'], string?];
  const object = body as { readonly metadata?: { readonly name?: string }; readonly message?: string } | undefined;
  const made = verb === 'create' && isSuccess ? (object?.metadata?.name ?? '') : name;
  return { verb, name: made, status, message: isSuccess ? '' : (object?.message ?? `status ${status}`) };
}

/** A few words for the picture. */
function nowOf({ program, crashes }: ProgramState, waiting: number, turn: WorkItem | null, isReady: boolean): string {
  if (program === '') return 'no program yet';
  if (!isReady) return 'listing';
  if (turn !== null) return `reconciles ${turn.key.slice(turn.key.indexOf('/') + 1)}`;
  if (waiting > 0) return `${waiting} in the queue`;
  return crashes > 0 ? `queue empty, crashed ${crashes}×` : 'queue empty';
}
