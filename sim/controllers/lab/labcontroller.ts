/*
 * my-replicaset-controller: a control loop whose frame is ours and whose `reconcile` is the reader's program.
 * Watches: ReplicaSets and Pods.
 * Writes: what the program decides; nothing else.
 * Upstream: the worker loop of sample-controller, one worker; supervised as a static pod is.
 * Leaves out: leader election, Events, resyncs; a pod without an owner wakes nobody, so nothing is adopted.
 */
import type { Pod } from '../../api/kinds/pod.ts';
import { controllerOf, type KubeObject, objectKey } from '../../api/meta.ts';
import type { Change } from '../../client/cache.ts';
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
import { LAB_PROCESSES, type LabAnswer, type LabCall, type LabWrite } from '../../protocol/lab.ts';
import { Workbench } from '../context.ts';
import { type Context, type Controller, NOTHING, type Write } from '../controller.ts';
import type { Frame, Hosted } from '../hosted.ts';
import { createIndexes, updateIndexes } from '../indexes.ts';
import { create, informerOfKind, informerSpecs, pathTo, setting } from '../requests.ts';
import { carryOut, receiveAnswer } from '../work.ts';

const NAME = LAB_PROCESSES['replicaset-controller'];
const INFORMERS = ['replicasets', 'pods'];
/** How long the program thinks, in virtual time. */
const TURN_MS: Millis = 1;
/** A new seed for each call comes from the actor's own stream. */
const SEEDS = 0x7fffffff;

