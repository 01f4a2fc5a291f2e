import type { JsonObject, JsonValue } from '../meta.ts';
import { sameJson } from '../resource.ts';
import {
  type Below,
  DELETE_PREFIX,
  DIRECTIVE,
  distinct,
  type FieldMeta,
  fieldMeta,
  holdsMaps,
  identity,
  isList,
  isMap,
  ORDER_PREFIX,
  RETAIN_KEYS,
  sameKind,
  sortByOrder,
} from './patchmeta.ts';

/** Which differences go into the patch. */
export interface DiffOptions {
  readonly changes: boolean;
  readonly deletions: boolean;
}

/** The strategic merge patch that turns `original` into `modified`; empty when there is nothing to do. */
export function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  below: Below,
  options: DiffOptions,
  retainKeys = false,
): JsonObject {
  const patch = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(modified)) {
    const before = original[key];
    if (value === undefined) continue;
    if (before === undefined) {
      if (options.changes) patch.set(key, value);
    } else if (key === DIRECTIVE) {
      if (value !== before) patch.set(key, value);
    } else if (!sameKind(before, value)) {
      if (options.changes) patch.set(key, value);
    } else if (isMap(before) && isMap(value)) diffMapField(key, before, value, fieldMeta(below, key), options, patch);
    else if (isList(before) && isList(value)) diffListField(key, before, value, below, options, patch);
    else if (options.changes && before !== value) patch.set(key, value);
  }
  if (options.deletions) {
    for (const key of Object.keys(original)) if (isLost(key, original, modified)) patch.set(key, null);
  }
  const hasMore = Object.keys(original).some((key) => original[key] !== null && isLost(key, original, modified));
  const kept = Object.keys(modified).filter((key) => modified[key] !== null);
  if (retainKeys && kept.length > 0 && (patch.size > 0 || hasMore)) patch.set(RETAIN_KEYS, kept.sort());
  return Object.fromEntries(patch);
}

/** A field whose value is undefined is no field: JSON has none. */
function isLost(key: string, original: JsonObject, modified: JsonObject): boolean {
  return original[key] !== undefined && modified[key] === undefined;
}

function diffMapField(
  key: string,
  before: JsonObject,
  value: JsonObject,
  meta: FieldMeta,
  options: DiffOptions,
  patch: Map<string, JsonValue>,
): void {
  if (meta.isOpaque) {
    if (options.changes && !sameJson(before, value)) patch.set(key, value);
    return;
  }
  const inner = diffMaps(before, value, meta.below, options, meta.retainKeys);
  if (Object.keys(inner).length > 0) patch.set(key, inner);
}

function diffListField(
  key: string,
  before: readonly JsonValue[],
  value: readonly JsonValue[],
  below: Below,
  options: DiffOptions,
  patch: Map<string, JsonValue>,
): void {
  const meta = fieldMeta(below, key);
  if (meta.mergeKey === undefined) {
    if (options.changes && !sameJson(before, value)) patch.set(key, value);
    return;
  }
  const diff = diffLists(before, value, meta, meta.mergeKey, options);
  if (diff.items.length > 0) patch.set(key, diff.items);
  if (diff.deleted.length > 0) patch.set(DELETE_PREFIX + key, diff.deleted);
  if (diff.order.length > 0) patch.set(ORDER_PREFIX + key, diff.order);
}

interface ListDiff {
  /** Added and changed items, then deletions of maps. */
  readonly items: readonly JsonValue[];
  /** Deleted scalars. */
  readonly deleted: readonly JsonValue[];
  /** The wanted order, when the order matters to the patch. */
  readonly order: readonly JsonValue[];
}

const NOTHING: ListDiff = { items: [], deleted: [], order: [] };

function diffLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  meta: FieldMeta,
  mergeKey: string,
  options: DiffOptions,
): ListDiff {
  if (before.length === 0) return options.changes ? { ...NOTHING, items: after } : NOTHING;
  return holdsMaps(before, after)
    ? diffMapLists(before, after, meta, mergeKey, options)
    : diffScalarLists(before, after, options);
}

function diffScalarLists(before: readonly JsonValue[], after: readonly JsonValue[], options: DiffOptions): ListDiff {
  const added = options.changes ? withoutEach(after, before) : [];
  const deleted = options.deletions ? distinct(withoutEach(before, after)) : [];
  const isMoved = options.changes && !sameJson(before, after);
  const order = isMoved || deleted.length > 0 ? after : [];
  return { items: sortByOrder(added, after, ''), deleted: [...deleted].sort(compareAsText), order };
}

/** The items that `others` does not pair off one by one. */
function withoutEach(items: readonly JsonValue[], others: readonly JsonValue[]): readonly JsonValue[] {
  const rest = [...others];
  return items.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function diffMapLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  meta: FieldMeta,
  mergeKey: string,
  options: DiffOptions,
): ListDiff {
  const rest = [...before];
  const changed: JsonValue[] = [];
  for (const item of [...after].sort((left, right) => byKey(left, right, mergeKey))) {
    const key = identity(item, mergeKey);
    const at = rest.findIndex((other) => identity(other, mergeKey) === key);
    const [old] = at < 0 ? [] : rest.splice(at, 1);
    if (old === undefined) {
      if (options.changes) changed.push(item);
    } else if (isMap(old) && isMap(item)) {
      const inner = diffMaps(old, item, meta.below, options, meta.retainKeys);
      if (Object.keys(inner).length > 0) changed.push({ ...inner, [mergeKey]: key });
    }
  }
  const deleted = options.deletions ? [...rest].sort((left, right) => byKey(left, right, mergeKey)) : [];
  const items = [
    ...sortByOrder(changed, after, mergeKey),
    ...deleted.map((item) => ({ [mergeKey]: identity(item, mergeKey), [DIRECTIVE]: 'delete' })),
  ];
  const keys = (list: readonly JsonValue[]) => list.map((item) => identity(item, mergeKey));
  const isMoved = !sameJson(keys(before), keys(after));
  const needsOrder = (options.changes && (items.length > 0 || isMoved)) || (options.deletions && items.length > 0);
  return { items, deleted: [], order: needsOrder ? keys(after).map((key) => ({ [mergeKey]: key })) : [] };
}

function byKey(left: JsonValue, right: JsonValue, mergeKey: string): number {
  return compareAsText(identity(left, mergeKey), identity(right, mergeKey));
}

function compareAsText(left: JsonValue, right: JsonValue): number {
  const [a, b] = [String(left), String(right)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
