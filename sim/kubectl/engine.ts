import { hasMissedKind } from '../api/index.ts';
import type { JsonObject } from '../api/meta.ts';
import { type ClientState, call } from '../client/calls.ts';
import { DISCOVERY } from '../client/discovery.ts';
import { assert } from '../kernel/assert.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { RuntimeName } from '../protocol/cri.ts';
import { type HttpRequest, type HttpResponse, LOAD_BALANCER } from '../protocol/http.ts';
import type { Advice, ParsedFile, Printed } from '../protocol/terminal.ts';
import { advise } from './advice.ts';
import { answerOf, type Command, err, type Failure, type Item, type Job, type Reply, type Step } from './command.ts';
import { findCommand } from './commands/index.ts';
import { renderFailures } from './errors.ts';
import { type Arguments, flag } from './flags.ts';
import { actingAs, type KubeConfig, withUser } from './kubeconfig.ts';
import { beginVisit, nextMove, readAnswer, type VisitState } from './visit.ts';

/** One command line and how far it has come: a Part of the component's state. */
export interface Run {
  id: string;
  line: string;
  startedAt: Millis;
  output: Printed[];
  exitCode: number | undefined;
  advice: Advice | undefined;
  /** The words of the line, `kubectl` left out. */
  words: readonly string[];
  command: string;
  args: Arguments;
  files: Readonly<Record<string, ParsedFile>>;
  /** The stage that gets the next answer; `visit` is the engine's own. */
  then: string;
  data: Value;
  visit: VisitState | undefined;
  item: Item | undefined;
  failures: Failure[];
  /** Warnings already printed: each is said once. */
  warned: string[];
  waitingFor: MessageId | undefined;
  /** The open watch; '' for none. */
  watch: MessageId;
  watchSequence: number;
  /** Counts steps, so that a timer of an earlier one is ignored. */
  steps: number;
}

/** What the engine needs beside the run. */
export interface Desk {
  client: ClientState;
  /** Who one can be from this machine. */
  config: KubeConfig;
  server: string;
  /** Machines that ssh reaches. */
  hosts: readonly string[];
  /** Their runtimes, where it is not containerd. */
  runtimes: Readonly<Record<string, RuntimeName>>;
  runs: Map<string, Run>;
  /** Whether kinds may come and go here, and the last answer about which there are. */
  discovers: boolean;
  found: JsonObject | undefined;
}

/** Lines kept of one run: a watch may print for ever. */
const MAX_LINES = 2000;

/** Carries out a step, and all that follow from it without waiting. */
export function proceed(desk: Desk, run: Run, first: Step, io: IO): void {
  for (let step: Step | undefined = first; step !== undefined; ) step = carryOut(desk, run, step, io);
}

/** Hands a reply to the stage that waits for it. */
export function resume(desk: Desk, run: Run, reply: Reply, io: IO): void {
  if (run.exitCode !== undefined) return;
  if (reply.type === 'response') printWarnings(run, reply.response, io);
  if (run.then === DISCOVERED) {
    const { status, body } = answerOf(reply);
    if (status === 200) desk.found = body as JsonObject;
    return;
  }
  const step =
    run.then === 'visit' ? visited(run, answerOf(reply)) : stageOf(run, run.then)(jobOf(desk, run, io), reply);
  if (!step.stay) closeWatch(desk, run, io);
  proceed(desk, run, step, io);
}

/** Calls the stage `timeout`: the time that the command line allows is over. */
export function expire(desk: Desk, run: Run, io: IO): void {
  if (run.exitCode !== undefined) return;
  closeWatch(desk, run, io);
  proceed(desk, run, stageOf(run, 'timeout')(jobOf(desk, run, io), { type: 'timer' }), io);
}

/** Ends a run: prints its failures, and what to try instead. */
export function finish(desk: Desk, run: Run, code: number, io: IO): void {
  closeWatch(desk, run, io);
  print(run, renderFailures(run.failures, desk.server), io);
  run.exitCode = run.failures.length > 0 && code === 0 ? 1 : code;
  run.waitingFor = undefined;
  run.steps += 1;
  const earlier = [...desk.runs.values()].filter((other) => other !== run).map((other) => other.words);
  run.advice = advise(run, earlier);
  if (run.advice !== undefined) {
    io.note({ what: 'kubectl/advice', run: run.id, sentence: run.advice.sentence, command: run.advice.run });
  }
  io.note({ what: 'kubectl/exited', run: run.id, exitCode: run.exitCode });
  run.visit = undefined;
  run.item = undefined;
  run.data = null;
  run.files = {};
}

/** Prints lines and records each. */
export function print(run: Run, lines: readonly Printed[], io: IO): void {
  for (const { stream, text } of lines) {
    run.output.push({ stream, text });
    io.note({ what: 'kubectl/printed', run: run.id, stream, text });
  }
  if (run.output.length > MAX_LINES) run.output.splice(0, run.output.length - MAX_LINES);
}

function carryOut(desk: Desk, run: Run, step: Step, io: IO): Step | undefined {
  run.steps += 1;
  if (step.print !== undefined) print(run, step.print, io);
  if (step.data !== undefined) run.data = step.data;
  if (step.edits !== undefined) io.note({ what: 'kubectl/editing', run: run.id, text: step.edits });
  if (step.config !== undefined) desk.config = step.config;
  if (step.failure !== undefined) run.failures.push(...[step.failure].flat());
  if (step.then !== undefined) run.then = step.then;
  if (step.deadlineMs !== undefined) io.after(step.deadlineMs, 'kubectl/deadline', { run: run.id });
  if (step.exit !== undefined) {
    if (step.forgives) run.failures.length = 0;
    finish(desk, run, step.exit, io);
    return undefined;
  }
  if (step.visit !== undefined) {
    run.visit = beginVisit(step.visit);
    return advance(desk, run, io);
  }
  if (step.next) {
    if (run.visit?.visit.stopOnFailure && run.failures.length > 0) return { exit: 1 };
    return advance(desk, run, io);
  }
  if (step.request !== undefined) ask(desk, run, step.request, io);
  else if (step.watch !== undefined) openWatch(desk, run, step.watch, io);
  else if (step.afterMs !== undefined) {
    run.waitingFor = io.after(step.afterMs, 'kubectl/timer', { run: run.id, step: run.steps });
  } else assert(step.stay, `a step of kubectl ${run.command} goes on or ends`);
  return undefined;
}

