import { addPrograms } from '../cluster/boot.ts';
import { addWork } from '../kubectl/commands/later.ts';
import { kubectl } from '../kubectl/kubectl.ts';

export { readCommand } from '../kubectl/dispatch.ts';
export { addTerminalProgram } from '../kubectl/programs.ts';

/** Lets clusters run kubectl. Call it before the first command is typed; calling it again changes nothing. */
export function addKubectl(): void {
  addPrograms([kubectl]);
}

/** Brings the work of `kubectl diff`. Call it before a line that names it is typed; again changes nothing. */
export async function addEditing(): Promise<void> {
  const { editing } = await import('./editing.ts');
  addWork(editing);
}
