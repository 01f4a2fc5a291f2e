import { expect, it } from 'vitest';
import { drawPlan } from '../../cli/fuzz/draw.ts';
import { runPlan } from '../../cli/fuzz/run.ts';

it.each([1, 2, 3, 4])(
  'invariants hold under drawn faults, and all comes right after mending: seed %d',
  (seed) => {
    const { problems, log } = runPlan(drawPlan(seed), { freeze: true });
    expect(problems, `npm run fuzz -- --seed ${seed}\n${log.join('\n')}`).toEqual([]);
  },
  60_000,
);
