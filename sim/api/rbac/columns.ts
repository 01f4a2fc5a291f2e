import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import type { KubeObject } from '../meta.ts';
import type { Column } from '../resource.ts';
import type { BindingLike, Subject } from './rules.ts';

/** The columns of both kinds of binding (pkg/printers/internalversion `printRoleBinding`). */
export function bindingColumns<B extends BindingLike & KubeObject>(): readonly Column<B>[] {
  const of = (kind: string) => (binding: B) => namesOf(binding.subjects ?? [], kind);
  return [
    nameColumn(),
    column('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    ageColumn(),
    wideColumn('Users', of('User')),
    wideColumn('Groups', of('Group')),
    wideColumn('ServiceAccounts', of('ServiceAccount')),
  ];
}

function namesOf(subjects: readonly Subject[], wanted: string): string {
  const names = subjects
    .filter(({ kind }) => kind === wanted)
    .map(({ name, namespace = '' }) => (wanted === 'ServiceAccount' ? `${namespace}/${name}` : name));
  return names.join(', ');
}
