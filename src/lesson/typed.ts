import { act, type Files, foldTerminals, parseDuration, runToExit, type Timeline } from '../../sim/index.ts';

/** A line as it was typed, and what the terminal then held. */
export interface Typed {
  readonly line: string;
  readonly lines: readonly string[];
  /** Undefined for a line that did not end. */
  readonly exitCode: number | undefined;
}

/** Does a step on a history: a line of the terminal, a fault, or `advance 20s`. Throws a sentence when it is none. */
export function doStep(timeline: Timeline, step: string, files: Files = {}): Typed {
  const amount = /^advance (\S+)$/.exec(step)?.[1];
  if (amount !== undefined) {
    advance(timeline, parseDuration(amount) ?? 0);
    return { line: step, lines: [], exitCode: 0 };
  }
  const run = `run-${timeline.commands.length + 1}`;
  const problem = act(timeline, step, run, files);
  if (problem !== undefined) throw new Error(`${step}: ${problem}`);
  runToExit(timeline, run);
  const terminal = foldTerminals(timeline.past).find(({ id }) => id === run);
  const said = terminal?.lines.filter(({ stream }) => stream !== 'advice') ?? [];
  const lines = said.flatMap(({ text }) => text.split('\n').map((line) => line.trimEnd()));
  return { line: step, lines, exitCode: terminal === undefined ? 0 : terminal.exitCode };
}

/** Lets time pass, in ms. */
export function advance(timeline: Timeline, ms: number): void {
  const end = timeline.now + ms;
  while (timeline.step(end));
}
