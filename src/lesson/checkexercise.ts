import {
  durationWords,
  type Files,
  type GoalState,
  isTyped,
  parseDuration,
  Session,
  type SessionSpec,
} from '../../sim/index.ts';
import type { ExerciseModel, LessonModel, Place, Problem, ScriptStep } from './model.ts';
import { exerciseSpec, parseFiles, reasonOf } from './run.ts';

/** A reader who does nothing waits this long and must not have passed. */
const IDLE_MS = 600_000;
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

/** Runs an exercise as the author solves it. */
export function checkAuthorsWay(lesson: LessonModel, exercise: ExerciseModel): readonly Problem[] {
  const spec = exerciseSpec(lesson, exercise);
  if (spec === undefined) return [];
  const files = parseFiles({ ...exercise.files, ...exercise.solutionFiles });
  return checkSolution(exercise, play(spec, exercise.solution, files, SETTLE_MS));
}

/** Runs an exercise in every way the course promises something about it. */
export function checkExercise(lesson: LessonModel, exercise: ExerciseModel): readonly Problem[] {
  const spec = exerciseSpec(lesson, exercise);
  if (spec === undefined) return [];
  const { place, scenario } = exercise;
  let fresh: Stop;
  try {
    fresh = open(spec);
  } catch (error) {
    const reason = reasonOf(error);
    return [{ place, title: `Scenario "${scenario}" does not boot`, reason }];
  }
  const atStart = checkStart(exercise, outcomeOf(fresh, 0));
  if (atStart.length > 0) return [...atStart, ...checkHints(exercise)];
  const files = parseFiles({ ...exercise.files, ...exercise.solutionFiles });
  const take = onceEach(fresh);
  const solved = checkSolution(exercise, take(exercise.solution, files));
  return [
    ...(exercise.goals.some(isByHand) ? [] : checkIdle(exercise, outcomeOf(forkOf(fresh), IDLE_MS))),
    ...solved,
    ...(solved.length > 0 ? [] : checkDropping(exercise, take, files)),
    ...checkWrongs(exercise, take),
    ...checkHints(exercise),
  ];
}

type Take = (steps: readonly ScriptStep[], files: Files) => Outcome;

/** A cluster in which the first steps of a script have been done, and which of them could not be. */
interface Stop {
  readonly session: Session;
  readonly problems: readonly Problem[];
}

/**
 * Plays what is tried in an exercise. Answers begin alike, and a wrong one is often the solution without a step: what
 * was played once is gone on from.
 */
