import type { Program } from './program.ts';

/**
 * Does nothing until it is told to end: `sleeper`, and the pause container. STOP_SECONDS makes it slow to end
 * (default 0).
 */
export const sleeper: Program = {
  start: ({ env }) => ({ state: Number(env['STOP_SECONDS'] ?? 0) || 0 }),
  terminate: (state) => ({ state, wakeMs: Number(state) * 1000 }),
  wake: (state) => ({ state, exitCode: 0 }),
};
