import type { Program } from './program.ts';

/**
 * A server that takes START_SECONDS (default 20) until it listens on port 8080, as programs that read a lot first do.
 * Then `GET /` and `GET /healthz` are answered.
 */
export const slowstarter: Program = {
  start({ env }) {
    const seconds = Number(env['START_SECONDS'] ?? 20) || 0;
    return { state: 'loading', lines: [`loads for ${seconds} s`], wakeMs: seconds * 1000 };
  },
  wake: (_state, { hostname }) => ({ state: 'ready', lines: [`${hostname} listens`], listen: [8080] }),
  request: (state, { payload }, { hostname }) => ({
    state,
    answer: payload === 'GET /healthz' ? '200 ok' : `200 hello from ${hostname}\n`,
  }),
  terminate: (state) => ({ state, listen: [], exitCode: 0 }),
};
