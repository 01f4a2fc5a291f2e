import { describe, expect, it } from 'vitest';
import { batchjob } from './batchjob.ts';
import { leaker } from './leaker.ts';
import { loadgenerator } from './loadgenerator.ts';
import { perl } from './perl.ts';
import type { Launch, Program, Step } from './program.ts';
import { slowstarter } from './slowstarter.ts';

function launch(argv: readonly string[], env: Readonly<Record<string, string>> = {}, now = 0): Launch {
  return { argv, env, hostname: 'pod-1', namespace: 'default', files: {}, now };
}

/** Starts a program and wakes it until it ends. */
function play(
  program: Program,
  first: Launch,
): { readonly lines: readonly string[]; readonly code: number | undefined } {
  let step: Step = program.start(first);
  const lines = [...(step.lines ?? [])];
  for (let now = 0; step.exitCode === undefined && step.wakeMs !== undefined && now < 100_000; ) {
    now += step.wakeMs;
    step = program.wake?.(step.state, { ...first, now }) ?? step;
    lines.push(...(step.lines ?? []));
  }
  return { lines, code: step.exitCode };
}

describe('batchjob', () => {
  it.each([
    [['batchjob', '3'], {}, ['begins: 3 s of work', 'done'], 0],
    [['batchjob', '1', '7'], {}, ['begins: 1 s of work', 'gives up: code 7'], 7],
    [
      ['batchjob'],
      { FAIL_INDEXES: '1,2', JOB_COMPLETION_INDEX: '2' },
      ['begins part 2: 5 s of work', 'gives up: code 1'],
      1,
    ],
    [['batchjob'], { FAIL_INDEXES: '1,2', JOB_COMPLETION_INDEX: '0' }, ['begins part 0: 5 s of work', 'done'], 0],
    [['batchjob'], { FAIL_PERCENT: '100' }, ['begins: 5 s of work', 'gives up: code 1'], 1],
  ])('%j %j', (argv, env, lines, code) => {
    expect(play(batchjob, launch(argv, env as Readonly<Record<string, string>>))).toEqual({ lines, code });
  });
});

it('perl computes pi, and says what else it cannot do', () => {
  expect(play(perl, launch(['perl', '-wle', 'print bpi(30)']))).toEqual({
    lines: ['3.14159265358979323846264338327'],
    code: 0,
  });
  expect(play(perl, launch(['perl', '-e', '1'])).code).toBe(255);
});

it('leaker takes more and more memory', () => {
  const here = launch(['leaker'], { START_MIB: '10', LEAK_MIB: '5' });
  const first = leaker.start(here);
  expect([first.memoryBytes, first.listen]).toEqual([10 * 1_048_576, [8080]]);
  const second = leaker.wake?.(first.state, here);
  expect([second?.memoryBytes, second?.lines]).toEqual([15 * 1_048_576, ['cache: 15 MiB']]);
});

it('slowstarter listens late', () => {
  const here = launch(['slowstarter'], { START_SECONDS: '7' });
  const first = slowstarter.start(here);
  expect([first.listen, first.wakeMs]).toEqual([undefined, 7000]);
  expect(slowstarter.wake?.(first.state, here)?.listen).toEqual([8080]);
});

it('loadgenerator keeps its rate and reports latencies', () => {
  const here = launch(['loadgenerator'], { RATE: '4', TARGET: 'web:8080' });
  let step = loadgenerator.start(here);
  let sent = 0;
  const lines: string[] = [];
  for (let now = 1; now < 10_500; now += 250) {
    step = loadgenerator.wake?.(step.state, { ...here, now }) ?? step;
    sent += step.send?.length ?? 0;
    expect([step.wakeMs, step.send?.[0]?.host, step.send?.[0]?.port]).toEqual([250, 'web', 8080]);
    lines.push(...(step.lines ?? []));
    const outcome = sent % 20 === 0 ? ('timeout' as const) : ('ok' as const);
    step = loadgenerator.answered?.(step.state, { tag: '', outcome, payload: '200 hi', tookMs: sent }, here) ?? step;
  }
  expect(sent).toBe(42);
  expect(lines).toEqual(['38 answers, 2 failures in 10 s; p50 19 ms, p95 38 ms, p99 39 ms']);
});
