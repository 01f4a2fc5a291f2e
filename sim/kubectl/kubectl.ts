// What: kubectl, ssh, scp and packs' programs on the reader's machine. Each line typed is a run, its continuation data.
// Watches: the terminal (run, interrupt); the API server's answers and watch frames; machines' answers over ssh.
// Writes: the same HTTP requests as the real kubectl; notes kubectl/printed, kubectl/advice and kubectl/exited.
// Follows: kubernetes/kubectl v0.33 (kubectl 1.33), one file a command under commands/.
// Leaves out: discovery of kinds that every cluster has and their OpenAPI documents (as with a warm cache),
// kubeconfig files (one is in memory), protobuf.
import { serving } from '../api/index.ts';
import type { JsonObject } from '../api/meta.ts';
import type { ClientState } from '../client/calls.ts';
import { type ClientConfig, createClient, receiveClient, startClient } from '../client/client.ts';
import { kindsIn } from '../client/discovery.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage, KernelProtocol, Message, MessageId } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import type { WatchFrame } from '../protocol/http.ts';
import type { TerminalProgram, TerminalProtocol, TerminalRun } from '../protocol/terminal.ts';
import { err, out } from './command.ts';
import { answerWord, type Read, readCommand } from './dispatch.ts';
import { type Desk, DISCOVERED, expire, finish, print, type Run, resume, startCommand } from './engine.ts';
import { type KubeConfig, kubeConfigFor, type Person } from './kubeconfig.ts';
import { type ProgramHome, programFor, programRunOf, resumeProgram, startProgram } from './programs.ts';
import { startScp } from './remote/manifests.ts';
import { answerSsh, sshRunOf, startSsh } from './remote/ssh.ts';
import { splitLine } from './shell.ts';

/** What kubectl remembers: its runs, newest last. */
export interface KubectlState {
  client: ClientState;
  /** Who one can be from this machine, and who one is now. */
  config: KubeConfig;
  /** `host:port` of the API server, for error texts. */
  server: string;
  /** Machines that ssh reaches: the nodes. */
  hosts: readonly string[];
  runtimes: Desk['runtimes'];
  /** The members of etcd, for whoever asks them. */
  etcd: ProgramHome['etcd'];
  /** Files that programs have written on this machine. */
  saved: Map<string, Value>;
  runs: Map<string, Run>;
  discovers: boolean;
  found: JsonObject | undefined;
}

const MAX_RUNS = 50;
const USER_AGENT = 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0';

/** It waits for as long as a server answers; after a minute each server has, so that silence is a broken network. */
const PATIENCE_MS = 65_000;

/** The component: one actor, on the machine of the person who types. */
export const kubectl: Component<KubectlState, TerminalProtocol> = {
  name: 'kubectl',

  init(_self, config: Value) {
    const {
      server = 'control-plane:6443',
      hosts = [],
      runtimes = {},
      people = [],
      etcd = [],
      discovers = false,
    } = (config ?? {}) as {
      server?: string;
      hosts?: readonly string[];
      runtimes?: Desk['runtimes'];
      etcd?: ProgramHome['etcd'];
      people?: readonly Person[];
      discovers?: boolean;
    };
    return part<KubectlState>({
      client: createClient(USER_AGENT, undefined, [], { ...(config as ClientConfig), callTimeoutMs: PATIENCE_MS }),
      config: kubeConfigFor(people),
      server,
      hosts,
      runtimes,
      etcd,
      saved: new Map(),
      runs: new Map(),
      discovers,
      found: undefined,
    });
  },

  receive(state, message: Message<TerminalProtocol & KernelProtocol>, io) {
    withKinds(state, () => receive(state, message, io));
    if (!state.discovers) return;
    for (const run of state.runs.values()) {
      const isAnswered = run.then === DISCOVERED && !state.client.calls.has(run.waitingFor ?? '');
      if (isAnswered && run.exitCode === undefined) withKinds(state, () => startCommand(state, run, io));
    }
  },

  inspect(state) {
    return { runs: [...state.runs.values()].map(inspectRun) };
  },
};

/** With the kinds that were heard of, beside those that it knows by itself. */
function withKinds(state: KubectlState, work: () => void): void {
  if (state.discovers) serving(kindsIn(state.found), work);
  else work();
}

function receive(state: KubectlState, message: Message<TerminalProtocol & KernelProtocol>, io: IO): void {
  switch (message.kind) {
    case 'start':
      startClient(state.client, io);
      break;
    case 'run':
      begin(state, message.body, io);
      break;
    case 'saved':
      saved(state, message.body, io);
      break;
    case 'interrupt':
      interrupt(state, message.body.id, io);
      break;
    default:
      receiveOther(state, message as AnyMessage, io);
  }
}

function begin(state: KubectlState, body: TerminalProtocol['run'], io: IO): void {
  const { id, line, files } = body;
  const run = part<Run>({
    id,
    line,
    startedAt: io.now,
    output: [],
    exitCode: undefined,
    advice: undefined,
    words: [],
    command: '',
    args: { words: [], dash: undefined, flags: {}, lists: {} },
    files,
    then: '',
    data: null,
    visit: undefined,
    item: undefined,
    failures: [],
    warned: [],
    waitingFor: undefined,
    watch: '',
    watchSequence: 0,
    steps: 0,
  });
  state.runs.set(id, run);
  for (const old of state.runs.values()) {
    if (state.runs.size <= MAX_RUNS) break;
    if (old.exitCode !== undefined) state.runs.delete(old.id);
  }
  io.note({ what: 'kubectl/started', run: id, line });
  start(state, run, io);
}

