import { diff } from '../kubectl/commands/diff.ts';
import type { Work } from '../kubectl/commands/later.ts';

/** `kubectl diff`, in a chunk of its own. */
export const editing: Readonly<Record<string, Work>> = { diff: diff as unknown as Work };
