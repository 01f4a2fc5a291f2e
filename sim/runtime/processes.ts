import type { IO } from '../kernel/component.ts';
import { type Address, address } from '../kernel/message.ts';
import type { CriClientProtocol, CriProtocol, RuntimeContainer } from '../protocol/cri.ts';
import { type CoreDnsProtocol, coreDnsOf } from '../protocol/dns.ts';
import { computing } from './computing.ts';
import { filesOf, keepFiles } from './files.ts';
import { metering } from './metering.ts';
import { reply, sendRequests } from './outgoing.ts';
import { programFor } from './programs/index.ts';
import type { Launch, Program, Step } from './programs/program.ts';
import type { LogLine, Process, Request, RuntimeState } from './state.ts';

const MAX_LINES = 300;

/** Runs a container's program for the first time. False when the image has no such executable. */
export function startProcess(state: RuntimeState, process: Process, io: IO): boolean {
  const program = programOf(process);
  if (program === undefined) return false;
  const running: Process = { ...process, phase: 'running', startedAt: io.now };
  state.containers.set(process.id, running);
  applyStep(state, running, program.start(launchOf(state, running, io)), io);
  if (state.containers.get(process.id)?.phase === 'running') beginServing(state, process, io);
  return true;
}

/** Carries out what a program has done, at once or when its work is done. */
export function applyStep(state: RuntimeState, process: Process, step: Step, io: IO, routine = true): void {
  if (step.workMs !== undefined && computing.cpu !== undefined) {
    computing.cpu.begin(state, process, step, io);
    return;
  }
  const { id } = process;
  if (step.lines !== undefined && step.lines.length > 0) appendLog(state, id, step.lines, io);
  const wakes = step.wakeMs === undefined ? process : { turn: process.turn + 1, wakeAt: io.now + step.wakeMs };
  const next: Process = {
    ...process,
    state: step.state,
    files: step.files === undefined ? process.files : keepFiles(state, process, step.files),
    listening: step.listen ?? process.listening,
    ...(step.listenUdp !== undefined && { listeningUdp: step.listenUdp }),
    memoryBytes: step.memoryBytes ?? process.memoryBytes,
    diskBytes: step.diskBytes ?? process.diskBytes,
    busyCores: step.busyCores ?? process.busyCores,
    turn: wakes.turn,
    wakeAt: wakes.wakeAt,
  };
  state.containers.set(id, next);
  for (const { to, payload } of step.answers ?? []) reply(state, to, { outcome: 'ok', payload }, routine, io);
  if (step.exitCode !== undefined) {
    end(state, id, { exitCode: step.exitCode, reason: step.exitCode === 0 ? 'Completed' : 'Error' }, io);
    return;
  }
  if (process.memoryLimitBytes > 0 && (step.memoryBytes ?? 0) > process.memoryLimitBytes) {
    end(state, id, { exitCode: 137, reason: 'OOMKilled' }, io);
    return;
  }
  if (step.wakeMs !== undefined) {
    io.after(step.wakeMs, 'program/wake', { container: id, turn: next.turn }, { routine: true });
  }
  const hasGrown = next.memoryBytes > process.memoryBytes || next.diskBytes > process.diskBytes;
  if (hasGrown) metering.meter?.rose(state, io);
  if (step.send !== undefined) sendRequests(state, next, step.send, io);
}

/** The process that answers for a program, if it has one and this node too. */
export function serverOf({ hasDns, node }: RuntimeState, process: Process): Address<CoreDnsProtocol> | undefined {
  return hasDns && programOf(process)?.servedBy === 'coredns' ? coreDnsOf(node) : undefined;
}

function beginServing(state: RuntimeState, process: Process, io: IO): void {
  const server = serverOf(state, process);
  if (server === undefined) return;
  const { id: container, podName: pod, namespace } = process;
  const token = filesOf(state, process)[`${ACCOUNT_PATH}/token`];
  const ip = state.sandboxes.get(process.sandbox)?.ip ?? '';
  const body = { container, pod: `${namespace}/${pod}`, ip, ...(token !== undefined && { token }) };
  io.send(server, 'serve', body, { routine: true });
}

/** Where a pod has its ServiceAccount. */
const ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A program's own timer. */
export function wakeProcess(state: RuntimeState, id: string, turn: number, io: IO): void {
  const process = state.containers.get(id);
  if (process?.phase !== 'running' || process.turn !== turn) return;
  const program = programOf(process);
  const step = program?.wake?.(process.state, launchOf(state, process, io));
  if (step !== undefined) applyStep(state, { ...process, wakeAt: undefined }, step, io);
}

/** The runtime's process has ended or begun anew, and the containers' run on: their timers are set again. */
export function resumeProcesses(state: RuntimeState, io: IO): void {
  for (const process of state.containers.values()) {
    const { id, phase, wakeAt, turn } = process;
    if (phase === 'running') computing.cpu?.resume(process, io);
    if (phase !== 'running' || wakeAt === undefined) continue;
    io.after(Math.max(0, wakeAt - io.now), 'program/wake', { container: id, turn }, { routine: true });
  }
  for (const [flow, { until }] of state.requests) {
    io.after(Math.max(0, until - io.now), 'program/timeout', { flow }, { routine: true });
  }
}

/** SIGTERM now, SIGKILL when the time is over; the answer comes when the process has ended. */
export function stopProcess(
  state: RuntimeState,
  { container, timeoutMs }: CriProtocol['stopContainer'],
  request: Request,
  io: IO,
): void {
  const process = state.containers.get(container);
  if (process?.phase !== 'running') {
    answer(request, 'stopContainerDone', { container }, io);
    return;
  }
  const earlier = state.stopping.get(container) ?? [];
  state.stopping.set(container, [...earlier, request]);
  io.after(timeoutMs, 'program/kill', { container });
  if (earlier.length > 0) return;
  io.note({ what: 'containerd/sigterm', about: `pod/${process.podName}`, container: process.name, timeoutMs });
  terminate(state, container, io);
}

