import type { Program } from './program.ts';

/**
 * Ends with an error after a while: `crasher [SECONDS [CODE]]`, or CRASH_AFTER_SECONDS and EXIT_CODE. Default: 1
 * after 5 s.
 */
export const crasher: Program = {
  start({ argv, env }) {
    const seconds = Number(argv[1] ?? env['CRASH_AFTER_SECONDS'] ?? 5) || 0;
    const exitCode = Number(argv[2] ?? env['EXIT_CODE'] ?? 1) || 0;
    return { state: exitCode, lines: [`crashes in ${seconds} s`], wakeMs: seconds * 1000 };
  },
  wake: (state) => ({ state, lines: [`fatal: gives up with code ${String(state)}`], exitCode: Number(state) }),
  terminate: (state) => ({ state, exitCode: 143 }),
};
