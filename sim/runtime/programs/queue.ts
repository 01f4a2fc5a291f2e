import type { Millis } from '../../kernel/message.ts';
import type { Launch, Program, Step } from './program.ts';

interface QueueState {
  readonly waiting: number;
  /** Of the report that comes next. */
  readonly taken: number;
  readonly reportAt: Millis;
}

const MEMORY_BYTES = 40 * 1_048_576;
const REPORT_MS = 10_000;
const TICK_MS = 1000;

/**
 * A queue of jobs, on port 5672. JOBS_PER_SECOND (default 0) come in from outside; `put` adds one, `take` gives the
 * oldest away. Every ten seconds it reports how many wait. What it knows is gone with its container.
 */
export const queue: Program = {
  start: ({ now }) => ({
    state: { waiting: 0, taken: 0, reportAt: now + REPORT_MS } satisfies QueueState,
    lines: ['queue listens'],
    listen: [5672],
    memoryBytes: MEMORY_BYTES,
    wakeMs: TICK_MS,
  }),
  wake(value, launch): Step {
    const state = value as QueueState;
    const filled = { ...state, waiting: state.waiting + arrivals(launch) };
    if (launch.now < state.reportAt) return { state: filled, wakeMs: TICK_MS };
    const lines = [`${filled.waiting} jobs wait, ${state.taken} taken in 10 s`];
    return { state: { ...filled, taken: 0, reportAt: state.reportAt + REPORT_MS }, lines, wakeMs: TICK_MS };
  },
  request(value, { payload }) {
    const state = value as QueueState;
    if (payload === 'put') return { state: { ...state, waiting: state.waiting + 1 }, answer: '200 kept' };
    if (payload !== 'take') return { state, answer: '400 put or take' };
    if (state.waiting < 1) return { state, answer: '204 empty' };
    return { state: { ...state, waiting: state.waiting - 1, taken: state.taken + 1 }, answer: '200 job' };
  },
  terminate: (state) => ({ state, listen: [], exitCode: 0 }),
};

function arrivals({ env }: Launch): number {
  return Math.max(0, Math.round(Number(env['JOBS_PER_SECOND']) || 0));
}
