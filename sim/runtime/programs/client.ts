import type { Value } from '../../kernel/value.ts';
import type { Answered, Launch, Outgoing, Program, Step } from './program.ts';

interface ClientState {
  readonly sent: number;
  readonly ok: number;
  readonly refused: number;
  readonly timedOut: number;
  /** Answers by their first line, most recent last; bounded. */
  readonly servers: readonly (readonly [string, number])[];
}

const MAX_SERVERS = 32;

/**
 * Asks `GET /` of TARGET (`service[.namespace]`, `address`, each with `:port`; port 80 otherwise) every INTERVAL_MS
 * (default 1000) and gives up after TIMEOUT_MS (default 1000). Each answer is a line of its log, and it counts
 * answers by server.
 */
export const client: Program = {
  start(launch) {
    const state: ClientState = { sent: 0, ok: 0, refused: 0, timedOut: 0, servers: [] };
    return { state, lines: [`asks http://${targetOf(launch)}/`], wakeMs: 1 };
  },
  wake(value, launch) {
    const state = value as ClientState;
    const sent = state.sent + 1;
    return { state: { ...state, sent }, wakeMs: Number(launch.env['INTERVAL_MS']) || 1000, send: [ask(sent, launch)] };
  },
  answered(value, answered) {
    const state = value as ClientState;
    return { state: counted(state, answered), lines: [lineFor(answered)] };
  },
  terminate: (state: Value): Step => ({ state, exitCode: 0 }),
};

function targetOf({ argv, env }: Launch): string {
  const target = argv[1] ?? env['TARGET'] ?? 'web';
  return target.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function ask(sent: number, launch: Launch): Outgoing {
  const [host = '', port = '80'] = targetOf(launch).split(':');
  const timeoutMs = Number(launch.env['TIMEOUT_MS']) || 1000;
  return { tag: String(sent), host, port: Number(port) || 80, payload: 'GET /', timeoutMs };
}

function counted(state: ClientState, { outcome, payload }: Answered): ClientState {
  if (outcome === 'timeout') return { ...state, timedOut: state.timedOut + 1 };
  if (outcome !== 'ok') return { ...state, refused: state.refused + 1 };
  const server = firstLine(payload);
  const count = state.servers.find(([name]) => name === server)?.[1] ?? 0;
  const others = state.servers.filter(([name]) => name !== server).slice(-MAX_SERVERS);
  return { ...state, ok: state.ok + 1, servers: [...others, [server, count + 1]] };
}

function lineFor({ tag, outcome, payload, tookMs }: Answered): string {
  if (outcome === 'ok') return `${tag}: ${firstLine(payload)} (${tookMs} ms)`;
  if (outcome === 'timeout') return `${tag}: no answer within ${tookMs} ms`;
  if (outcome === 'refused') return `${tag}: connection refused`;
  return `${tag}: ${payload === '' ? 'no Service of that name' : `no name server answers (${payload})`}`;
}

function firstLine(payload: string): string {
  return payload.slice(4).split('\n')[0] ?? '';
}
