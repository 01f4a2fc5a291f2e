import type { Program, Step } from './program.ts';

interface HoardState {
  readonly bytes: number;
  readonly step: number;
  readonly most: number;
}

const MEBIBYTE = 1_048_576;
const SECOND_MS = 1000;

/**
 * A process that keeps everything: it writes WRITE_MIB (default 64) more to its disk each second, until it has MOST_MIB
 * (default: never enough).
 */
export const hoarder: Program = {
  start({ env, hostname }) {
    const step = (Number(env['WRITE_MIB']) || 64) * MEBIBYTE;
    const most = (Number(env['MOST_MIB']) || Infinity) * MEBIBYTE;
    const state: HoardState = { bytes: 0, step, most: Math.min(most, Number.MAX_SAFE_INTEGER) };
    return { state, lines: [`${hostname} begins to collect`], memoryBytes: 8 * MEBIBYTE, wakeMs: SECOND_MS };
  },
  wake(value): Step {
    const { bytes, step, most } = value as HoardState;
    const next = Math.min(most, bytes + step);
    const state: HoardState = { bytes: next, step, most };
    const lines = [`kept: ${Math.round(next / MEBIBYTE)} MiB`];
    return { state, lines, diskBytes: next, ...(next < most ? { wakeMs: SECOND_MS } : {}) };
  },
  terminate: (state) => ({ state, exitCode: 0 }),
};
