import type { Store } from '../../session/store.ts';

const KEY = 'terminal-history';
/** Lines kept; older ones are forgotten. */
const MOST = 100;

/** The lines typed in this lesson, oldest first. */
export function history(store: Store | undefined): readonly string[] {
  return (store?.recall(KEY) as readonly string[] | undefined) ?? [];
}

/** Keeps a line for the arrow keys, once when it is given twice in a row. */
export function remember(store: Store | undefined, line: string): void {
  const lines = history(store);
  if (line.trim() === '' || line === lines.at(-1)) return;
  store?.remember(KEY, [...lines, line].slice(-MOST));
}
