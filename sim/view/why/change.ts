import type { KubeObject } from '../../api/meta.ts';
import { type Aspect, REVISION } from './aspect.ts';
import { type History, type Revision, registryKey } from './history.ts';
import type { ObjectName } from './question.ts';

/** When an aspect became what it is: at a revision, before the history began, or never, for there is no such object. */
export type Change =
  | {
      readonly kind: 'changed';
      readonly value: string | undefined;
      /** What it was before; undefined when it was not there. */
      readonly before: string | undefined;
      readonly revision: Revision;
      /** Whether this revision created the object. */
      readonly isNew: boolean;
    }
  | { readonly kind: 'start'; readonly value: string | undefined }
  | { readonly kind: 'none'; readonly value: undefined };

/** The write that gave an aspect its present text. `start` is the object as the history began, if it was there. */
export function lastChange(
  history: History,
  object: ObjectName,
  aspect: Aspect,
  start: KubeObject | undefined,
): Change {
  const revisions = history.revisions.get(registryKey(object)) ?? [];
  const last = revisions.at(-1);
  if (last === undefined) {
    return start === undefined ? { kind: 'none', value: undefined } : { kind: 'start', value: aspect.read(start) };
  }
  const value = last.object && aspect.read(last.object);
  for (let index = revisions.length - 1; index >= 0; index--) {
    const revision = revisions[index] as Revision;
    const earlier = index === 0 ? start : revisions[index - 1]?.object;
    const isNew = earlier === undefined;
    const before = earlier && aspect.read(earlier);
    if (!isNew && aspect !== REVISION && revision.object !== undefined && before === value) continue;
    return { kind: 'changed', value: aspect === REVISION ? String(revision.revision) : value, before, revision, isNew };
  }
  return { kind: 'start', value };
}
