import { assert } from '../../kernel/assert.ts';
import { type Command, defineCommand } from '../command.ts';

/** What such a command does. */
export type Work = Pick<Command, 'start' | 'stages'>;

const works = new Map<string, Work>();

/** Brings the work of commands from a chunk of its own; again changes nothing. */
export function addWork(more: Readonly<Record<string, Work>>): void {
  for (const [name, work] of Object.entries(more)) works.set(name, work);
}

/**
 * Commands whose work is a chunk of its own (`sim/packs/editing.ts`), loaded before a line that names one is typed.
 * Their names and flags are here, so that help, guesses and errors do not hang on what has been loaded.
 */
export const laterCommands: readonly Command[] = [
  later({
    name: 'diff',
    usage: 'diff -f FILENAME',
    summary: 'Diff the live version against a would-be applied version',
    flags: 'filename/f* selector/l field-manager server-side! force-conflicts! show-managed-fields! concurrency#',
    others: 'kustomize/k prune! prune-allowlist+ recursive/R!',
  }),
  later({
    name: 'edit',
    usage: 'edit (RESOURCE/NAME | -f FILENAME)',
    summary: 'Edit a resource on the server',
    flags: 'filename/f* field-manager output-patch! subresource validate?strict',
    others:
      'allow-missing-template-keys! kustomize/k output/o recursive/R! save-config! show-managed-fields! template ' +
      'windows-line-endings!',
  }),
];

function later(head: Omit<Command, 'start' | 'stages'>): Command {
  const work = (): Work => {
    const known = works.get(head.name);
    assert(known !== undefined, `the work of kubectl ${head.name} is loaded before it is typed`);
    return known;
  };
  return defineCommand({
    ...head,
    start: (job) => work().start(job),
    get stages() {
      return work().stages ?? {};
    },
  });
}
