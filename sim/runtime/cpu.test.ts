import { describe, expect, it } from 'vitest';
import { book } from './cpu.ts';
import type { CpuAccount } from './state.ts';

const account = (doneAt: number, spentMs: number): CpuAccount => ({ usedMs: 0, doneAt, spentMs, works: [] });

describe('when work is done', () => {
  it.each([
    ['without a limit, at once', 0, undefined, 30, 1010, 1040],
    ['without a limit, over several periods', 0, undefined, 350, 1010, 1360],
    ['a full core is no limit for one thread', 1000, undefined, 350, 1010, 1360],
    ['within the quota', 200, undefined, 15, 1010, 1025],
    ['the rest waits for the next period', 200, undefined, 30, 1010, 1110],
    ['and for further ones: 20 ms each', 200, undefined, 90, 1000, 1410],
    ['a whole number of quotas ends with the last one', 200, undefined, 60, 1000, 1220],
    ['a period that ends before the quota does', 900, undefined, 50, 1080, 1130],
    ['after what was begun earlier', 0, account(1500, 0), 30, 1010, 1530],
    ['what is spent in this period is spent', 200, account(1020, 20), 10, 1050, 1110],
    ['a new period, a new quota', 200, account(980, 20), 10, 1050, 1060],
  ] as const)('%s', (_name, cpuLimitMilli, cpu, workMs, now, doneAt) => {
    expect(book({ cpu, cpuLimitMilli }, workMs, now).doneAt).toBe(doneAt);
  });

  it('one long work takes as long as many short ones', () => {
    let cpu: CpuAccount | undefined;
    for (let count = 0; count < 40; count++) cpu = book({ cpu, cpuLimitMilli: 250 }, 7, 1037);
    expect(cpu?.doneAt).toBe(book({ cpu: undefined, cpuLimitMilli: 250 }, 280, 1037).doneAt);
  });
});
