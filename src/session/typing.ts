import { addKubectl, addTerminalProgram } from '../../sim/packs/kubectl.ts';

/** Lets clusters run kubectl. What few lines need are chunks of their own, asked for here, since they need this one. */
export function startTyping(): void {
  addKubectl();
}

/** The work of lines of kubectl that few readers ever type. */
export async function loadEditing(): Promise<void> {
  const { addEditing } = await import('../../sim/packs/editing.ts');
  addEditing();
}

/** The tools of etcd. */
export async function loadEtcdctl(): Promise<void> {
  addKubectl();
  const { addEtcdctl } = await import('../../sim/packs/etcdctl.ts');
  addEtcdctl(addTerminalProgram);
}
