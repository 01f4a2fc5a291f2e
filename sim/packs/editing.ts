import { diff } from '../kubectl/commands/diff.ts';
import { edit } from '../kubectl/commands/edit.ts';
import { addWork, type Work } from '../kubectl/commands/later.ts';

/** Brings the work of `kubectl diff` and `kubectl edit`. Call it before a line that names it is typed; again changes nothing. */
export function addEditing(): void {
  addWork({ diff: diff as unknown as Work, edit: edit as unknown as Work });
}
