import type { Value } from '../../kernel/value.ts';
import type { Answered, Launch, Outgoing, Program, Step } from './program.ts';

interface LoadState {
  readonly sent: number;
  /** Of the report that comes next: what was answered well, in milliseconds each, and what was not. */
  readonly times: readonly number[];
  readonly failed: number;
  readonly reportAt: number;
}

const REPORT_MS = 10_000;
const MAX_TIMES = 5000;

/**
 * Asks `GET /` of TARGET (`service[.namespace][:port]`) RATE times a second (default 10) and reports every ten seconds:
 * how many answers, how many failures, and the latencies that 50, 95 and 99 percent of the answers stayed within.
 */
export const loadgenerator: Program = {
  start(launch) {
    const state: LoadState = { sent: 0, times: [], failed: 0, reportAt: launch.now + REPORT_MS };
    return { state, lines: [`asks http://${targetOf(launch)}/ ${rateOf(launch)} times a second`], wakeMs: 1 };
  },
  wake(value, launch) {
    const state = value as LoadState;
    const sent = state.sent + 1;
    const isDue = launch.now >= state.reportAt;
    const fresh = { times: [], failed: 0, reportAt: state.reportAt + REPORT_MS };
    const wakeMs = Math.max(1, Math.round(1000 / rateOf(launch)));
    const next: LoadState = { ...state, ...(isDue ? fresh : {}), sent };
    return { state: next, lines: isDue ? [reportOf(state)] : [], wakeMs, send: [ask(sent, launch)] };
  },
  answered(value, { outcome, payload, tookMs }: Answered): Step {
    const state = value as LoadState;
    const isGood = outcome === 'ok' && /^[23]/.test(payload);
    if (!isGood) return { state: { ...state, failed: state.failed + 1 } };
    return { state: { ...state, times: [...state.times, tookMs].slice(-MAX_TIMES) } };
  },
  terminate: (state: Value): Step => ({ state, lines: [reportOf(state as LoadState)], exitCode: 0 }),
};

function rateOf({ env }: Launch): number {
  return Math.min(Math.max(Number(env['RATE']) || 10, 0.1), 500);
}

function targetOf({ argv, env }: Launch): string {
  return (argv[1] ?? env['TARGET'] ?? 'web').replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function ask(sent: number, launch: Launch): Outgoing {
  const [host = '', port = '80'] = targetOf(launch).split(':');
  return { tag: String(sent), host, port: Number(port) || 80, payload: 'GET /', timeoutMs: 1000 };
}

function reportOf({ times, failed }: LoadState): string {
  const head = `${times.length} answers, ${failed} failures in 10 s`;
  if (times.length === 0) return head;
  const sorted = [...times].sort((a, b) => a - b);
  const within = (percent: number) => `p${percent} ${sorted[Math.ceil((sorted.length * percent) / 100) - 1]} ms`;
  return `${head}; ${[50, 95, 99].map(within).join(', ')}`;
}
