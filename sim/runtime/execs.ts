import type { IO } from '../kernel/component.ts';
import type { CriProtocol } from '../protocol/cri.ts';
import { notFound } from './dialect.ts';
import { keepFiles } from './files.ts';
import { newId } from './ids.ts';
import { sendRequests } from './outgoing.ts';
import { answer, launchOf } from './processes.ts';
import type { Answered, ExecResult } from './programs/program.ts';
import { execute, isShellCommand, resume } from './programs/shell.ts';
import type { Command, Request, RuntimeState } from './state.ts';

/** Runs a probe or a hook in a container. */
export function execSync(state: RuntimeState, body: CriProtocol['execSync'], request: Request, io: IO): void {
  begin(state, body, { request, done: 'execSyncDone' }, io);
}

/** A command for which the image has no file does not start; the text is containerd's. */
export function exec(state: RuntimeState, body: CriProtocol['exec'], request: Request, io: IO): void {
  const process = state.containers.get(body.container);
  const [executable = ''] = body.command;
  if (process?.phase === 'running' && !isShellCommand(executable.split('/').at(-1) ?? '')) {
    const start = `failed to exec in container: failed to start exec "${newId(state, executable)}": `;
    const runc = 'OCI runtime exec failed: exec failed: unable to start container process: ';
    const message = `error executing command in container: ${start}${runc}${notFound(executable)}: unknown`;
    answer(request, 'failed', { call: 'exec', reason: '', message }, io);
  } else begin(state, body, { request, done: 'execDone' }, io);
}

/** An answer that a command waits for has come, or its time is over. With its container it is killed. */
export function goOn(state: RuntimeState, id: string, answered: Answered, io: IO): void {
  const command = state.commands?.get(id);
  state.commands?.delete(id);
  if (command === undefined) return;
  const process = state.containers.get(command.container);
  if (process?.phase !== 'running') {
    answer(command.request, command.done, { exitCode: 137, output: command.output }, io);
    return;
  }
  const launch = { ...launchOf(state, process, io), argv: command.argv };
  settle(state, command, resume(command.state, answered, launch), io, id);
}

type Asker = Pick<Command, 'request' | 'done'>;

function begin(state: RuntimeState, { container, command: argv }: CriProtocol['exec'], asker: Asker, io: IO): void {
  const process = state.containers.get(container);
  if (process?.phase !== 'running') {
    const message = `rpc error: code = Unknown desc = failed to exec in container: container is not running`;
    const call = asker.done === 'execDone' ? 'exec' : 'execSync';
    answer(asker.request, 'failed', { call, reason: '', message }, io);
    return;
  }
  const command = { ...asker, container, argv, state: null, output: '' };
  settle(state, command, execute(argv, launchOf(state, process, io)), io);
}

/** It has ended, and its outcome comes when its sleeps are over; or it waits for answers. */
function settle(state: RuntimeState, command: Command, result: ExecResult, io: IO, id = ''): void {
  const process = state.containers.get(command.container);
  if (process === undefined) return;
  const { request, done } = command;
  const { exitCode, files, tookMs = 0, quits, asks } = result;
  const output = command.output + result.output;
  if (files !== undefined) state.containers.set(process.id, { ...process, files: keepFiles(state, process, files) });
  if (quits === true) io.after(tookMs, 'program/quit', { container: process.id }, { routine: true });
  if (asks !== undefined) {
    const own = id === '' ? newId(state, command.argv.join(' ')) : id;
    state.commands ??= new Map();
    state.commands.set(own, { ...command, output, state: asks.state });
    sendRequests(state, process, asks.send, io, own);
  } else if (tookMs === 0) answer(request, done, { exitCode, output }, io);
  else io.after(tookMs, 'cri/answer', { request, done, exitCode, output }, { routine: request.routine });
}
