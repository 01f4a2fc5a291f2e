import type { Place, Problem } from './model.ts';

/** A problem as people read it: where and what on the first line, then why, then what to do. */
export function formatProblem({ place, title, reason, fix }: Problem): string {
  const lines = [`${place.file}:${place.line}:${place.column}   ${title}`];
  if (reason !== undefined) lines.push(...indented(reason));
  if (fix !== undefined) lines.push(...indented(`Fix  ${fix}`));
  return lines.join('\n');
}

/** Problems in the order of the source, one below the other. */
export function formatProblems(problems: readonly Problem[]): string {
  return [...problems].sort(byPlace).map(formatProblem).join('\n\n');
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => `  ${line}`);
}

function byPlace(a: Problem, b: Problem): number {
  if (a.place.file !== b.place.file) return order(a.place.file, b.place.file);
  return a.place.line - b.place.line || a.place.column - b.place.column || order(a.title, b.title);
}

function order(a: string | Place['line'], b: string | Place['line']): number {
  return a < b ? -1 : 1;
}
