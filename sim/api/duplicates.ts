import type { DecodeProblem, Path } from './decode.ts';
import { formatPath } from './decode.ts';

/**
 * Fields written twice in one object of a JSON text, which a parsed body no longer shows: `duplicate field
 * "spec.replicas"`.
 * The text must be valid JSON; give the result to `decodeError` together with the problems of `decode`.
 */
export function findDuplicates(text: string): readonly DecodeProblem[] {
  const problems: DecodeProblem[] = [];
  const levels: Level[] = [];
  for (const [token = ''] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const level = levels[levels.length - 1];
    if (token === '{' || token === '[') {
      levels.push({ path: inside(level), isList: token === '[', seen: new Set(), index: 0, key: undefined });
    } else if (token === '}' || token === ']') levels.pop();
    else if (level === undefined || token === ':') continue;
    else if (token === ',') {
      level.index += 1;
      level.key = undefined;
    } else if (!level.isList && level.key === undefined) {
      level.key = JSON.parse(token) as string;
      if (level.seen.has(level.key)) problems.push(problemAt([...level.path, level.key]));
      level.seen.add(level.key);
    }
  }
  return problems;
}

/** An object or list that is open at some place of the text. */
interface Level {
  readonly path: Path;
  readonly isList: boolean;
  readonly seen: Set<string>;
  index: number;
  key: string | undefined;
}

function inside(level: Level | undefined): Path {
  if (level === undefined) return [];
  return [...level.path, level.isList ? level.index : (level.key ?? '')];
}

function problemAt(path: Path): DecodeProblem {
  return { kind: 'duplicate', path, message: `duplicate field ${JSON.stringify(formatPath(path))}` };
}