interface LabControllerState extends Frame {
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

/** The process of the reader's controller. Without a program it does nothing. */
export const labController: Component<LabControllerState> = {
  name: NAME,
  init: (_self, config) => fresh(createProgram(config), setting(config, 'podWatchLagMs', 0)),
  restart: ({ lab, podWatchLagMs }) => fresh(lab, podWatchLagMs),
  ask: ({ lab, hosted, client }, { kind, body, at }) => {
    if (kind !== 'turn') return undefined;
    const { key, randomSeed } = body as unknown as Turn;
    const { memory, answers } = ownOf(hosted);
    const [replicaSets = [], pods = []] = INFORMERS.map((informer) => inOrder(cacheOf(client, informer)));
    const input = { key, replicaSets, pods, answers: answers.get(key) ?? [] };
    return { method: 'reconcile', program: lab.program, now: at, randomSeed, state: memory, input } satisfies LabCall;
  },
  receive(state, message, io) {
    if (state.lab.program === '') return;
    if (message.kind === 'start') startClient(state.client, io);
    else if (message.kind === 'queue/add') receiveTimer(state, message as AnyMessage);
    else if (message.kind === 'turn') {
      const result = hearProgram(state.lab, io);
      if (result === undefined || !act(state, result, io)) return;
    } else if (message.kind === 'late') receiveApi(state, message.body as AnyMessage, io);
    else if (isLate(state, message as AnyMessage)) {
      io.after(state.podWatchLagMs, 'late', message as unknown as Value);
      return;
    } else receiveApi(state, message as AnyMessage, io);
    takeTurn(state, io);
  },
  inspect: ({ lab, hosted, turn, calls, client }) => {
    const { queue } = hosted.get(NAME) as Hosted;
    return {
      now: nowOf(lab, queue.ready.length, turn, hasSynced(client)),
      program: lab.program,
      queue: queue.ready,
      processing: [...queue.processing],
      crashes: lab.crashes,
      calls,
      keeps: ownOf(hosted).memory,
    };
  },
};

/** The control loop as the frame sees it: `reconcile` is outside, so the frame never calls it. */
const controller: Controller<Own> = {
  name: NAME,
  informers: INFORMERS,
  workers: 1,
  init: () => part<Own>({ memory: null, answers: new Map() }),
  observe: ({ informer, object, old }, context) => {
    if (informer === 'replicasets') return [objectKey(object)];
    const owners = [object, old].map((pod) => (pod === undefined ? undefined : ownerKey(pod as Pod, context)));
    return [...new Set(owners.filter((key) => key !== undefined))];
  },
  reconcile: () => NOTHING,
  answered: (key, write, response, isSuccess, { state }) => {
    const earlier = state.answers.get(key) ?? [];
    state.answers.set(key, [...earlier, answerOf(write, response, isSuccess)]);
  },
};

/** Whether a message is news of pods, and news of pods is late. */
function isLate({ podWatchLagMs, client }: LabControllerState, { kind, body }: AnyMessage): boolean {
  return podWatchLagMs > 0 && kind === 'event' && (body as WatchFrame).watch === client.informers.get('pods')?.watch;
}

function fresh(lab: ProgramState, podWatchLagMs: Millis): LabControllerState {
  const specs = informerSpecs().filter(({ name }) => INFORMERS.includes(name));
  const hosted = part<Hosted>({
    queue: createWorkQueue(),
    recorder: createRecorder(NAME),
    own: controller.init(null),
    jobs: new Map(),
    delayed: new Map(),
    last: '',
  });
  return part<LabControllerState>({
    // A program on one's own machine runs with one's own kubeconfig.
    client: createClient(NAME, certificateOf('kubernetes-admin', 'kubeadm:cluster-admins'), specs),
    indexes: createIndexes(),
    hosted: new Map([[NAME, hosted]]),
    lab: part<ProgramState>({ ...lab }),
    turn: null,
    calls: 0,
    podWatchLagMs,
  });
}

function ownOf(hosted: LabControllerState['hosted']): Own {
  return hosted.get(NAME)?.own as Own;
}

function inOrder(cache: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
  return [...cache].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function receiveTimer(state: LabControllerState, message: AnyMessage): void {
  const { key, at } = message.body as { key: string; at: Millis };
  const { delayed, queue } = state.hosted.get(NAME) as Hosted;
  if (delayed.get(key) !== at) return;
  delayed.delete(key);
  addKey(queue, key, message.id);
}

function receiveApi(state: LabControllerState, message: AnyMessage, io: IO): void {
  const outcome = receiveClient(state.client, message, io);
  for (const change of outcome?.changes ?? []) {
    updateIndexes(state.indexes, change);
    const context = new Workbench(state, NAME, io, [change.cause]) as Context as Context<Own>;
    for (const key of controller.observe(change as Change, context)) context.add(key);
  }
  if (outcome?.answer?.then === 'write') receiveAnswer(state, controller as unknown as Controller, outcome.answer, io);
}

function ownerKey(pod: Pod, context: Context<Own>): string | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return undefined;
  const key = `${pod.metadata.namespace}/${owner.name}`;
  return context.cache('replicasets').has(key) ? key : undefined;
}

/** Hands the next key to the program, when its informers have listed and its one worker is free. */
function takeTurn(state: LabControllerState, io: IO): void {
  const { queue } = state.hosted.get(NAME) as Hosted;
  if (queue.processing.size > 0 || !hasSynced(state.client)) return;
  const item = takeKey(queue);
  if (item === undefined) return;
  state.turn = item;
  const turn: Turn = { key: item.key, randomSeed: io.random('program', SEEDS) };
  io.after(TURN_MS, 'turn', turn, { causes: item.causes });
}

/** Begins the writes that the program asked for. False when they made the process crash. */
function act(state: LabControllerState, { output, state: memory }: Result, io: IO): boolean {
  const item = state.turn;
  state.turn = null;
  if (item === null || !('writes' in output)) {
    crash(state.lab, badResult('The program gave scores where writes were asked for.'), io);
    return false;
  }
  const own = ownOf(state.hosted);
  own.memory = memory;
  own.answers.delete(item.key);
  state.calls++;
  const { writes, requeueAfterMs } = output;
  io.note({ what: 'lab/reconciled', about: aboutKey(item.key), writes: writes.map(({ verb }) => verb) });
  const outcome = { writes: [writes.map(requestOf)], requeueAfterMs: requeueAfterMs ?? undefined };
  carryOut(state, controller as unknown as Controller, item, outcome, io);
  return true;
}

function requestOf(write: LabWrite): Write {
  if (write.verb === 'create') return { request: create('pods', write.object as KubeObject), tag: 'create' };
  const { kind, namespace, name } = write;
  const path = pathTo(informerOfKind(kind) ?? 'pods', namespace, name);
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

function aboutKey(key: string): string {
  return `replicaset/${key.slice(key.indexOf('/') + 1)}`;
}

/** A few words for the picture. */
function nowOf({ program, crashes }: ProgramState, waiting: number, turn: WorkItem | null, isReady: boolean): string {
  if (program === '') return 'no program yet';
  if (!isReady) return 'listing';
  if (turn !== null) return `reconciles ${turn.key.slice(turn.key.indexOf('/') + 1)}`;
  if (waiting > 0) return `${waiting} in the queue`;
  return crashes > 0 ? `queue empty, crashed ${crashes}×` : 'queue empty';
}
