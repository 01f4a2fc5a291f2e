import type { LabReply } from '../../sim/index.ts';

/** What a thread hears of the reader's program where nobody answers for it. */
export const NOBODY: LabReply = {
  ok: false,
  failure: { kind: 'gone', message: 'The sandbox is not there: run your program again.', stack: [] },
  logs: [],
};
