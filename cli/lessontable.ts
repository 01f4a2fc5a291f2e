import type { Verdict } from '../src/lesson/check.ts';
import { addressOf } from '../src/lesson/folder.ts';
import { guessers } from '../src/lesson/guessing.ts';
import { metIn, misconceptions } from '../src/lesson/misconceptions.ts';
import type { LessonModel } from '../src/lesson/model.ts';
import { claimsIn, minutesOf } from '../src/lesson/reading.ts';

/** A lesson that was checked. */
export interface Checked {
  readonly file: string;
  readonly lesson: LessonModel;
  readonly verdict: Verdict;
}

const HEAD = ['lesson', 'words', 'min', 'exercises', 'predictions', 'misconceptions', 'claims', 'grade'];

/** With fewer questions than this, luck says nothing. */
const LEAST_QUESTIONS = 30;

/**
 * All lessons in one table, with their sums. Misconceptions are those that a reader may meet there, and in brackets
 * those that the lesson clears. The grade is Flesch and Kincaid's: about so many years of school.
 */
export function tableOf(checked: readonly Checked[]): readonly string[] {
  const rows = checked.map(({ file, lesson }) => {
    const { words, exercises, labs, predicts, grade } = lesson;
    const cleared = misconceptions().filter((entry) => entry.lesson === addressOf(file)).length;
    const met = `${metIn(lesson).length} (${cleared})`;
    const work = exercises.length + labs.length;
    return [addressOf(file), words, minutesOf(lesson), work, predicts.length, met, claimsIn(lesson), grade];
  });
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
  const mean = Math.round((sum(7) / Math.max(1, rows.length)) * 10) / 10;
  const met = new Set(checked.flatMap(({ lesson }) => metIn(lesson))).size;
  const sums = [
    `${rows.length} lessons`,
    sum(1),
    sum(2),
    sum(3),
    sum(4),
    `${met} of ${misconceptions().length}`,
    sum(6),
  ];
  return aligned([HEAD, ...rows, [...sums, mean]].map((row) => row.map(String)));
}

/** How far guessing comes, and whether that is too far. */
export function guessing(checked: readonly Checked[]): { readonly lines: readonly string[]; readonly isFair: boolean } {
  const found = guessers(checked.flatMap(({ verdict }) => verdict.questions));
  const [first] = found;
  if (first === undefined || first.of < LEAST_QUESTIONS) return { lines: [], isFair: true };
  const scores = found.map(({ always, right }) => `${always} ${right}`).join(', ');
  const lines = [`Of ${first.of} questions, always choosing scores: ${scores}; chance ${first.chance.toFixed(1)}.`];
  for (const { always, right, isTooGood } of found) {
    if (isTooGood) lines.push(`FAIL Always choosing ${always} is right ${right} times: reorder or reword options.`);
  }
  return { lines, isFair: lines.length === 1 };
}

/** Columns under one another: text to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}
