import { type JsonObject, type JsonValue, type KubeObject, type ManagedFieldsEntry, rfc3339 } from '../meta.ts';
import type { Schema } from '../resource.ts';
import {
  below,
  difference,
  type FieldSet,
  fromFieldsV1,
  intersection,
  isWithin,
  sameSet,
  toFieldsV1,
  union,
} from './fieldset.ts';
import { compare, fieldSetOf, mergeApplied, removePaths } from './typed.ts';

/** Who writes: the field manager, what it does, in which version and through which subresource. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
}

/** A field that somebody else owns with another value. */
export interface FieldConflict {
  readonly owner: ManagedFieldsEntry;
  readonly path: string;
}

/** An object in another version of its kind, for the rows that speak of that version's fields. */
export type InVersion = (
  object: KubeObject,
  apiVersion: string,
) => { readonly object: KubeObject; readonly schema: Schema };

/** An applied object, or the fields that stand in the way. */
export type Applied =
  | { readonly ok: true; readonly object: KubeObject }
  | { readonly ok: false; readonly conflicts: readonly FieldConflict[] };

/** The row that owns what was there before anybody applied. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * Server-side apply: lays the configuration over the live object, takes away what the manager applied last time and
 * does not any more, and gives it the ownership of what it applies. Follows structured-merge-diff `Updater.Apply` and
 * apimachinery/pkg/util/managedfields.
 */
export function applyConfiguration(
  live: KubeObject,
  config: KubeObject,
  schema: Schema,
  writer: Writer,
  isForced: boolean,
  nowMs: number,
  inVersion?: InVersion,
): Applied {
  const before = withFirstOwner(live, schema, writer.apiVersion);
  const { managedFields: _given, ...metadata } = config.metadata;
  const wanted = { ...config, metadata } as unknown as JsonObject;
  const set = withoutIdentity(fieldSetOf(wanted, schema), writer.subresource);
  const mine = before.find((entry) => isRow(entry, writer, 'Apply'));
  const others = before.filter((entry) => entry !== mine);
  const last = setOf(mine);
  const plain = bare(live);
  const merged = mergeApplied(plain, wanted, schema);
  const gone = unowned(difference(last, set), [...others.map(setOf), set]);
  const object = removePaths(merged, gone, schema);
  const changes = changesFor(plain, object, schema, writer, inVersion);
  const conflicts = others.flatMap((owner) => {
    return [...intersection(setOf(owner), changes(owner).changed)].sort().map((path) => ({ owner, path }));
  });
  if (conflicts.length > 0 && !isForced) return { ok: false, conflicts };
  const kept = others.flatMap((entry) => {
    const { changed, removed } = changes(entry);
    return without(entry, union(intersection(setOf(entry), changed), removed));
  });
  const isSame = mine !== undefined && sameSet(last, set);
  const row = isSame ? mine : rowOf(writer, 'Apply', set, nowMs);
  return { ok: true, object: managed(object, [row, ...kept]) };
}

/**
 * Any other write: its writer becomes the owner of what it changed, and others cease to be. Follows
 * structured-merge-diff `Updater.Update`.
 */
export function recordUpdate(
  live: KubeObject | undefined,
  next: KubeObject,
  schema: Schema,
  writer: Writer,
  nowMs: number,
  inVersion?: InVersion,
): KubeObject {
  const rows = entriesOf(next).length > 0 || live === undefined ? entriesOf(next) : entriesOf(live);
  const before = live === undefined ? zeroOf(schema) : bare(live);
  const plain = bare(next);
  const changes = changesFor(before, plain, schema, writer, live === undefined ? undefined : inVersion);
  const { changed: all, removed } = changes({});
  const changed = withoutIdentity(all, writer.subresource);
  const mine = rows.find((entry) => isRow(entry, writer, 'Update'));
  const others = rows
    .filter((entry) => entry !== mine)
    .flatMap((entry) => {
      const seen = changes(entry);
      return without(entry, union(withoutIdentity(seen.changed, writer.subresource), seen.removed));
    });
  const set = difference(union(setOf(mine), changed), removed);
  if (set.size === 0) return managed(plain, others);
  const row = mine !== undefined && sameSet(set, setOf(mine)) ? mine : rowOf(writer, 'Update', set, nowMs);
  return managed(plain, [...others, row]);
}

/** The rows of an object. */
export function entriesOf(object: KubeObject): readonly ManagedFieldsEntry[] {
  return object.metadata.managedFields ?? [];
}

