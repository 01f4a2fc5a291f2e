import { readSaved, writeSaved } from './saved.ts';

/** Under which answer a page keeps the reader's program of a lab. */
export function programKey(id: string): string {
  return `program:${id}`;
}

/** The reader's program as the lab's page keeps it; undefined when nothing was written yet. */
export function keptProgram(path: string, id: string): string | undefined {
  const kept = readSaved(path).answers[programKey(id)];
  return typeof kept === 'string' ? kept : undefined;
}

/** Keeps a program for the lab's page, from another page. */
export function keepProgram(path: string, id: string, text: string): string {
  const saved = readSaved(path);
  if (saved.answers[programKey(id)] === text) return '';
  return writeSaved(path, { ...saved, answers: { ...saved.answers, [programKey(id)]: text } });
}
