// `npm run lesson -- check [PATH]…`: runs every lesson (or those below the paths) and says what is wrong with them.
// With --json it prints one line of JSON for each instead. With --watch it checks a lesson again whenever something in
// its folder is saved.
// `npm run lesson -- new "Title" CHAPTER`: writes a lesson that passes, to begin from.
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkLesson } from '../src/lesson/check.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { formatProblems } from '../src/lesson/problems.ts';
import { claimsIn, minutesOf } from '../src/lesson/reading.ts';
import { refuse } from './flags.ts';
import { type Checked, guessing, tableOf } from './lessontable.ts';
import { playMutants } from './mutants.ts';
import { newLesson } from './newlesson.ts';
import { openPreview } from './openpreview.ts';
import { playRecord } from './record.ts';
import { playTrials } from './trials.ts';

const USAGE = `Usage: npm run lesson -- check [PATH]… [--warnings] [--watch] [--json]
       npm run lesson -- new "Title" ${CHAPTERS}/NN-chapter
       npm run lesson -- record LINK [--write]
       npm run lesson -- open LESSON [--at BEAT] [--address]
       npm run lesson -- trials [RUNS] [NAME]…
       npm run lesson -- mutate [NAME]…

  check         reads and runs each lesson of ${CHAPTERS}, or of the folders named
  new           writes a lesson that passes the check, to begin from
  record        prints what a link to a moment was made of: in an exercise its Solution (with --write, in its place),
                elsewhere a lesson of Dos and Beats. Put the link in quotes
  open          starts the preview at a lesson, at its beginning or at a beat; with --address it only says where that is
  trials        tries each exercise with the solutions of all others and RUNS random command sequences (default 1000),
                or those whose name has a NAME in it: "takeaways", "#drill"
  mutate        weakens the goals of each exercise, one at a time, and names each weaker set that no wrong answer,
                dropped step or start of the lesson tells from the one as written
  --warnings    also prints what is worth knowing but not wrong
  --json        prints what was found as JSON, one line a lesson
  --watch       goes on, and checks a lesson again when something in its folder is saved`;

/** A save is often several writes: the check waits for so long after the last, in ms. */
const REST_MS = 200;

/** What the tool prints for these words. Gives the exit code: 1 when a lesson is wrong. */
export function lesson(words: readonly string[], print: (line: string) => void): number | Promise<number> {
  const [verb = '', ...rest] = words;
  if (verb === '' || verb === '--help' || verb === 'help') {
    print(USAGE);
    return 0;
  }
  if (verb === 'new') return begin(rest, print);
  if (verb === 'trials') return playTrials(Number(rest[0] ?? 1000), rest.slice(1), print);
  if (verb === 'record') return playRecord(rest, print);
  if (verb === 'open') return openPreview(rest, print);
  if (verb === 'mutate') return playMutants(rest, print);
  if (verb !== 'check') refuse('lesson', `"${verb}" is no command of this tool.\n\n${USAGE}`);
  const unknown = rest.find((word) => word.startsWith('-') && !['--warnings', '--watch', '--json'].includes(word));
  if (unknown !== undefined) refuse('lesson', `unknown flag: ${unknown}.\n\n${USAGE}`);
  const paths = rest.filter((word) => !word.startsWith('-'));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) refuse('lesson', `there is no ${missing}.`);
  const files = (paths.length === 0 ? [CHAPTERS] : paths).flatMap(lessonFiles);
  if (files.length === 0) refuse('lesson', `there is no lesson below ${paths.join(', ') || CHAPTERS}.`);
  if (rest.includes('--json')) return files.filter((file) => !printJson(file, print)).length === 0 ? 0 : 1;
  const isTelling = rest.includes('--warnings');
  const checked = files.map((file) => check(file, isTelling, print));
  const failed = checked.filter(({ verdict }) => verdict.problems.length > 0).length;
  const { lines, isFair } = guessing(checked);
  if (files.length > 1) for (const line of ['', ...tableOf(checked), '', ...lines]) print(line);
  print(`${files.length - failed} of ${files.length} lessons pass`);
  if (rest.includes('--watch'))
    for (const path of paths.length === 0 ? [CHAPTERS] : paths) keep(path, isTelling, print);
  return failed === 0 && isFair ? 0 : 1;
}

/** Checks the lesson of a file again when that file is saved. It ends with the process. */
function keep(path: string, isTelling: boolean, print: (line: string) => void): void {
  const waiting = new Map<string, NodeJS.Timeout>();
  const again = (file: string) => {
    print('');
    check(file, isTelling, print);
  };
  const folder = path.replace(/\/?index\.mdx$/, '');
  print(`Watching ${folder}. Ctrl+C ends it.`);
  watch(folder, { recursive: true }, (_, name) => {
    const [file] = lessonFiles(join(folder, name ?? '').replace(/[^/\\]*\.(mdx|yaml)$/, ''));
    if (file === undefined || !/\.(mdx|yaml)$/.test(name ?? '')) return;
    clearTimeout(waiting.get(file));
    waiting.set(file, setTimeout(again, REST_MS, file));
  });
}

function begin([title = '', chapter = '']: readonly string[], print: (line: string) => void): number {
  if (title === '' || chapter === '') refuse('lesson', `a new lesson has a title and a chapter.\n\n${USAGE}`);
  const made = newLesson(title, chapter);
  if ('problem' in made) refuse('lesson', made.problem);
  print(`${made.folder}/index.mdx is there. It passes; change it, and check it with`);
  print(`npm run lesson -- check ${made.folder}`);
  return 0;
}

function check(file: string, isWarning: boolean, print: (line: string) => void): Checked {
  const started = performance.now();
  const reading = readLessonFile(file);
  const verdict = checkLesson(reading);
  const { problems, warnings } = verdict;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { words, exercises, predicts } = reading.lesson;
  const counts = [
    counted(words, 'word'),
    `${minutesOf(reading.lesson)} min`,
    counted(exercises.length, 'exercise'),
    counted(predicts.length, 'prediction'),
    `${counted(claimsIn(reading.lesson), 'claim')} executed`,
  ];
  print(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${file}  ${seconds} s  ${counts.join(', ')}`);
  if (problems.length > 0) print(`\n${formatProblems(problems)}\n`);
  if (isWarning && warnings.length > 0) print(`\n${formatProblems(warnings)}\n`);
  return { file, lesson: reading.lesson, verdict };
}

/** For tools: the preview reads it. */
function printJson(file: string, print: (line: string) => void): boolean {
  const { problems, warnings } = checkLesson(readLessonFile(file));
  print(JSON.stringify({ file, problems, warnings }));
  return problems.length === 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await lesson(process.argv.slice(2), console.log);
}
