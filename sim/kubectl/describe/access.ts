import type { ClusterRole } from '../../api/kinds/clusterrole.ts';
import type { ClusterRoleBinding } from '../../api/kinds/clusterrolebinding.ts';
import type { Role } from '../../api/kinds/role.ts';
import type { RoleBinding } from '../../api/kinds/rolebinding.ts';
import type { Secret } from '../../api/kinds/secret.ts';
import type { Lines } from '../../client/describing.ts';
import { ruleRows } from '../rulerows.ts';
import { defineDescriber } from './describer.ts';
import { head, metaLines } from './writer.ts';

const TITLES = ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'];

/** kubectl describe role, and clusterrole. */
export const describeRoles = (['Role', 'ClusterRole'] as const).map((kind) =>
  defineDescriber<Role | ClusterRole>({
    kind,
    related: () => [],
    lines: ({ metadata, rules }) => [
      `Name:\t${metadata.name}`,
      ...metaLines(metadata),
      'PolicyRule:',
      ...tabbed([TITLES, TITLES.map((title) => '-'.repeat(title.length)), ...ruleRows(rules ?? [])]),
    ],
  }),
);

const SUBJECT = ['Kind', 'Name', 'Namespace'];

/** kubectl describe rolebinding, and clusterrolebinding. */
export const describeBindings = (['RoleBinding', 'ClusterRoleBinding'] as const).map((kind) =>
  defineDescriber<RoleBinding | ClusterRoleBinding>({
    kind,
    related: () => [],
    lines: ({ metadata, roleRef, subjects = [] }) => [
      `Name:\t${metadata.name}`,
      ...metaLines(metadata),
      'Role:',
      `  Kind:\t${roleRef.kind}`,
      `  Name:\t${roleRef.name}`,
      'Subjects:',
      ...tabbed([
        SUBJECT,
        SUBJECT.map((title) => '-'.repeat(title.length)),
        ...subjects.map(({ kind: of, name, namespace = '' }) => [of, name, namespace]),
      ]),
    ],
  }),
);

function tabbed(rows: readonly (readonly string[])[]): Lines {
  return rows.map((row) => `  ${row.join('\t')}`);
}

/** kubectl describe secret: how long each value is, and never the value. */
export const describeSecret = defineDescriber<Secret>({
  kind: 'Secret',
  related: () => [],
  lines: ({ metadata, type = '', data = {} }) => [
    ...head(metadata),
    ...metaLines(metadata),
    '',
    `Type:\t${type}`,
    '',
    'Data',
    '====',
    ...Object.keys(data)
      .sort()
      .map((key) => valueLine(key, data[key] ?? '', type)),
  ],
});

function valueLine(key: string, value: string, type: string): string {
  if (key === 'token' && type === 'kubernetes.io/service-account-token') return `${key}:\t${atob(value)}`;
  return `${key}:\t${atob(value).length} bytes`;
}
