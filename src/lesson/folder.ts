import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { LessonReading } from './model.ts';
import { readLesson } from './read.ts';

/** Where the lessons of the course are. */
export const CHAPTERS = 'src/content/chapters';

/** The lesson files below a folder (or the one named), in order, relative to the working directory. */
export function lessonFiles(path: string): readonly string[] {
  const file = path.endsWith('.mdx') ? path : join(path, 'index.mdx');
  if (existsSync(file)) return [relative('.', file).replaceAll('\\', '/')];
  if (!existsSync(path)) return [];
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => lessonFiles(join(path, name)));
}

/** The address of a lesson file without its slashes at the ends: `control-plane/etcd`. */
export function addressOf(file: string): string {
  const path = file.replace(/^.*?chapters\//, '').replace(/\/index\.mdx$/, '');
  return path.replace(/(^|\/)\d+-/g, '$1');
}

/** Lessons that are being read: one that inherits from itself must not be read forever. */
const reading: string[] = [];

/** Reads a lesson and what lies beside it from disk, and the lessons its scenarios come from. */
export function readLessonFile(file: string): LessonReading {
  const beside = (name: string) => {
    const path = join(dirname(file), name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const files = lessonFiles(CHAPTERS);
  const readOther = (id: string) => {
    const other = files.find((candidate) => addressOf(candidate) === id);
    return other === undefined || reading.includes(other) ? undefined : readLessonFile(other);
  };
  reading.push(file);
  try {
    return readLesson(file, readFileSync(file, 'utf8'), beside, { readOther, others: files.map(addressOf) });
  } finally {
    reading.pop();
  }
}
