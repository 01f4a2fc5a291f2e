import { readFileSync, writeFileSync } from 'node:fs';
import type { SessionSpec } from '../../sim/index.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { readLink } from '../session/link.ts';
import { beatsOf, lessonOf, solutionOf, stepsOf } from '../session/recording.ts';
import { storyOf } from '../session/records.ts';
import { sessionAt } from '../session/visit.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from './folder.ts';
import { readLibrary } from './library.ts';
import type { ExerciseModel, LessonModel } from './model.ts';
import { play } from './play.ts';
import { PLAYGROUND, PLAYGROUND_FILES } from './playground.ts';
import { exerciseSpec, parseFiles, stageSpec } from './run.ts';
import { parseScenario } from './scenarios.ts';

/** What was recorded, or why nothing was. */
export type Recording =
  | { readonly kind: 'solution'; readonly text: string; readonly file: string; readonly exercise: string }
  | { readonly kind: 'lesson'; readonly text: string; readonly scenario: string }
  | { readonly kind: 'problem'; readonly problem: string };

const VIEWS = ['diagram', 'port', 'timeline', 'tables', 'log', 'fleet', 'inside'];

/**
 * What a link to a moment was made of, as text for a lesson. In an exercise it is a Solution, without the steps that
 * are not needed; elsewhere a story of Dos and Beats.
 */
export async function record(link: string): Promise<Recording> {
  const [, path = '', fragment = ''] = /^(?:\w+:\/\/[^/]+)?\/?(.*?)\/?(#m=.*)$/.exec(link.trim()) ?? [];
  if (fragment === '') return { kind: 'problem', problem: 'This is no link to a moment: it has no #m= in it.' };
  if (path.endsWith(PLAYGROUND)) return recordGround(fragment);
  const file = lessonFiles(CHAPTERS).find((candidate) => path.endsWith(addressOf(candidate)));
  if (file === undefined) return { kind: 'problem', problem: `There is no lesson at /${path}/.` };
  const { lesson } = readLessonFile(file);
  const stage = lesson.stage?.id ?? '';
  const own = lesson.exercises.map(({ id, files }) => [`exercise:${id}`, Object.keys(files)] as const);
  const sessions = Object.fromEntries([[stage, Object.keys(lesson.files)], ...own]);
  const moment = await readLink(fragment, { stage, sessions, views: VIEWS });
  if ('problem' in moment) return { kind: 'problem', problem: moment.problem };
  const exercise = lesson.exercises.find(({ id }) => moment.session === `exercise:${id}`);
  const files = exercise?.files ?? lesson.files;
  const recorded = stepsOf(moment.deeds, files);
  if (exercise !== undefined) {
    const kept = { ...recorded, steps: needed(lesson, exercise, recorded.steps, recorded.files) };
    return { kind: 'solution', text: solutionOf(kept), file, exercise: exercise.id };
  }
  const spec = stageSpec(lesson);
  if (spec === undefined) return { kind: 'problem', problem: 'This lesson has no stage.' };
  const { session } = sessionAt({ spec, files }, moment, toParsedFile);
  return { kind: 'lesson', text: lessonOf(lesson.title, recorded, beatsOf(storyOf(session))), scenario: '' };
}

async function recordGround(fragment: string): Promise<Recording> {
  const library = Object.fromEntries(readLibrary().map(({ name, text }) => [name, text]));
  const sessions = { [PLAYGROUND]: [] };
  const moment = await readLink(fragment, { stage: PLAYGROUND, sessions, views: VIEWS, library });
  if ('problem' in moment) return { kind: 'problem', problem: moment.problem };
  const { scenario: text = '' } = moment;
  const { scenario, problems } = parseScenario('scenario.recorded.yaml', text);
  if (scenario === undefined) return { kind: 'problem', problem: problems[0]?.title ?? 'Its scenario cannot be read.' };
  const spec: SessionSpec = { scenario, plan: [], goals: [] };
  const { session } = sessionAt({ spec, files: PLAYGROUND_FILES }, moment, toParsedFile);
  const title = scenario.title ?? 'Recorded';
  const recorded = stepsOf(moment.deeds, PLAYGROUND_FILES);
  return { kind: 'lesson', text: lessonOf(title, recorded, beatsOf(storyOf(session))), scenario: text };
}

/** The steps without those that the goals do not need, looked for from the end. All of them, when they do not solve it. */
function needed(
  lesson: LessonModel,
  exercise: ExerciseModel,
  steps: readonly string[],
  files: Readonly<Record<string, string>>,
): readonly string[] {
  const spec = exerciseSpec(lesson, exercise);
  if (spec === undefined) return steps;
  const { place } = exercise;
  const parsed = parseFiles({ ...exercise.files, ...files });
  const solves = (lines: readonly string[]) =>
    play(
      spec,
      lines.map((line) => ({ line, place })),
      parsed,
    ).isSolved;
  if (!solves(steps)) return steps;
  let kept = steps;
  for (let index = steps.length - 1; index >= 0; index--) {
    const rest = kept.filter((_, at) => at !== index);
    if (rest.length > 0 && solves(rest)) kept = rest;
  }
  return kept;
}

/** Puts a recorded Solution in the place of the one that an exercise has. */
export function writeSolution({ text, file, exercise }: Recording & { readonly kind: 'solution' }): void {
  const source = readFileSync(file, 'utf8');
  const from = source.indexOf(`<Exercise id="${exercise}"`);
  const [start, end] = [source.indexOf('  <Solution>', from), source.indexOf('</Solution>', from)];
  if (from < 0 || start < 0 || end < start)
    throw new Error(`${file}: exercise "${exercise}" has no Solution to replace.`);
  writeFileSync(file, source.slice(0, start) + text + source.slice(end + '</Solution>'.length));
}
