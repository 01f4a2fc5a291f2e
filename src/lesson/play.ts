import { type Files, type GoalState, parseDuration, Session, type SessionSpec } from '../../sim/index.ts';
import type { Problem, ScriptStep } from './model.ts';

/** After the last step goals may take this long: images are pulled, controllers look again. */
export const SETTLE_MS = 30_000;
/** No command of a solution moves more often than this. */
const MAX_MOVES = 2000;

/** What became of an exercise. */
export interface Outcome {
  readonly goals: readonly GoalState[];
  readonly isSolved: boolean;
  readonly findings: readonly boolean[];
  readonly problems: readonly Problem[];
}

/** Plays an answer, and tells what became of the exercise. */
export type Take = (steps: readonly ScriptStep[], files: Files) => Outcome;

/** A cluster in which the first steps of a script have been done, and which of them could not be. */
export interface Stop {
  readonly session: Session;
  readonly problems: readonly Problem[];
}

/**
 * Plays what is tried in an exercise. Answers begin alike, and a wrong one is often the solution without a step: what
 * was played once is gone on from.
 */
export function onceEach(fresh: Stop): Take {
  const stops = new Map<string, Stop>();
  const outcomes = new Map<string, Outcome>();
  const reach = (steps: readonly ScriptStep[], files: Files, key: (count: number) => string): Stop => {
    const known = stops.get(key(steps.length));
    if (known !== undefined) return known;
    const last = steps.at(-1);
    const stop = last === undefined ? fresh : take(reach(steps.slice(0, -1), files, key), last, files, MAX_MOVES);
    // A step that cannot be carried out is told where it stands, and the same line may stand in several places.
    if (stop.problems.length === 0) stops.set(key(steps.length), stop);
    return stop;
  };
  return (steps, files) => {
    const written = JSON.stringify(files);
    const key = (count: number) => JSON.stringify([steps.slice(0, count).map(({ line }) => line), written]);
    const whole = key(steps.length);
    const known = outcomes.get(whole);
    if (known !== undefined) return known;
    const outcome = outcomeOf(forkOf(reach(steps, files, key)), SETTLE_MS);
    if (outcome.problems.length === 0) outcomes.set(whole, outcome);
    return outcome;
  };
}

/** Does the steps in a fresh cluster, each to its answer, and lets some time pass. */
export function play(spec: SessionSpec, steps: readonly ScriptStep[], files: Files): Outcome {
  const { session, problems } = open(spec);
  const met = steps.flatMap((step) => carryOut(session, step, files, MAX_MOVES));
  return outcomeOf({ session, problems: [...problems, ...met] }, SETTLE_MS);
}

/** Nobody walks back in these histories. */
export function open(spec: SessionSpec): Stop {
  return { session: new Session(spec, { checkpoints: false }), problems: [] };
}

/** The same cluster once more, to go on in. */
export function forkOf({ session, problems }: Stop): Stop {
  return { session: session.fork(), problems };
}

/** One step on, in a cluster of its own. */
export function take(before: Stop, step: ScriptStep, files: Files, maxMoves: number): Stop {
  const { session, problems } = forkOf(before);
  return { session, problems: [...problems, ...carryOut(session, step, files, maxMoves)] };
}

function carryOut(session: Session, { line, place }: ScriptStep, files: Files, maxMoves: number): readonly Problem[] {
  const amount = /^advance (\S+)$/.exec(line)?.[1];
  if (amount !== undefined) {
    session.seek(session.now + (parseDuration(amount) ?? 0));
    return [];
  }
  const reason = session.do(line, files);
  if (reason !== undefined) return [{ place, title: `This step cannot be carried out: ${line}`, reason }];
  for (let moves = 0; moves < maxMoves && !session.move().isEnd; moves++);
  return [];
}

/** Lets some time pass, and tells how things stand. */
export function outcomeOf({ session, problems }: Stop, settleMs: number): Outcome {
  if (settleMs > 0) session.seek(session.now + settleMs);
  const { goals, isSolved, findings } = session;
  return { goals, isSolved, findings, problems };
}
