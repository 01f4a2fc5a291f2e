import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Misconception, misconceptionSchema } from '../schemas/misconception.ts';
import type { LessonModel } from './model.ts';

const FILE = 'src/content/misconceptions/catalogue.yaml';

let known: readonly Misconception[] | undefined;

/** What people wrongly believe, in the order of the catalogue. Without its file, nothing. */
export function misconceptions(): readonly Misconception[] {
  known ??= existsSync(FILE) ? misconceptionSchema.array().parse(parse(readFileSync(FILE, 'utf8'))) : [];
  return known;
}

/** The entry of an id; undefined when there is none. */
export function misconception(id: string | undefined): Misconception | undefined {
  return misconceptions().find((entry) => entry.id === id);
}

/** The misconceptions that a reader may meet in a lesson: behind an option, or behind a hint. In order, each once. */
export function metIn({ predicts, exercises }: Pick<LessonModel, 'predicts' | 'exercises'>): readonly string[] {
  const guessed = predicts.flatMap(({ options }) => options.flatMap(({ misses = [] }) => misses));
  const shown = exercises.flatMap(({ hints }) => hints.flatMap(({ belief = [] }) => belief));
  return [...new Set([...guessed, ...shown])];
}
