import type { Millis } from '../../kernel/message.ts';
import type { Launch, Outgoing, Program, Step } from './program.ts';

interface WorkerState {
  readonly asked: number;
  /** Whether a job is in hand, and whether it is the last one. */
  readonly isBusy: boolean;
  readonly isStopping: boolean;
  readonly done: number;
  readonly reportAt: Millis;
}

const MEMORY_BYTES = 64 * 1_048_576;
const REPORT_MS = 10_000;
const PAUSE_MS = 500;

/**
 * Takes jobs from QUEUE (`service[:port]`, default queue:5672), one after the other, and works WORK_MS of CPU on each
 * (default 400). When there is none it asks again after half a second. Every ten seconds it reports how many it has
 * done; at SIGTERM it ends after the job in hand.
 */
export const worker: Program = {
  start(launch) {
    const state: WorkerState = {
      asked: 0,
      isBusy: false,
      isStopping: false,
      done: 0,
      reportAt: launch.now + REPORT_MS,
    };
    return { state, lines: [`takes jobs from ${queueOf(launch)}`], memoryBytes: MEMORY_BYTES, wakeMs: 1 };
  },
  wake(value, launch): Step {
    const state = value as WorkerState;
    const done = state.done + (state.isBusy ? 1 : 0);
    if (state.isStopping) return { state, lines: ['ends after its job'], exitCode: 0 };
    const isDue = launch.now >= state.reportAt;
    const next: WorkerState = {
      ...state,
      asked: state.asked + 1,
      isBusy: false,
      done: isDue ? 0 : done,
      reportAt: isDue ? state.reportAt + REPORT_MS : state.reportAt,
    };
    return { state: next, lines: isDue ? [`${done} jobs in 10 s`] : [], send: [ask(next.asked, launch)] };
  },
  answered(value, { outcome, payload }, { env }): Step {
    const state = value as WorkerState;
    if (outcome !== 'ok') return { state, lines: [`queue: ${outcome}`], wakeMs: PAUSE_MS };
    if (!payload.startsWith('200')) return { state, wakeMs: PAUSE_MS };
    return { state: { ...state, isBusy: true }, workMs: Number(env['WORK_MS'] ?? 400) || 0, wakeMs: 1 };
  },
  terminate(value): Step {
    const state = value as WorkerState;
    return state.isBusy ? { state: { ...state, isStopping: true } } : { state, exitCode: 0 };
  },
};

function queueOf({ env }: Launch): string {
  return env['QUEUE'] ?? 'queue';
}

function ask(count: number, launch: Launch): Outgoing {
  const [host = '', port = ''] = queueOf(launch).split(':');
  return { tag: String(count), host, port: Number(port) || 5672, payload: 'take', timeoutMs: 1000 };
}
