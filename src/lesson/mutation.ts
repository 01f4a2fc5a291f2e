import { type GoalSpec, type GoalState, parseGoal } from '../../sim/index.ts';
import type { ExerciseModel, LessonModel, Place } from './model.ts';
import { type Outcome, play } from './play.ts';
import { exerciseSpec, parseFiles } from './run.ts';
import { weakenings } from './weaken.ts';

/** A set of goals that asks for less, and what became of it. */
export interface Mutant {
  /** `“The pod is ready” whatever its name`. */
  readonly words: string;
  readonly place: Place;
  /** What tells it from the goals as written: a try that passes by it alone. Undefined when nothing does. */
  readonly caughtBy: string | undefined;
}

/**
 * Weakens the goals of an exercise, one at a time, and tries each set with what the lesson lists: the start left alone,
 * the solution without each of its steps, the wrong answers. A set that none of these passes is as good as the one that
 * was written, as far as the lesson can tell. All sets are watched in the same runs.
 */
export function mutantsOf(lesson: LessonModel, exercise: ExerciseModel): readonly Mutant[] {
  const spec = exerciseSpec(lesson, exercise);
  if (spec === undefined) return [];
  const sets = setsOf(spec.goals);
  const watched = [...spec.goals, ...sets.flatMap(({ goal }) => (goal === undefined ? [] : [goal]))];
  const tries = triesOf(exercise).map(({ name, steps, files }) => {
    return { name, outcome: play({ ...spec, goals: watched }, steps, parseFiles(files)) };
  });
  let extra = spec.goals.length;
  return sets.map(({ of, words, goal }) => {
    const at = goal === undefined ? undefined : extra++;
    const caughtBy = tries.find(({ outcome }) => passes(outcome, spec.goals.length, of, at))?.name;
    const { text = '', place = exercise.place } = exercise.goals[of] ?? {};
    return { words: `“${text}” ${words}`, place, caughtBy };
  });
}

/** The mutants that nothing catches; of a goal that can be left out, only that. */
export function survivorsOf(mutants: readonly Mutant[]): readonly Mutant[] {
  const survivors = mutants.filter(({ caughtBy }) => caughtBy === undefined);
  const whole = survivors.filter(({ words }) => words.endsWith(LEFT_OUT)).map(({ place }) => place.line);
  return survivors.filter(({ words, place }) => words.endsWith(LEFT_OUT) || !whole.includes(place.line));
}

const LEFT_OUT = 'left out';

interface GoalSet {
  /** Which goal is weaker. */
  readonly of: number;
  readonly words: string;
  /** What stands in its place; undefined for none. */
  readonly goal: GoalSpec | undefined;
}

function setsOf(goals: readonly GoalSpec[]): readonly GoalSet[] {
  return goals.flatMap((goal, of): readonly GoalSet[] => {
    const weaker = weakenings(goal).filter((other) => typeof parseGoal(other.goal) !== 'string');
    const whole = goals.length > 1 ? [{ of, words: LEFT_OUT, goal: undefined }] : [];
    return [...whole, ...weaker.map((other) => ({ of, ...other }))];
  });
}

interface Try {
  readonly name: string;
  readonly steps: ExerciseModel['solution'];
  readonly files: Readonly<Record<string, string>>;
}

function triesOf({ solution, files, solutionFiles, wrongs }: ExerciseModel): readonly Try[] {
  const solved = { ...files, ...solutionFiles };
  const dropped = solution.map((step, index) => {
    const steps = solution.filter((_, at) => at !== index);
    return { name: `the solution without ${step.line}`, steps, files: solved };
  });
  const changed = Object.keys(solutionFiles).some((name) => files[name] !== undefined);
  return [
    { name: 'the start', steps: [], files: {} },
    ...dropped,
    ...(changed ? [{ name: 'the solution with the files as they were', steps: solution, files }] : []),
    ...wrongs.map(({ steps, files: own, place }) => {
      return { name: `the wrong answer of line ${place.line}`, steps, files: { ...files, ...own } };
    }),
  ];
}

/** Whether a try passes when one goal is replaced by another of those watched, or left out. */
function passes({ goals }: Outcome, count: number, of: number, instead: number | undefined): boolean {
  const own = goals.slice(0, count).filter((_, index) => index !== of);
  const other = instead === undefined ? [] : goals.slice(instead, instead + 1);
  return [...own, ...other].every(isMet);
}

function isMet({ state }: GoalState): boolean {
  return state === 'done' || state === 'holding';
}
