import { addPrograms } from '../cluster/boot.ts';
import { kubectl } from '../kubectl/kubectl.ts';

export { readCommand } from '../kubectl/dispatch.ts';
export { addTerminalProgram } from '../kubectl/programs.ts';

/** Lets clusters run kubectl. Call it before the first command is typed; calling it again changes nothing. */
export function addKubectl(): void {
  addPrograms([kubectl]);
}
