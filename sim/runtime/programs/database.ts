import type { Program } from './program.ts';

const MEMORY_BYTES = 120 * 1_048_576;

/**
 * A database with one table, on port 5432: `count orders` and `insert order`, each QUERY_MS of CPU (default 2). What it
 * knows is in its memory, and gone with its container.
 */
export const database: Program = {
  start: () => ({
    state: 0,
    lines: ['database system is ready to accept connections'],
    listen: [5432],
    memoryBytes: MEMORY_BYTES,
  }),
  request(orders, { payload }, { env }) {
    const workMs = Number(env['QUERY_MS'] ?? 2) || 0;
    if (payload !== 'count orders' && payload !== 'insert order') return { state: orders, answer: '400 syntax error' };
    const count = Number(orders) + (payload === 'insert order' ? 1 : 0);
    return { state: count, workMs, answer: `200 ${count}` };
  },
  terminate: (state) => ({ state, lines: ['database system is shut down'], listen: [], exitCode: 0 }),
};