/** What changed, in the version in which a row speaks; without a version in the writer's. */
function changesFor(
  before: JsonObject,
  after: JsonObject,
  schema: Schema,
  writer: Writer,
  inVersion: InVersion | undefined,
): (row: ManagedFieldsEntry) => { readonly changed: FieldSet; readonly removed: FieldSet } {
  const changesIn = (old: JsonObject, next: JsonObject, fields: Schema) => {
    const { added, modified, removed } = compare(old, next, fields);
    return { changed: union(added, modified), removed };
  };
  const own = changesIn(before, after, schema);
  return ({ apiVersion = writer.apiVersion }) => {
    if (inVersion === undefined || apiVersion === writer.apiVersion) return own;
    const old = inVersion(before as unknown as KubeObject, apiVersion);
    const next = inVersion(after as unknown as KubeObject, apiVersion);
    return changesIn(old.object as unknown as JsonObject, next.object as unknown as JsonObject, next.schema);
  };
}

/** An object whose writers were not recorded belongs to one row of its own. */
function withFirstOwner(live: KubeObject, schema: Schema, apiVersion: string): readonly ManagedFieldsEntry[] {
  const rows = entriesOf(live);
  if (rows.length > 0) return rows;
  const set = withoutIdentity(compare(zeroOf(schema), bare(live), schema).added, '');
  if (set.size === 0) return [];
  const writer = { manager: BEFORE_FIRST_APPLY, apiVersion, subresource: '' };
  return [{ ...rowOf(writer, 'Update', set, 0), time: live.metadata.creationTimestamp ?? rfc3339(0) }];
}

/** Paths that nobody owns, neither themselves nor anything below them. */
function unowned(paths: FieldSet, owners: readonly FieldSet[]): FieldSet {
  const owned = owners.flatMap((set) => [...set]);
  return new Set([...paths].filter((path) => !owned.some((other) => isWithin(other, path))));
}

function isRow(entry: ManagedFieldsEntry, writer: Writer, operation: 'Apply' | 'Update'): boolean {
  if (entry.manager !== writer.manager || entry.operation !== operation) return false;
  if ((entry.subresource ?? '') !== writer.subresource) return false;
  return operation === 'Apply' || entry.apiVersion === writer.apiVersion;
}

function setOf(entry: ManagedFieldsEntry | undefined): FieldSet {
  return entry?.fieldsV1 === undefined ? new Set() : fromFieldsV1(entry.fieldsV1);
}

/** The row without some paths; none when nothing is left. */
function without(entry: ManagedFieldsEntry, paths: FieldSet): readonly ManagedFieldsEntry[] {
  const have = setOf(entry);
  const left = difference(have, paths);
  if (left.size === have.size) return [entry];
  return left.size === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(left) }];
}

function rowOf(
  { manager, apiVersion, subresource }: Writer,
  operation: 'Apply' | 'Update',
  set: FieldSet,
  nowMs: number,
): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    time: rfc3339(nowMs),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(subresource === '' ? {} : { subresource }),
  };
}

/** Rows in upstream's order: applies first, then by time, manager, version and subresource. */
function managed(object: JsonObject, rows: readonly ManagedFieldsEntry[]): KubeObject {
  const keyOf = ({ operation, time, manager, apiVersion, subresource }: ManagedFieldsEntry) => {
    return [operation, time, manager, apiVersion, subresource].map((part) => part ?? '').join('\n');
  };
  const sorted = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const metadata = object.metadata as JsonObject;
  const whole = sorted.length === 0 ? metadata : { ...metadata, managedFields: sorted };
  return { ...object, metadata: whole } as unknown as KubeObject;
}

function bare(object: KubeObject): JsonObject {
  const { managedFields: _rows, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as JsonObject;
}

/** Fields that nobody owns. */
const IDENTITY: readonly string[] = [
  'f:apiVersion',
  'f:kind',
  'f:metadata',
  ...'name namespace creationTimestamp selfLink uid generation managedFields resourceVersion'
    .split(' ')
    .map((name) => below('f:metadata', `f:${name}`)),
];

/** Without identity, and without what the write cannot change: its status, or all but its status. */
function withoutIdentity(set: FieldSet, subresource: string): FieldSet {
  const isStatus = subresource === 'status';
  return new Set([...set].filter((path) => !IDENTITY.includes(path) && isWithin(path, 'f:status') === isStatus));
}

/** Structs that Go writes even when they are empty: they are nobody's, whatever is set inside them. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(
  'metadata spec status strategy updateStrategy template loadBalancer daemonEndpoints nodeInfo'.split(' '),
);

/** The object before anything was set. Its `containers` are null, which is not the same as absent. */
function zeroOf(schema: Schema): JsonObject {
  const entries = [...schema.fields.values()].flatMap((field): (readonly [string, JsonValue])[] => {
    if (field.name === 'containers') return [[field.name, null]];
    if (field.type.type !== 'struct' || !ALWAYS_THERE.has(field.name)) return [];
    return [[field.name, zeroOf(field.type.struct)]];
  });
  return Object.fromEntries(entries);
}