/** The next thing of a visit. */
function advance(desk: Desk, run: Run, io: IO): Step {
  const state = run.visit;
  assert(state !== undefined, `kubectl ${run.command} visits something`);
  const handler = commandOf(run).stages?.item;
  const move = nextMove(state, handler !== undefined);
  if (move.type === 'request') {
    run.visit = { ...state, asked: state.page === '' ? state.asked + 1 : state.asked, page: '' };
    return { request: move.request, then: 'visit' };
  }
  if (move.type === 'take') {
    run.visit = { ...state, asked: state.asked + 1, items: [...state.items, move.item] };
    return { next: true };
  }
  if (move.type === 'item' && handler !== undefined) {
    run.item = move.item;
    run.visit = { ...state, handled: state.handled + 1 };
    return handler(jobOf(desk, run, io), { type: 'timer' });
  }
  run.item = undefined;
  const end = commandOf(run).stages?.end;
  return end === undefined ? { exit: 0 } : end(jobOf(desk, run, io), { type: 'timer' });
}

function visited(run: Run, response: HttpResponse): Step {
  const state = run.visit;
  assert(state !== undefined, `kubectl ${run.command} visits something`);
  const { items, page, failure } = readAnswer(state, response);
  run.visit = { ...state, items: [...state.items, ...items], page };
  return failure === undefined ? { next: true } : { failure, next: true };
}

function jobOf(desk: Desk, run: Run, io: IO): Job {
  const acting = actingAs(desk.config, run.args);
  const here = typeof acting === 'string' ? '' : acting.namespace;
  const given = flag(run.args, 'namespace');
  return {
    args: run.args,
    files: run.files,
    now: io.now,
    namespace: given || here || 'default',
    isNamespaceGiven: given !== '',
    config: desk.config,
    server: desk.server,
    data: run.data,
    item: run.item as Item,
    items: run.visit?.items ?? [],
    failures: run.failures.slice(),
    random: (bound) => io.random('names', bound),
  };
}

/** Starts a command whose line has been parsed. */
export function startCommand(desk: Desk, run: Run, io: IO): void {
  const acting = actingAs(desk.config, run.args);
  if (typeof acting === 'string' && !run.command.startsWith('config ')) {
    print(run, err(acting), io);
    finish(desk, run, 1, io);
    return;
  }
  const first = commandOf(run).start(jobOf(desk, run, io));
  const asks = hasMissedKind() || run.command === 'api-resources';
  if (desk.discovers && asks && run.then !== DISCOVERED) {
    run.then = DISCOVERED;
    ask(desk, run, DISCOVERY, io);
    return;
  }
  run.then = '';
  proceed(desk, run, first, io);
}

/** The stage of a run that waits to hear which kinds there are: then it starts once more. */
export const DISCOVERED = 'discovered';

function commandOf(run: Run): Command {
  const command = findCommand(run.command);
  assert(command !== undefined, `there is a command called ${run.command}`);
  return command;
}

function stageOf(run: Run, name: string) {
  const stage = commandOf(run).stages?.[name];
  assert(stage !== undefined, `kubectl ${run.command} has a stage called ${name}`);
  return stage;
}

function ask(desk: Desk, run: Run, request: HttpRequest, io: IO): void {
  const headers = { 'kubectl-command': `kubectl ${run.command}`, accept: 'application/json', ...request.headers };
  // A connection of its own: if the server's process ends, the kernel tells us at once.
  const mark = { stream: true };
  const asked = withUser({ ...request, headers }, desk.config, run.args);
  run.waitingFor = call(desk.client, io, onOwn(desk, run, asked), 'kubectl/answer', { run: run.id }, mark);
}

function openWatch(desk: Desk, run: Run, asked: HttpRequest, io: IO): void {
  const query = { ...asked.query, watch: 'true' };
  const headers = { accept: 'application/json', ...asked.headers };
  const watching = withUser({ ...asked, query, headers }, desk.config, run.args);
  const request = onOwn(desk, run, watching);
  run.watch = call(desk.client, io, request, 'kubectl/watch', { run: run.id }, { stream: true });
  run.watchSequence = 0;
  run.waitingFor = run.watch;
}

/** Each line typed is a process with a connection of its own: whoever spreads connections has to know. */
function onOwn({ client }: Desk, { id }: Run, request: HttpRequest): HttpRequest {
  return client.apiServer === LOAD_BALANCER ? { ...request, connection: id } : request;
}

function closeWatch({ client }: Desk, run: Run, io: IO): void {
  if (run.watch !== '') io.send(client.apiServer, 'cancel', { watch: run.watch });
  run.watch = '';
}

/** `Warning:` headers, each once in a run. */
function printWarnings(run: Run, response: HttpResponse, io: IO): void {
  for (const header of (response.headers?.warning ?? '').split('\n')) {
    const text = header.replace(/^299 \S+ "(.*)"$/s, '$1').replace(/\\(["\\])/g, '$1');
    if (text === '' || run.warned.includes(text)) continue;
    run.warned.push(text);
    print(run, err(`Warning: ${text}`), io);
  }
}
