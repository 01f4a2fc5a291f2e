import { durationWords, type Files, isTyped } from '../../sim/index.ts';
import type { ExerciseModel, LessonModel, Place, Problem } from './model.ts';
import { forkOf, type Outcome, onceEach, open, outcomeOf, play, type Stop, type Take } from './play.ts';
import { exerciseSpec, parseFiles, reasonOf } from './run.ts';

/** A reader who does nothing waits this long and must not have passed. */
const IDLE_MS = 600_000;

/** Runs an exercise as the author solves it. */
export function checkAuthorsWay(lesson: LessonModel, exercise: ExerciseModel): readonly Problem[] {
  const spec = exerciseSpec(lesson, exercise);
  if (spec === undefined) return [];
  const files = parseFiles({ ...exercise.files, ...exercise.solutionFiles });
  return checkSolution(exercise, play(spec, exercise.solution, files));
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
  return exercise.wrongs.flatMap(({ steps, files, hint, place }): readonly Problem[] => {
    const outcome = take(steps, parseFiles({ ...exercise.files, ...files }));
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
