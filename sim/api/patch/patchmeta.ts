import type { JsonObject, JsonValue } from '../meta.ts';
import type { Schema, SchemaType } from '../resource.ts';

/** Keys that steer a strategic merge patch instead of being data. */
export const DIRECTIVE = '$patch';
/** The keys that may stay in a map; all others go. */
export const RETAIN_KEYS = '$retainKeys';
/** Before the name of a list of scalars: the scalars that go. */
export const DELETE_PREFIX = '$deleteFromPrimitiveList/';
/** Before the name of a merged list: the order its items shall have. */
export const ORDER_PREFIX = '$setElementOrder/';

/** Why a patch cannot be made or applied; caught by the entry points, which give it back as data. */
export class PatchError extends Error {}

/** What is below a map: a struct with known fields, a map whose values are all alike, or nothing known. */
export type Below = { readonly struct?: Schema; readonly values?: SchemaType };

/** How strategic merge treats one field. */
export interface FieldMeta {
  readonly below: Below;
  /** Merge key of a merged list of maps, '' for a merged list of scalars, undefined for a list that is replaced. */
  readonly mergeKey: string | undefined;
  readonly retainKeys: boolean;
  /** Whether the value is replaced as a whole although it is a map. */
  readonly isOpaque: boolean;
}

/** Looks a field up; a struct that has no such field is an error, as upstream. */
export function fieldMeta(below: Below, key: string): FieldMeta {
  if (below.values !== undefined) return metaOf(below.values, undefined, false);
  if (below.struct === undefined) return { below: {}, mergeKey: undefined, retainKeys: false, isOpaque: false };
  const field = below.struct.fields.get(key);
  if (field === undefined) {
    throw new PatchError(
      `unable to find api field in struct ${below.struct.name} for the json field ${JSON.stringify(key)}`,
    );
  }
  return metaOf(field.type, field.mergeKey, field.retainKeys);
}

function metaOf(type: SchemaType, mergeKey: string | undefined, retainKeys: boolean): FieldMeta {
  const inner = type.type === 'list' ? type.of : type;
  const isOpaque = inner.type === 'any';
  if (inner.type === 'struct') return { below: { struct: inner.struct }, mergeKey, retainKeys, isOpaque };
  if (inner.type === 'map') return { below: { values: inner.of }, mergeKey, retainKeys, isOpaque };
  return { below: {}, mergeKey, retainKeys, isOpaque };
}

/** Whether it is a JSON object. */
export function isMap(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a JSON array. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether two values are of the same JSON kind. */
export function sameKind(left: JsonValue, right: JsonValue): boolean {
  if (isList(left) || isList(right)) return isList(left) && isList(right);
  return typeof left === typeof right && (left === null) === (right === null);
}

/** Whether lists hold maps (true) or scalars; mixed lists and lists of lists are errors. */
export function holdsMaps(...lists: readonly (readonly JsonValue[])[]): boolean {
  const items = lists.flat();
  if (items.some(isList)) throw new PatchError('lists of lists are not supported');
  const maps = items.filter(isMap).length;
  if (maps !== 0 && maps !== items.length) throw new PatchError('list element types are not identical');
  return maps > 0;
}

/** The value that identifies an item: that of its merge key, or the scalar itself when there is no key. */
export function identity(item: JsonValue, mergeKey: string): JsonValue {
  if (mergeKey === '') return item;
  const value = isMap(item) ? item[mergeKey] : undefined;
  if (value === undefined) {
    throw new PatchError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return value;
}

/** Sorts items by their place in `order`; those that are not in it keep to the end, deletions last. */
export function sortByOrder(
  items: readonly JsonValue[],
  order: readonly JsonValue[],
  mergeKey: string,
): readonly JsonValue[] {
  const places = new Map(order.map((item, index) => [identity(item, mergeKey), index] as const).reverse());
  const rank = (item: JsonValue) => {
    if (isMap(item) && item[DIRECTIVE] === 'delete') return Number.MAX_SAFE_INTEGER;
    return places.get(identity(item, mergeKey)) ?? order.length;
  };
  return items
    .map((item, index) => ({ item, index, rank: rank(item) }))
    .sort((left, right) => left.rank - right.rank || left.index - right.index)
    .map(({ item }) => item);
}

/** Scalars without repetition, the first of each kept. */
export function distinct(items: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Set(items)];
}
