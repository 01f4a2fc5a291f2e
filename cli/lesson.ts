// `npm run lesson -- check [PATH]…`: runs every lesson (or those below the paths) and says what is wrong with them.
// `npm run lesson -- new "Title" CHAPTER`: writes a lesson that passes, to begin from.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { checkLesson } from '../src/lesson/check.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { formatProblems } from '../src/lesson/problems.ts';
import { refuse } from './flags.ts';
import { newLesson } from './newlesson.ts';

const USAGE = `Usage: npm run lesson -- check [PATH]… [--warnings]
       npm run lesson -- new "Title" ${CHAPTERS}/NN-chapter

  check         reads and runs each lesson of ${CHAPTERS}, or of the folders named
  new           writes a lesson that passes the check, to begin from
  --warnings    also prints what is worth knowing but not wrong`;

/** What the tool prints for these words. Gives the exit code: 1 when a lesson is wrong. */
export function lesson(words: readonly string[], print: (line: string) => void): number {
  const [verb = '', ...rest] = words;
  if (verb === '' || verb === '--help' || verb === 'help') {
    print(USAGE);
    return 0;
  }
  if (verb === 'new') return begin(rest, print);
  if (verb !== 'check') refuse('lesson', `"${verb}" is no command of this tool.\n\n${USAGE}`);
  const unknown = rest.find((word) => word.startsWith('-') && word !== '--warnings');
  if (unknown !== undefined) refuse('lesson', `unknown flag: ${unknown}.\n\n${USAGE}`);
  const paths = rest.filter((word) => !word.startsWith('-'));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) refuse('lesson', `there is no ${missing}.`);
  const files = (paths.length === 0 ? [CHAPTERS] : paths).flatMap(lessonFiles);
  if (files.length === 0) refuse('lesson', `there is no lesson below ${paths.join(', ') || CHAPTERS}.`);
  const failed = files.filter((file) => !check(file, rest.includes('--warnings'), print)).length;
  print(`${files.length - failed} of ${files.length} lessons pass`);
  return failed === 0 ? 0 : 1;
}

function begin([title = '', chapter = '']: readonly string[], print: (line: string) => void): number {
  if (title === '' || chapter === '') refuse('lesson', `a new lesson has a title and a chapter.\n\n${USAGE}`);
  const made = newLesson(title, chapter);
  if ('problem' in made) refuse('lesson', made.problem);
  print(`${made.folder}/index.mdx is there. It passes; change it, and check it with`);
  print(`npm run lesson -- check ${made.folder}`);
  return 0;
}

function check(file: string, isWarning: boolean, print: (line: string) => void): boolean {
  const started = performance.now();
  const reading = readLessonFile(file);
  const { problems, warnings } = checkLesson(reading);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { beats, exercises, predicts } = reading.lesson;
  const counts = [
    counted(beats.length, 'beat'),
    counted(predicts.length, 'question'),
    counted(exercises.length, 'exercise'),
  ];
  print(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${file}  ${seconds} s  ${counts.join(', ')}`);
  if (problems.length > 0) print(`\n${formatProblems(problems)}\n`);
  if (isWarning && warnings.length > 0) print(`\n${formatProblems(warnings)}\n`);
  return problems.length === 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = lesson(process.argv.slice(2), console.log);
}
