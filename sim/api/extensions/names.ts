import type { Condition } from '../meta.ts';
import { sameJson } from '../resource.ts';
import type { Definition, DefinitionNames } from './definition.ts';

/** What the naming controller writes. */
export interface Accepted {
  readonly acceptedNames: DefinitionNames;
  /** NamesAccepted, and Established as it stands before the kind is served. */
  readonly conditions: readonly Condition[];
}

/**
 * Which of its names a definition gets: those that no other definition of the group has. Undefined when nothing is to
 * be written. Follows apiextensions-apiserver/pkg/controller/status/naming_controller.go.
 */
export function acceptNames(definition: Definition, all: readonly Definition[]): Accepted | undefined {
  const { spec, status = {} } = definition;
  const { acceptedNames: old = {} } = status;
  if (sameJson(spec.names, old)) return undefined;
  const { names, conflict } = negotiate(
    spec.names,
    old,
    all.filter((one) => one.spec.group === spec.group),
  );
  const accepted: Condition =
    conflict === undefined
      ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { type: 'NamesAccepted', status: 'False', ...conflict };
  const known = status.conditions?.find(({ type }) => type === 'NamesAccepted');
  const isSaid =
    known?.status === accepted.status && known.reason === accepted.reason && known.message === accepted.message;
  if (sameJson(names, old) && isSaid) return undefined;
  const before = status.conditions?.find(({ type }) => type === 'Established');
  const waiting = { type: 'Established', status: 'False' as const };
  const established =
    before?.status === 'True'
      ? before
      : conflict === undefined
        ? { ...waiting, reason: 'Installing', message: 'the initial names have been accepted' }
        : (before ?? { ...waiting, reason: 'NotAccepted', message: 'not all names are accepted' });
  return { acceptedNames: names, conditions: [accepted, established] };
}

type Conflict = Pick<Condition, 'reason' | 'message'>;

/** Name by name; the last conflict is the one that is told. */
function negotiate(wanted: DefinitionNames, old: DefinitionNames, group: readonly Definition[]) {
  const taken = group.map(({ status }) => status?.acceptedNames ?? {});
  const resources = new Set(
    taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]),
  );
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  let names: DefinitionNames = { ...old, ...(wanted.categories && { categories: wanted.categories }) };
  let conflict: Conflict | undefined;
  const claim = (
    field: 'plural' | 'singular' | 'kind' | 'listKind',
    used: ReadonlySet<string | undefined>,
    why: string,
  ) => {
    const name = wanted[field];
    if (name !== old[field] && used.has(name)) conflict = { reason: why, message: inUse(name) };
    else names = { ...names, [field]: name };
  };
  claim('plural', resources, 'PluralConflict');
  claim('singular', resources, 'SingularConflict');
  const short = (wanted.shortNames ?? []).filter((name) => !old.shortNames?.includes(name) && resources.has(name));
  if (short.length === 0) names = wanted.shortNames === undefined ? names : { ...names, shortNames: wanted.shortNames };
  else {
    const all = short.map(inUse);
    conflict = { reason: 'ShortNamesConflict', message: all.length === 1 ? (all[0] ?? '') : `[${all.join(', ')}]` };
  }
  claim('kind', kinds, 'KindConflict');
  claim('listKind', kinds, 'ListKindConflict');
  return { names, conflict };
}

function inUse(name: string | undefined): string {
  return `${JSON.stringify(name)} is already in use`;
}
