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
 * Commands whose work is a chunk of its own (`sim/packs/editing.ts`), loaded before a line that names
 * one is typed.
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
    flags: 'filename/f* field-manager output/o output-patch! subresource validate?strict',
    others:
      'allow-missing-template-keys! kustomize/k recursive/R! save-config! show-managed-fields! template ' +
      'windows-line-endings!',
  }),
  later({
    name: 'replace',
    usage: 'replace -f FILENAME [--force]',
    summary: 'Replace a resource by file name',
    flags:
      'cascade?background dry-run?unchanged field-manager filename/f* force! grace-period# output/o save-config! ' +
      'timeout@ validate?strict',
    others: 'allow-missing-template-keys! kustomize/k raw recursive/R! show-managed-fields! subresource template wait!',
  }),
  later({
    name: 'set env',
    usage: 'set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
    summary: 'Update environment variables on a pod template',
    flags:
      'all! containers/c dry-run?unchanged env/e+ field-manager filename/f* from keys* list! output/o overwrite! ' +
      'prefix selector/l',
    others: 'allow-missing-template-keys! kustomize/k local! recursive/R! resolve! show-managed-fields! template',
  }),
  later({
    name: 'set resources',
    usage: 'set resources (-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]',
    summary: 'Update resource requests/limits on objects with pod templates',
    flags: 'all! containers/c dry-run?unchanged field-manager filename/f* limits output/o requests selector/l',
    others: 'allow-missing-template-keys! kustomize/k local! recursive/R! show-managed-fields! template',
  }),
  later({
    name: 'set selector',
    usage: 'set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
    summary: 'Set the selector on a resource',
    flags: 'all! dry-run?unchanged field-manager filename/f* output/o resource-version',
    others: 'allow-missing-template-keys! kustomize/k local! recursive/R! show-managed-fields! template',
  }),
  later({
    name: 'set serviceaccount',
    aliases: ['set sa'],
    usage: 'set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
    summary: 'Update the service account of a resource',
    flags: 'all! dry-run?unchanged field-manager filename/f* output/o',
    others: 'allow-missing-template-keys! kustomize/k local! recursive/R! show-managed-fields! template',
  }),
  later({
    name: 'set subject',
    usage:
      'set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:name]',
    summary: 'Update the user, group, or service account in a role binding or cluster role binding',
    flags: 'all! dry-run?unchanged field-manager filename/f* group+ output/o selector/l serviceaccount+ user+',
    others: 'allow-missing-template-keys! kustomize/k local! recursive/R! show-managed-fields! template',
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
