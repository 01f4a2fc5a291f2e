/*
 * kube-controller-manager: one process that hosts all control loops.
 * Watches: every kind its controllers ask for, through one set of shared informers.
 * Writes: what its controllers decide, and their Events.
 * Upstream: cmd/kube-controller-manager and the worker loops of pkg/controller.
 * Leaves out: the client-side limit of 20 requests a second, the 12-hour resync.
 */

import { serving } from '../api/index.ts';
import type { Deployment } from '../api/kinds/deployment.ts';
import type { Change } from '../client/cache.ts';
import type { Answer } from '../client/calls.ts';
import { cacheOf } from '../client/calls.ts';
import { createClient, hasSynced, receiveClient, startClient } from '../client/client.ts';
import { campaign, createElection, receiveElection } from '../client/leaderelection.ts';
import { createRecorder, receiveRecorder } from '../client/recorder.ts';
import { addKey, createWorkQueue } from '../client/workqueue.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { certificateOf } from '../protocol/http.ts';
import { Workbench } from './context.ts';
import type { Controller } from './controller.ts';
import { type Asked, askForToken, askForTokens, hasTokens, receiveCredential } from './credentials.ts';
import { discovering } from './discovering.ts';
import type { Hosted, ManagerState } from './hosted.ts';
import { controllers } from './index.ts';
import { createIndexes, updateIndexes } from './indexes.ts';
import { informerSpecs } from './requests.ts';
import { receiveAnswer, workOff } from './work.ts';

const NAME = 'kube-controller-manager';

/** The process of the control loops. */
export const manager: Component<ManagerState> = {
  name: NAME,
  init: (_self, config) => {
    const hosted = new Map<string, Hosted>();
    const { disabledControllers = [], machine, discovers = false } = (config ?? {}) as ManagerConfig;
    for (const [index, controller] of controllers.entries()) {
      if (disabledControllers.includes(controller.name)) continue;
      const recorder = createRecorder(controller.eventSource ?? controller.name);
      // Names of Events hold the recorder's count: apart, so that two controllers never choose the same one.
      recorder.count = index * 50_000;
      const own = controller.init(config);
      const queue = createWorkQueue();
      hosted.set(
        controller.name,
        part<Hosted>({ queue, recorder, own, jobs: new Map(), delayed: new Map(), last: '' }),
      );
    }
    const client = createClient(NAME, certificateOf(`system:${NAME}`), informerSpecs(), config);
    const election = createElection(NAME, config);
    const standsBy = machine !== undefined;
    const kinds = { discovers, found: undefined };
    return part<ManagerState>({
      client,
      election,
      indexes: createIndexes(),
      hosted,
      standsBy,
      isRunning: false,
      ...kinds,
    });
  },
  receive: (state, message, io) => {
    const { layer } = discovering;
    if (!state.discovers || layer === undefined) handle(state, message as AnyMessage, io);
    else serving(layer.kinds(state), () => handle(state, message as AnyMessage, io));
  },
  inspect: (state) => ({
    now: summary(state),
    isLeader: state.election.isLeader,
    isRunning: state.isRunning,
    controllers: [...state.hosted].map(([name, hosted]) => ({
      name,
      queue: hosted.queue.ready.length,
      processing: [...hosted.queue.processing],
      lastReconciled: hosted.last,
    })),
  }),
};

function handle(state: ManagerState, message: AnyMessage, io: IO): void {
  if (message.kind === 'start' && !state.standsBy) open(state, io);
  if (message.kind === 'start' || message.kind === 'election/tick') campaign(state.election, state.client, io);
  else if (message.kind === 'discovery/ask') discovering.layer?.ask(state, io);
  else if (message.kind === 'queue/add') receiveTimer(state, message);
  else if (message.kind === 'credential/ask') askForToken(state, message.body as Asked, io);
  else {
    const outcome = receiveClient(state.client, message, io);
    for (const change of outcome?.changes ?? []) receiveChange(state, change, io);
    if (outcome?.answer !== undefined) routeAnswer(state, outcome.answer, io);
  }
  if (state.standsBy && state.election.isLeader) open(state, io);
  if (!state.isRunning && canBegin(state)) begin(state, message, io);
  if (state.isRunning) for (const controller of hostedBy(state)) workOff(state, controller, io);
}

interface ManagerConfig {
  readonly discovers?: boolean;
  readonly disabledControllers?: readonly string[];
  /** Where it runs, when others run elsewhere. */
  readonly machine?: string;
}

/** Listens to what the loops need; where several processes stand for election, the one that leads does so alone. */
function open(state: ManagerState, io: IO): void {
  state.standsBy = false;
  startClient(state.client, io);
  askForTokens(state, io);
}

/** All controllers but those that are switched off: upstream's `--controllers=*,-replicaset-controller`. */
function hostedBy({ hosted }: ManagerState): readonly Controller[] {
  return hosted.size === controllers.length ? controllers : controllers.filter(({ name }) => hosted.has(name));
}

function canBegin(state: ManagerState): boolean {
  return state.election.isLeader && hasSynced(state.client) && hasTokens(state);
}

function receiveTimer(state: ManagerState, message: AnyMessage): void {
  const { queue, key, at } = message.body as { queue: string; key: string; at: number };
  const hosted = state.hosted.get(queue);
  if (hosted === undefined || hosted.delayed.get(key) !== at) return;
  hosted.delayed.delete(key);
  addKey(hosted.queue, key, message.id);
}

function receiveChange(state: ManagerState, change: Change, io: IO): void {
  updateIndexes(state.indexes, change);
  for (const controller of hostedBy(state)) {
    if (!controller.informers.includes(change.informer)) continue;
    const context = new Workbench(state, controller.name, io, [change.cause]);
    for (const key of controller.observe(change, context)) context.add(key);
  }
}

function routeAnswer(state: ManagerState, answer: Answer, io: IO): void {
  if (discovering.layer?.answered(state, answer, io)) return;
  if (receiveElection(state.election, state.client, answer, io)) return;
  if (receiveCredential(state, answer, io)) return;
  if (answer.then === 'write') {
    const { controller: name } = answer.data as { controller: string };
    const controller = controllers.find((candidate) => candidate.name === name);
    if (controller !== undefined) receiveAnswer(state, controller, answer, io);
    return;
  }
  for (const { recorder } of state.hosted.values()) receiveRecorder(recorder, answer);
}

/** All informers have listed and each loop has its token: upstream's controllers wait for exactly this before their first sync. */
function begin(state: ManagerState, message: AnyMessage, io: IO): void {
  state.isRunning = true;
  if (state.discovers) discovering.layer?.ask(state, io);
  for (const controller of hostedBy(state)) controller.start?.(new Workbench(state, controller.name, io, [message.id]));
}

/** One line for the picture: `web: 3 wanted, 2 recorded`. */
function summary(state: ManagerState): string {
  const counts = [...cacheOf<Deployment>(state.client, 'deployments').values()];
  if (counts.length === 0) return state.isRunning ? 'nothing to keep' : 'listing';
  let wanted = 0;
  let recorded = 0;
  for (const { spec, status } of counts) {
    wanted += spec.replicas ?? 1;
    recorded += status?.readyReplicas ?? 0;
  }
  const name = counts.length === 1 ? counts[0]?.metadata.name : `${counts.length} deployments`;
  return `${name}: ${wanted} wanted, ${recorded} ready`;
}
