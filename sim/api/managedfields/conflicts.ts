import type { ManagedFieldsEntry } from '../meta.ts';
import type { Status } from '../status.ts';
import { pathText } from './fieldset.ts';
import type { FieldConflict } from './updater.ts';

/** 409 for an apply that others' fields stand in the way of. Follows apimachinery/pkg/util/managedfields conflict.go. */
export function applyConflict(conflicts: readonly FieldConflict[]): Status {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${ownerText(owner)}`,
    field: pathText(path),
  }));
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: messageOf(conflicts),
    reason: 'Conflict',
    details: { causes },
    code: 409,
  };
}

function messageOf(conflicts: readonly FieldConflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${ownerText(only.owner)}: ${pathText(only.path)}`;
  }
  const byOwner = new Map<string, string[]>();
  for (const { owner, path } of conflicts) {
    const paths = byOwner.get(ownerText(owner)) ?? [];
    byOwner.set(ownerText(owner), [...paths, `- ${pathText(path)}`]);
  }
  const texts = [...byOwner.keys()].sort().map((owner) => {
    return `conflicts with ${owner}:\n${(byOwner.get(owner) ?? []).join('\n')}`;
  });
  return `Apply failed with ${conflicts.length} conflicts: ${texts.join('\n')}`;
}

function ownerText({ manager = '', operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  const name = JSON.stringify(manager);
  const through = subresource === undefined ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${through} using ${apiVersion}` : through;
}
