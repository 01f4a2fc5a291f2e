import type { Program, Step } from './program.ts';

interface LeakState {
  readonly bytes: number;
  readonly step: number;
}

const MEBIBYTE = 1_048_576;
const SECOND_MS = 1000;

/**
 * A server that forgets to give memory back: it begins with START_MIB (default 16) and takes LEAK_MIB (default 8) more
 * each second, until the kernel ends it at the container's limit. It answers `GET /` on port 8080 meanwhile.
 */
export const leaker: Program = {
  start({ env, hostname }) {
    const bytes = (Number(env['START_MIB']) || 16) * MEBIBYTE;
    const state: LeakState = { bytes, step: (Number(env['LEAK_MIB']) || 8) * MEBIBYTE };
    return { state, lines: [`${hostname} listens`], listen: [8080], memoryBytes: bytes, wakeMs: SECOND_MS };
  },
  wake(value): Step {
    const { bytes, step } = value as LeakState;
    const next = bytes + step;
    const lines = [`cache: ${Math.round(next / MEBIBYTE)} MiB`];
    return { state: { bytes: next, step }, lines, memoryBytes: next, wakeMs: SECOND_MS };
  },
  request: (state, _incoming, { hostname }) => ({ state, answer: `200 hello from ${hostname}\n` }),
  terminate: (state) => ({ state, listen: [], exitCode: 0 }),
};