function start(state: KubectlState, run: Run, io: IO): void {
  const read = readLine(state, run);
  if (read === 'ssh') startSsh(state, run, io);
  else if (read === 'scp') startScp(state, run, io);
  else if ('begin' in read) startProgram(state, run, read, io);
  else if ('exit' in read) {
    print(run, read.exit === 0 ? out(...read.lines) : err(...read.lines), io);
    finish(state, run, read.exit, io);
  } else {
    run.command = read.command;
    run.args = read.args;
    startCommand(state, run, io);
  }
}

function readLine({ saved }: KubectlState, run: Run): Read | TerminalProgram | 'ssh' | 'scp' {
  const split = splitLine(run.line);
  if ('problem' in split) return { lines: [split.problem], exit: 2 };
  const found = programFor(split.words);
  const editor = /^(?:KUBE_)?EDITOR=(.*)$/.exec(split.words[0] ?? '')?.[1];
  const [program = '', ...words] = editor === undefined ? split.words : split.words.slice(1);
  run.words = found === undefined ? words : split.words;
  if (found !== undefined) return found;
  if (program === 'ssh' || program === 'scp') return program;
  if (program === 'kubectl' || program === 'k') return withEditor(readCommand(words), editor);
  return answerWord(program, words, run.files, [...saved.keys()]);
}

/** A variable that stands before the line says which program is the editor. */
function withEditor(read: Read, editor: string | undefined): Read {
  if (editor === undefined || 'exit' in read) return read;
  return { ...read, args: { ...read.args, flags: { ...read.args.flags, KUBE_EDITOR: editor } } };
}

/** The editor of a run is closed. */
function saved(state: KubectlState, { id, file }: TerminalProtocol['saved'], io: IO): void {
  const run = state.runs.get(id);
  if (run?.then === 'saved') resume(state, run, { type: 'saved', file }, io);
}

/** Ctrl+C: a command that handles the signal itself ends with 1, any other with 130. */
function interrupt(state: KubectlState, id: string, io: IO): void {
  const run = state.runs.get(id);
  if (run === undefined || run.exitCode !== undefined) return;
  run.failures.length = 0;
  finish(state, run, run.watch === '' ? 130 : 1, io);
}

function receiveOther(state: KubectlState, message: AnyMessage, io: IO): void {
  const remote = sshRunOf(state.runs, message);
  const program = programRunOf(state.runs, message);
  if (program !== undefined) resumeProgram(state, program, message, io);
  else if (remote !== undefined) answerSsh(state, remote, message, io);
  else if (message.kind === 'event') frame(state, message.body as WatchFrame, io);
  else if (message.kind === 'closed') closed(state, (message.body as { watch: MessageId }).watch, io);
  else if (message.kind === 'kubectl/timer' || message.kind === 'kubectl/deadline') timer(state, message, io);
  else answered(state, message, io);
}

function answered(state: KubectlState, message: AnyMessage, io: IO): void {
  const outcome = receiveClient(state.client, message, io);
  if (message.kind === 'disconnected') {
    for (const run of state.runs.values()) if (run.watch !== '') closed(state, run.watch, io);
  }
  const answer = outcome?.answer;
  const run = answer === undefined ? undefined : state.runs.get((answer.data as { run: string }).run);
  if (answer === undefined || run === undefined) return;
  if (answer.then === 'kubectl/watch') {
    if (answer.response.streaming) return;
    run.watch = '';
  }
  resume(state, run, { type: 'response', response: answer.response }, io);
}

function frame(state: KubectlState, body: WatchFrame, io: IO): void {
  const run = watching(state, body.watch);
  if (run === undefined) return;
  const isLost = body.sequence !== run.watchSequence + 1;
  run.watchSequence = body.sequence;
  if (isLost) closed(state, body.watch, io);
  else if (body.type !== 'BOOKMARK') resume(state, run, { type: 'frame', frame: body }, io);
}

function closed(state: KubectlState, watch: MessageId, io: IO): void {
  const run = watching(state, watch);
  if (run === undefined) return;
  run.watch = '';
  resume(state, run, { type: 'closed' }, io);
}

function watching(state: KubectlState, watch: MessageId): Run | undefined {
  for (const run of state.runs.values()) if (run.watch === watch) return run;
  return undefined;
}

function timer(state: KubectlState, message: AnyMessage, io: IO): void {
  const { run: id, step } = message.body as { run: string; step?: number };
  const run = state.runs.get(id);
  if (run === undefined) return;
  if (message.kind === 'kubectl/deadline') expire(state, run, io);
  else if (run.steps === step) resume(state, run, { type: 'timer' }, io);
}

function inspectRun(run: Run): TerminalRun {
  const { id, line, startedAt, output, exitCode, waitingFor, advice } = run;
  return { id, line, startedAt, output: output.slice(), exitCode, waitingFor, advice };
}
