import { parseDuration, Session } from '../../sim/index.ts';
import { differencesOf } from '../../sim/packs/differences.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import type { Stuck } from './difference.ts';

/** After the last step: images are pulled, controllers look again. */
const SETTLE_MS = 30_000;
/** No command of a solution moves more often than this. */
const MAX_MOVES = 2000;

/**
 * The reader's cluster beside one in which the same exercise was solved by these steps (kubectl lines, faults,
 * `advance 30s`). Neither is changed.
 */
export function stuckOf(session: Session, steps: readonly string[], files: Readonly<Record<string, string>>): Stuck {
  const solved = new Session(session.spec);
  const parsed = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)]));
  for (const step of steps) {
    const waits = parseDuration(/^advance (\S+)$/.exec(step)?.[1] ?? '');
    if (waits !== undefined) solved.seek(solved.now + waits);
    else {
      solved.do(step, parsed);
      for (let moves = 0; moves < MAX_MOVES && !solved.move().isEnd; moves++);
    }
  }
  solved.seek(solved.now + SETTLE_MS);
  const tables = differencesOf(session.peek(), solved.peek());
  return { tables, sentence: sentenceOf(tables) };
}

/** The difference that says most: a value of something that both have, else what one of them lacks. */
function sentenceOf(tables: Stuck['tables']): string {
  const rows = tables.flatMap(({ title, rows: own }) => own.map((row) => ({ title, ...row })));
  const changed = rows.find(({ only }) => only === undefined);
  const [cell] = changed?.cells ?? [];
  if (changed !== undefined && cell !== undefined) {
    const [yours, theirs] = cell.texts;
    return `${changed.title}, ${changed.name}: ${cell.column} is “${yours}” with you, and “${theirs}” when it is solved.`;
  }
  const [other] = rows;
  if (other === undefined)
    return 'Your cluster looks like the solved one. Look at the goals: one asks what you have done.';
  const [has, lacks] = other.only === 'first' ? ['Yours', 'the solved one'] : ['The solved cluster', 'yours'];
  return `${has} has ${other.name} among its ${other.title.toLowerCase()}, and ${lacks} has not.`;
}
