import type { Resource } from './resource.ts';

/** `api/v1`, `apis/apps/v1`: where a group's version is served, and the name of its document. */
export function rootOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}
