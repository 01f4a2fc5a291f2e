import type { Value } from '../../kernel/value.ts';
import type { Connection, Launch, Outgoing, Program } from './program.ts';

interface ApiState {
  readonly asked: number;
  /** Requests that wait for the database, by the tag of the query. */
  readonly waiting: readonly (readonly [string, Connection])[];
}

const MEMORY_BYTES = 48 * 1_048_576;
const QUERY_TIMEOUT_MS = 800;

/**
 * An API server with a database behind it, on port 8080. `GET /` takes WORK_MS of CPU (default 20), then asks DATABASE
 * (`service[:port]`, default database:5432) how many orders there are; `GET /buy` adds one. Without an answer of the
 * database it says 503. `GET /healthz` waits for its turn like any request, and asks nobody.
 */
export const api: Program = {
  start: ({ hostname }) => ({
    state: { asked: 0, waiting: [] } satisfies ApiState,
    lines: [`${hostname} listens`],
    listen: [8080],
    memoryBytes: MEMORY_BYTES,
  }),
  request(value, { payload, connection }, launch) {
    if (payload === 'GET /healthz') return { state: value, workMs: 1, answer: '200 ok' };
    const { asked, waiting } = value as ApiState;
    const tag = String(asked + 1);
    const query = queryOf(tag, payload === 'GET /buy' ? 'insert order' : 'count orders', launch);
    const state: ApiState = { asked: asked + 1, waiting: [...waiting, [tag, connection]] };
    return { state, workMs: Number(launch.env['WORK_MS'] ?? 20) || 0, send: [query] };
  },
  answered(value, { tag, outcome, payload }, { hostname }) {
    const { asked, waiting } = value as ApiState;
    const [, to] = waiting.find(([known]) => known === tag) ?? [];
    const state: ApiState = { asked, waiting: waiting.filter(([known]) => known !== tag) };
    const isGood = outcome === 'ok' && payload.startsWith('200');
    if (to === undefined) return { state };
    const text = isGood ? `${payload} orders, says ${hostname}\n` : '503 the database does not answer\n';
    return { state, answers: [{ to, payload: text }], lines: isGood ? [] : [`database: ${outcome}`] };
  },
  terminate: (state: Value) => ({ state, listen: [], exitCode: 0 }),
};

function queryOf(tag: string, payload: string, { env }: Launch): Outgoing {
  const [host = '', port = ''] = (env['DATABASE'] ?? 'database').split(':');
  return { tag, host, port: Number(port) || 5432, payload, timeoutMs: QUERY_TIMEOUT_MS };
}
