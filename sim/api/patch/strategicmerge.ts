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
  PatchError,
  RETAIN_KEYS,
  sameKind,
  sortByOrder,
} from './patchmeta.ts';

/**
 * `apply`: directives are carried out, nulls delete. `combine`: two patches become one, so that directives and nulls
 * stay
 * (the three-way patch is the deletions with the changes merged into them).
 */
export type MergeMode = 'apply' | 'combine';

type Fields = Record<string, JsonValue>;

/** `original` with a strategic merge patch merged into it. */
export function mergeMaps(original: JsonObject, patch: JsonObject, below: Below, mode: MergeMode): JsonObject {
  const { [DIRECTIVE]: directive, ...directed } = patch;
  if (directive === 'replace') return directed;
  if (directive === 'delete') return {};
  if (directive !== undefined)
    throw new PatchError(`unknown patch type: ${directive} in map: ${JSON.stringify(patch)}`);
  const result: Fields = { ...original };
  const rest: Fields = { ...patch };
  retainKeys(result, rest, mode);
  for (const key of Object.keys(patch)) if (key.startsWith(ORDER_PREFIX)) mergeOrdered(result, rest, key, below, mode);
  for (const [key, value] of Object.entries(rest)) {
    if (!key.startsWith(DELETE_PREFIX)) mergeField(result, key, value, below, mode);
    else if (mode === 'combine') result[key] = value;
    else deleteScalars(result, key.slice(DELETE_PREFIX.length), value);
  }
  return result;
}

