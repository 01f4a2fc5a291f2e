import { addPrograms } from '../cluster/boot.ts';
import { etcdWithTools } from '../etcd/restore.ts';
import { etcdTools } from '../etcdctl/program.ts';
import type { TerminalProgram } from '../protocol/terminal.ts';

/** etcdctl and etcdutl, in a chunk of their own: loaded with the first line that names one of them. */
export function addEtcdctl(addTerminalProgram: (program: TerminalProgram) => void): void {
  addPrograms([etcdWithTools]);
  addTerminalProgram(etcdTools);
}