function onceEach(fresh: Stop): Take {
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
export function play(
  spec: SessionSpec,
  steps: readonly ScriptStep[],
  files: Files,
  settleMs: number,
  maxMoves = MAX_MOVES,
): Outcome {
  const problems: Problem[] = [];
  const { session } = open(spec);
  for (const step of steps) problems.push(...carryOut(session, step, files, maxMoves));
  return outcomeOf({ session, problems }, settleMs);
}

/** Nobody walks back in these histories. */
function open(spec: SessionSpec): Stop {
  return { session: new Session(spec, { checkpoints: false }), problems: [] };
}

/** The same cluster once more, to go on in. */
function forkOf({ session, problems }: Stop): Stop {
  return { session: session.fork(), problems };
}

/** One step on, in a cluster of its own. */
function take(before: Stop, step: ScriptStep, files: Files, maxMoves: number): Stop {
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
function outcomeOf({ session, problems }: Stop, settleMs: number): Outcome {
  if (settleMs > 0) session.seek(session.now + settleMs);
  const { goals, isSolved, findings } = session;
  return { goals, isSolved, findings, problems };
}

function checkStart({ goals }: ExerciseModel, start: Outcome): readonly Problem[] {
  return goals.flatMap((goal, index): readonly Problem[] => {
    const state = start.goals[index];
    if (state === undefined) return [];
    if (goal.hold !== undefined && state.state === 'broken') {
      return [
        {
          place: goal.place,
          title: 'Goal is broken at the start',
          reason: `“${goal.text}” does not hold: ${state.now}.`,
        },
      ];
    }
    if (goal.reach === undefined || state.since === undefined) return [];
    const reason = `“${goal.text}” is true before the reader does anything: ${state.now}.`;
    return [
      { place: goal.place, title: 'Goal already met', reason, fix: 'change the scenario, or ask for something else.' },
    ];
  });
}

/** A goal that asks for a line at the terminal is never met by waiting: only faults come from scenarios too. */
function isByHand({ did = '' }: ExerciseModel['goals'][number]): boolean {
  return isTyped(did);
}

function checkIdle({ place, id }: ExerciseModel, idle: Outcome): readonly Problem[] {
  if (!idle.isSolved) return [];
  return [
    { place, title: `Exercise "${id}" solves itself: all goals are met after ${durationWords(IDLE_MS)} of waiting` },
  ];
}

function checkSolution(exercise: ExerciseModel, { goals, isSolved, problems }: Outcome): readonly Problem[] {
  if (problems.length > 0) return problems;
  if (isSolved) return [];
  const unmet = goals.findIndex(({ state }) => state !== 'done' && state !== 'holding');
  const goal = exercise.goals[unmet];
  const count = exercise.solution.length;
  const steps = count === 1 ? 'its one step' : `its ${count} steps`;
  const reason = `After ${steps}, “${goal?.text}” (line ${goal?.place.line}) is ${goals[unmet]?.state}; now: ${goals[unmet]?.now}.`;
  return [{ place: placeOfSolution(exercise), title: 'Solution does not reach the goal', reason }];
}

/** Every step must be needed: a solution teaches no detours. */
function checkDropping(exercise: ExerciseModel, take: Take, files: Files): readonly Problem[] {
  const { solution } = exercise;
  const dropped = solution.flatMap((step, index): readonly Problem[] => {
    const rest = solution.filter((_, at) => at !== index);
    if (!take(rest, files).isSolved) return [];
    return [{ place: step.place, title: `Solution step ${index + 1} is not needed: all goals are met without it` }];
  });
  return [...dropped, ...checkKeeping(exercise, take)];
}

/** Changing a file is a step as well. */
function checkKeeping(exercise: ExerciseModel, take: Take): readonly Problem[] {
  const { files, solutionFiles, solution } = exercise;
  const changed = Object.keys(solutionFiles).filter((name) => files[name] !== undefined);
  if (changed.length === 0 || !take(solution, parseFiles(files)).isSolved) return [];
  const title = `${changed.join(' and ')} need not be changed: all goals are met with the file as it was`;
  return [{ place: placeOfSolution(exercise), title }];
}

function checkWrongs(exercise: ExerciseModel, take: Take): readonly Problem[] {
  const files = parseFiles(exercise.files);
  return exercise.wrongs.flatMap(({ steps, hint, place }): readonly Problem[] => {
    const outcome = take(steps, files);
    if (outcome.problems.length > 0) return outcome.problems;
    if (outcome.isSolved) return [{ place, title: 'This wrong answer solves the exercise' }];
    return hint === undefined ? [] : checkHintOf(exercise, Number(hint), outcome, place);
  });
}

/** The hint then offered is one whose condition holds; only when none does, one without a condition. */
function checkHintOf({ hints }: ExerciseModel, number: number, outcome: Outcome, place: Place): readonly Problem[] {
  const hint = hints[number - 1];
  if (hint === undefined) return [{ place, title: `Wrong leads to hint ${number}, but there are ${hints.length}` }];
  const conditional = hints.filter(({ when }) => when !== undefined);
  const offered = conditional.filter((_, index) => outcome.findings[index] === true);
  if (hint.when === undefined ? offered.length === 0 : offered.includes(hint)) return [];
  const title = `Hint ${number} is not offered after this wrong answer`;
  if (hint.when !== undefined) {
    return [{ place, title, reason: `Its when="${hint.when}" does not hold after these steps.` }];
  }
  const numbers = offered.map((other) => hints.indexOf(other) + 1);
  const reason = `It is for everybody, but hint ${numbers.join(' and ')} is made for what is there after these steps.`;
  return [{ place, title, reason, fix: `write hint="${numbers[0]}".` }];
}

/** Hints lead; the solution, which is always to be had, tells. */
function checkHints({ hints, solution }: ExerciseModel): readonly Problem[] {
  return hints.flatMap(({ text, place }, index): readonly Problem[] => {
    const said = text.replaceAll('`', '').toLowerCase();
    const told = solution.find(({ line }) => said.includes(line.toLowerCase()));
    return told === undefined ? [] : [{ place, title: `Hint ${index + 1} gives the solution away: ${told.line}` }];
  });
}

function placeOfSolution({ solution, place }: ExerciseModel): Place {
  const [first] = solution;
  return first === undefined ? place : first.place;
}