/** `$retainKeys` lists the keys that may stay; in a combined patch it is only handed on. */
function retainKeys(result: Fields, rest: Fields, mode: MergeMode): void {
  const keys = rest[RETAIN_KEYS];
  if (keys === undefined) return;
  delete rest[RETAIN_KEYS];
  if (mode === 'combine') {
    const before = result[RETAIN_KEYS];
    if (before !== undefined && !sameJson(before, keys)) {
      const pair = `${JSON.stringify(before)} and ${JSON.stringify(keys)}`;
      throw new PatchError(`${pair} are not deep equal: this may happen when calculating the 3-way diff patch`);
    }
    result[RETAIN_KEYS] = keys;
    return;
  }
  if (!isList(keys)) throw new PatchError('invalid patch format of retainKeys');
  for (const [key, value] of Object.entries(rest)) {
    const isDirective = key.startsWith(DELETE_PREFIX) || key.startsWith(ORDER_PREFIX);
    if (value !== null && !isDirective && !keys.includes(key)) {
      throw new PatchError('invalid patch format of retainKeys');
    }
  }
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

/** `$setElementOrder/ports` together with the list it orders. */
function mergeOrdered(result: Fields, rest: Fields, orderKey: string, below: Below, mode: MergeMode): void {
  const order = rest[orderKey];
  delete rest[orderKey];
  if (mode === 'combine') {
    if (result[orderKey] !== undefined && !sameJson(result[orderKey], order)) throw new PatchError(BAD_ORDER);
    result[orderKey] = order;
  }
  if (!isList(order)) throw new PatchError(BAD_ORDER);
  const key = orderKey.slice(ORDER_PREFIX.length);
  const [before, patch] = [result[key], rest[key]];
  if (before === undefined && patch === undefined) return;
  if ((before !== undefined && !isList(before)) || (patch !== undefined && !isList(patch))) {
    throw new PatchError(BAD_ORDER);
  }
  const meta = fieldMeta(below, key);
  const mergeKey = meta.mergeKey ?? '';
  if (patch !== undefined) checkOrder(patch, order, mergeKey);
  const merged = mergeEither(before, patch, meta, mode);
  if ((before ?? []).length + (patch ?? []).length === 0) {
    throw new PatchError('no elements in any of the given slices');
  }
  result[key] = inOrder(merged, order, serverOrder(before ?? [], patch ?? [], mergeKey), mergeKey);
  delete rest[key];
}

/**
 * The order that items only the server has are placed by. Upstream deletes and appends in place, so that an item the
 * patch
 * adds takes the place of one it deletes and then counts as known to the server.
 */
function serverOrder(
  before: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
): readonly JsonValue[] {
  if (mergeKey === '') return before;
  const { kept, items } = carryOut(before, patch, mergeKey);
  const known = new Set(kept.map((item) => identity(item, mergeKey)));
  const added = items.filter((item) => !known.has(identity(item, mergeKey)));
  return [...kept, ...added].slice(0, before.length);
}

const BAD_ORDER = 'invalid patch format of setElementOrder list';

function mergeEither(
  before: readonly JsonValue[] | undefined,
  patch: readonly JsonValue[] | undefined,
  meta: FieldMeta,
  mode: MergeMode,
): readonly JsonValue[] {
  if (patch === undefined) return before ?? [];
  if (before === undefined) return withoutDirectives(patch) as readonly JsonValue[];
  return meta.mergeKey === undefined ? patch : mergeLists(before, patch, meta, meta.mergeKey, mode);
}

/**
 * The items of a patch list must come in the order that the patch itself asks for. As upstream has it, the mark
 * `$patch: replace` has to stand before an item of the order.
 */
function checkOrder(patch: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): void {
  const items = patch.filter((item) => !isMap(item) || item[DIRECTIVE] !== 'delete');
  if (items.length === 0 || order.length === 0) return;
  let at = 0;
  for (let place = 0; place < order.length && at < items.length; ) {
    const item = items[at] ?? null;
    const isMark = isMap(item) && item[DIRECTIVE] !== undefined;
    if (isMark || identity(item, mergeKey) === identity(order[place] ?? null, mergeKey)) at += 1;
    if (!isMark) place += 1;
  }
  if (at === items.length) return;
  const [list, wanted] = [JSON.stringify(patch), JSON.stringify(order)];
  throw new PatchError(`The order in patch list:\n${list}\n doesn't match $setElementOrder list:\n${wanted}\n`);
}

/** Items of the order first to last, with those only the server has kept where the server had them. */
function inOrder(
  merged: readonly JsonValue[],
  order: readonly JsonValue[],
  server: readonly JsonValue[],
  mergeKey: string,
): readonly JsonValue[] {
  const wanted = new Set(order.map((item) => identity(item, mergeKey)));
  const isWanted = (item: JsonValue) => wanted.has(identity(item, mergeKey));
  const fromPatch = sortByOrder(merged.filter(isWanted), order, mergeKey);
  const serverOnly = sortByOrder(
    merged.filter((item) => !isWanted(item)),
    server,
    mergeKey,
  );
  return interleave(serverOnly, fromPatch, server, mergeKey);
}

function interleave(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  server: readonly JsonValue[],
  mergeKey: string,
): readonly JsonValue[] {
  const place = (item: JsonValue) => {
    const key = identity(item, mergeKey);
    return server.findIndex((other) => identity(other, mergeKey) === key);
  };
  const result: JsonValue[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [own, other] = [left[i], right[j]];
    if (own !== undefined && (other === undefined || isBefore(place(own), place(other)))) {
      result.push(own);
      i += 1;
    } else {
      result.push(other);
      j += 1;
    }
  }
  return result;
}

function isBefore(left: number, right: number): boolean {
  return left >= 0 && right >= 0 && left < right;
}

function deleteScalars(result: Fields, key: string, deleted: JsonValue): void {
  const before = result[key];
  if (!isList(before)) return;
  if (!isList(deleted)) throw new PatchError('invalid patch format of primitive list');
  result[key] = before.filter((item) => !deleted.includes(item));
}

function mergeField(result: Fields, key: string, value: JsonValue, below: Below, mode: MergeMode): void {
  if (value === null) {
    delete result[key];
    if (mode === 'combine') result[key] = null;
    return;
  }
  const before = result[key];
  if (before === undefined || !sameKind(before, value)) {
    const clean = withoutDirectives(mode === 'apply' ? withoutNulls(value) : value);
    if (clean === undefined) delete result[key];
    else result[key] = clean;
  } else if (isMap(before) && isMap(value)) {
    const meta = fieldMeta(below, key);
    result[key] = meta.isOpaque ? value : mergeMaps(before, value, meta.below, mode);
  } else if (isList(before) && isList(value)) {
    const meta = fieldMeta(below, key);
    result[key] = meta.mergeKey === undefined ? value : mergeLists(before, value, meta, meta.mergeKey, mode);
  } else result[key] = value;
}

function mergeLists(
  before: readonly JsonValue[],
  patch: readonly JsonValue[],
  meta: FieldMeta,
  mergeKey: string,
  mode: MergeMode,
): readonly JsonValue[] {
  if (before.length === 0 && patch.length === 0) return before;
  if (!holdsMaps(before, patch)) return inOrder(distinct([...before, ...patch]), patch, before, '');
  if (mergeKey === '') throw new PatchError('cannot merge lists without merge key');
  const { kept, items } = carryOut(before, patch, mergeKey);
  const merged = [...kept];
  for (const item of items) {
    const key = identity(item, mergeKey);
    const at = merged.findIndex((other) => identity(other, mergeKey) === key);
    const old = merged[at];
    if (at < 0 || !isMap(item) || !isMap(old)) merged.push(item);
    else merged[at] = mergeMaps(old, item, meta.below, mode);
  }
  return inOrder(merged, items, kept, mergeKey);
}

/** Carries out the items with `$patch`: delete takes items away, replace takes them all. */
function carryOut(
  before: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
): { readonly kept: readonly JsonValue[]; readonly items: readonly JsonValue[] } {
  let kept = before;
  const items: JsonValue[] = [];
  let isReplaced = false;
  for (const item of patch) {
    const directive = isMap(item) ? item[DIRECTIVE] : undefined;
    if (directive === undefined) items.push(item);
    else if (directive === 'replace') isReplaced = true;
    else if (directive === 'delete') {
      const key = identity(item, mergeKey);
      kept = kept.filter((other) => identity(other, mergeKey) !== key);
    } else throw new PatchError(`unknown patch type: ${directive} in map: ${JSON.stringify(item)}`);
  }
  return isReplaced ? { kept: items, items: [] } : { kept, items };
}

/** The value without maps that carry `$patch`; undefined when it is one itself. */
function withoutDirectives(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (value[DIRECTIVE] !== undefined) return undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutDirectives(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

function withoutNulls(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}
