import { act, createCluster, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import type { FuzzPlan } from './draw.ts';
import { brokenLiveness, brokenSafety, type Watched } from './invariants.ts';

/** What a run came to. */
export interface FuzzResult {
  /** What was not as it must be; empty when all was well. */
  readonly problems: readonly string[];
  /** The lines that were carried out, with their times. */
  readonly log: readonly string[];
  readonly timeline: Timeline;
}

/** Everything has to come right within this time: evictions take 5 minutes, crash back-offs as long. */
const PATIENCE_MS = 30 * 60_000;
const LOOK_MS = 15_000;

/** Plays a plan: any faults while safety must hold, then mending, after which everything must come right. */
export function runPlan({ shape, steps, mending }: FuzzPlan, options: { readonly freeze?: boolean } = {}): FuzzResult {
  addKinds();
  addKubectl();
  const timeline = createCluster(shape, options);
  const log: string[] = [];
  const watched: Watched = { versions: new Map(), mostReplicas: new Map() };
  let run = 0;
  const carryOut = (line: string, waitMs: number): readonly string[] => {
    log.push(`${(timeline.now / 1000).toFixed(3)} s  ${line}`);
    const problem = act(timeline, line, `fuzz-${++run}`, {});
    if (problem !== undefined) return [`"${line}": ${problem}`];
    return play(timeline, timeline.now + waitMs, watched);
  };
  for (const { line, waitMs } of steps) {
    const problems = carryOut(line, waitMs);
    if (problems.length > 0) return { problems, log, timeline };
  }
  for (const [index, line] of mending.entries()) {
    const problems = carryOut(line, index === 0 ? 90_000 : 2000);
    if (problems.length > 0) return { problems, log, timeline };
  }
  return { problems: settle(timeline), log, timeline };
}

/** Looks every few seconds on the way, and at the end. */
function play(timeline: Timeline, until: number, watched: Watched): readonly string[] {
  while (timeline.now < until) {
    timeline.advance(Math.min(until, timeline.now + LOOK_MS));
    const problems = brokenSafety(timeline, watched);
    if (problems.length > 0) return problems;
  }
  return [];
}

function settle(timeline: Timeline): readonly string[] {
  const limit = timeline.now + PATIENCE_MS;
  for (;;) {
    const problems = brokenLiveness(timeline);
    if (problems.length === 0 || timeline.now >= limit) return problems;
    timeline.advance(timeline.now + LOOK_MS);
  }
}