/** SIGTERM, or what a command beside the process does to end it. */
export function terminate(state: RuntimeState, id: string, io: IO): void {
  const process = state.containers.get(id);
  const step = process?.phase === 'running' ? programOf(process)?.terminate?.(process.state) : undefined;
  if (process !== undefined && step !== undefined) applyStep(state, process, step, io);
}

/** SIGKILL: nothing can refuse it. */
export function kill(state: RuntimeState, id: string, io: IO): void {
  const process = state.containers.get(id);
  if (process?.phase !== 'running') return;
  io.note({ what: 'containerd/sigkill', about: `pod/${process.podName}`, container: process.name });
  end(state, id, { exitCode: 137, reason: 'Error' }, io);
}

/** A fault from outside: the process ends at once. Nothing happens when there is no such pod here. */
export function crashProcess(
  state: RuntimeState,
  { namespace, pod, container, exitCode }: CriProtocol['crash'],
  io: IO,
): void {
  for (const process of state.containers.values()) {
    const isMeant = process.podName === pod && process.namespace === namespace;
    if (!isMeant || process.phase !== 'running' || (container !== '' && process.name !== container)) continue;
    end(state, process.id, { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' }, io);
    return;
  }
}

/** The process is over: kubelet gets a hint, and the calls that waited for it their answer. */
export function end(state: RuntimeState, id: string, how: { exitCode: number; reason: string }, io: IO): void {
  const process = state.containers.get(id);
  if (process === undefined) return;
  const ended = { phase: 'exited' as const, finishedAt: io.now, listening: [], wakeAt: undefined };
  const message = process.message || lastWords(state, process, how.exitCode);
  state.containers.set(id, { ...process, ...ended, ...how, message });
  io.note({ what: 'containerd/exited', about: `pod/${process.podName}`, container: process.name, ...how });
  const server = serverOf(state, process);
  if (server !== undefined) io.send(server, 'quit', { container: id }, { routine: true });
  const requests = state.stopping.get(id) ?? [];
  state.stopping.delete(id);
  for (const request of requests) answer(request, 'stopContainerDone', { container: id }, io);
  if (state.isAlone) return;
  const kubelet = address<CriClientProtocol>(`kubelet/${state.node}`);
  io.send(kubelet, 'containerChanged', { podUid: process.podUid }, { routine: true });
}

const MAX_MESSAGE = 4096;
const MAX_LOG_MESSAGE = 2048;
const MAX_LOG_LINES = 80;

/** What the process wrote into its termination message file, or, if it may, the end of the log of one that failed. */
function lastWords(state: RuntimeState, process: Process, exitCode: number): string {
  const { path, orLog } = process.termination;
  const written = (filesOf(state, process)[path] ?? '').slice(0, MAX_MESSAGE);
  if (written !== '' || !orLog || exitCode === 0) return written;
  const lines = (state.logs.get(process.id) ?? []).slice(-MAX_LOG_LINES);
  return lines
    .map(({ text }) => `${text}\n`)
    .join('')
    .slice(-MAX_LOG_MESSAGE);
}

/** Answers a call, whenever that is. */
export function answer<K extends keyof CriClientProtocol>(
  request: Request,
  kind: K,
  body: CriClientProtocol[K],
  io: IO,
): void {
  io.reply({ id: request.id, from: address(request.from) }, kind, body, { routine: request.routine });
}

/** The outcome of a command that took its time. */
export interface Late {
  readonly request: Request;
  readonly done: 'execSyncDone' | 'execDone';
  readonly exitCode: number;
  readonly output: string;
}

/** Answers for a command whose time is over. */
export function answerLate({ request, done, exitCode, output }: Late, io: IO): void {
  answer(request, done, { exitCode, output }, io);
}

/** The container as kubelet may know it. */
export function reportOf(process: Process, { engine }: Pick<RuntimeState, 'engine'>): RuntimeContainer {
  const { id, sandbox, podUid, name, image, userImage, imageId, attempt, phase, createdAt, startedAt, finishedAt } =
    process;
  const { exitCode, reason, message } = process;
  const times = { createdAt, startedAt, finishedAt };
  return {
    id,
    sandbox,
    podUid,
    name,
    image,
    userImage,
    imageId,
    attempt,
    state: phase,
    ...times,
    exitCode,
    reason,
    message,
    ...(engine === 'crio' ? { runtime: 'cri-o' } : {}),
    ...(engine === 'dockerd' ? { runtime: 'docker', command: process.argv } : {}),
  };
}

/** What the container's program knows of its surroundings. */
export function launchOf(state: RuntimeState, process: Process, io: IO): Launch {
  const { argv, env, podName, namespace, image, mounts } = process;
  const hostname = state.sandboxes.get(process.sandbox)?.hostNetwork ? state.node : podName;
  return { argv, env, image, files: filesOf(state, process), mounts, hostname, namespace, now: io.now };
}

/** The program that a container's command line names. */
export function programOf({ argv }: Process): Program | undefined {
  return programFor(argv[0] ?? '');
}

function appendLog(state: RuntimeState, id: string, texts: readonly string[], io: IO): void {
  const lines = texts.map((text): LogLine => ({ at: io.now, text }));
  state.logs.set(id, [...(state.logs.get(id) ?? []), ...lines].slice(-MAX_LINES));
}
