import type { IO } from '../kernel/component.ts';
import type { AnyMessage, Millis } from '../kernel/message.ts';
import type { ContainerStats, CriClientProtocol } from '../protocol/cri.ts';
import type { Computing } from './computing.ts';
import { answer, applyStep } from './processes.ts';
import type { CpuAccount, Process, Request, RuntimeState } from './state.ts';
import { callTime } from './timing.ts';

/** The kernel gives a limited container its share anew so often: `cpu.cfs_period_us`. */
const PERIOD_MS: Millis = 100;
/** Connections that wait for a process; further ones get no answer, as from a full listen queue. */
const BACKLOG = 128;
const NEW: CpuAccount = { usedMs: 0, doneAt: 0, spentMs: 0, works: [] };
const MEBIBYTE = 1_048_576;

/**
 * What programs use, and what a CPU limit does to them. A process works on one core, on one thing after the other. A
 * limit of 200m is 20 ms in each 100 ms: what is left to do when they are spent waits for the next period (throttling),
 * so that answers come later. Follows: CFS bandwidth control of Linux, ListContainerStats of containerd.
 * Leaves out: that containers of a busy node take time from one another, the time of light programs (they say nothing
 * about it and count as 0), and of probes and commands.
 */
export const cpu: Computing = {
  begin(state, process, step, io) {
    const { workMs = 0, answers = [], send, exitCode, wakeMs, ...now } = step;
    const { works = [] } = process.cpu ?? {};
    if (answers.length > 0 && works.length >= BACKLOG) return;
    const account = book(process, workMs, io.now);
    const tookMs = account.doneAt - io.now;
    const then = {
      answers,
      ...(send && { send }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(wakeMs === undefined ? {} : { wakeMs: Math.max(0, Math.ceil(wakeMs - tookMs)) }),
    };
    const next = { ...account, works: [...works, { workMs, doneAt: account.doneAt, then }] };
    applyStep(state, { ...process, cpu: next }, now, io);
    wakeAtEnd(process.id, tookMs, io);
  },
  resume({ id, cpu: account }, io) {
    for (const { doneAt } of account?.works ?? []) wakeAtEnd(id, doneAt - io.now, io);
  },
  message(state, message, io) {
    if (message.kind === 'program/worked') worked(state, (message.body as { container: string }).container, io);
    else if (message.kind === 'listContainerStats') beginStats(message, io);
    else if (message.kind === 'cpu/stats')
      answer(message.body as Request, 'listContainerStatsDone', stats(state, io), io);
    else return false;
    return true;
  },
};

function wakeAtEnd(container: string, tookMs: Millis, io: IO): void {
  io.after(Math.max(0, Math.ceil(tookMs)), 'program/worked', { container }, { routine: true });
}

/** Puts work at the end of what a process has to do: when is it done, period by period? */
export function book(
  { cpu: account = NEW, cpuLimitMilli }: Pick<Process, 'cpu' | 'cpuLimitMilli'>,
  workMs: Millis,
  now: Millis,
): CpuAccount {
  const quota = cpuLimitMilli === 0 ? PERIOD_MS : Math.min(PERIOD_MS, (cpuLimitMilli * PERIOD_MS) / 1000);
  const at = Math.max(now, account.doneAt);
  const period = Math.floor(at / PERIOD_MS);
  const spent = Math.floor(account.doneAt / PERIOD_MS) === period ? account.spentMs : 0;
  const first = Math.min(workMs, quota - spent, (period + 1) * PERIOD_MS - at);
  const left = workMs - first;
  if (left <= 0) return { ...account, doneAt: at + first, spentMs: spent + first };
  const full = Math.ceil(left / quota) - 1;
  const last = left - full * quota;
  return { ...account, doneAt: (period + 1 + full) * PERIOD_MS + last, spentMs: last };
}

/** The oldest work is done: what follows from it happens now. */
function worked(state: RuntimeState, id: string, io: IO): void {
  const process = state.containers.get(id);
  const account = process?.cpu;
  const [work, ...works] = account?.works ?? [];
  if (process?.phase !== 'running' || account === undefined || work === undefined) return;
  const paid = { ...process, cpu: { ...account, usedMs: account.usedMs + work.workMs, works } };
  applyStep(state, paid, { ...work.then, state: process.state }, io);
}

function beginStats({ id, from, routine }: AnyMessage, io: IO): void {
  io.after(callTime('listContainerStats', io), 'cpu/stats', { id, from, routine }, { routine: true });
}

function stats({ containers }: RuntimeState, { now }: IO): CriClientProtocol['listContainerStatsDone'] {
  const running = [...containers.values()].filter(({ phase }) => phase === 'running');
  return { containers: running.map((process) => statsOf(process, now)) };
}

function statsOf(process: Process, now: Millis): ContainerStats {
  const { podName, namespace, name, startedAt, busyCores, cpuLimitMilli } = process;
  const busy = cpuLimitMilli === 0 ? busyCores : Math.min(busyCores, cpuLimitMilli / 1000);
  const cpuMs = (process.cpu?.usedMs ?? 0) + busy * (now - startedAt);
  return { podName, namespace, name, startedAt, cpuMs, memoryBytes: memoryOf(process) };
}

/** What programs that say nothing about it take, in MiB. */
const MEMORY = new Map([
  ['nginx', 3],
  ['httpd-foreground', 7],
  ['apache2-foreground', 12],
  ['redis-server', 4],
  ['mysqld', 380],
  ['fluentd', 60],
  ['sh', 1],
  ['pause', 1],
]);

/** The memory that a container uses now. */
export function memoryOf({ argv, memoryBytes }: Process): number {
  return memoryBytes || (MEMORY.get((argv[0] ?? '').split('/').at(-1) ?? '') ?? 5) * MEBIBYTE;
}
