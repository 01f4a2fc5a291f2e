import type { JsonObject, JsonValue } from '../meta.ts';
import { type Schema, type SchemaType, sameJson } from '../resource.ts';
import { below, type FieldSet } from './fieldset.ts';
import { KEY_DEFAULTS, type Ownership, ownershipOf, valueOwnership } from './ownership.ts';

/** What changed between two objects. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** The paths that a configuration speaks of: what its applier owns. Follows structured-merge-diff `ToFieldSet`. */
export function fieldSetOf(object: JsonObject, schema: Schema): FieldSet {
  const set = new Set<string>();
  visit(object, { type: 'struct', struct: schema }, '', set);
  return set;
}

/** Which paths are new, different or gone. Follows structured-merge-diff `Compare`. */
export function compare(before: JsonObject, after: JsonObject, schema: Schema): Comparison {
  const comparison = { added: new Set<string>(), modified: new Set<string>(), removed: new Set<string>() };
  compareValues(before, after, { type: 'struct', struct: schema }, '', comparison);
  return comparison;
}

/** The live object with a configuration laid over it. Follows structured-merge-diff `Merge`. */
export function mergeApplied(live: JsonObject, config: JsonObject, schema: Schema): JsonObject {
  return mergeValues(live, config, { type: 'struct', struct: schema }) as JsonObject;
}

/** The object without what the paths lead to. */
export function removePaths(object: JsonObject, paths: FieldSet, schema: Schema): JsonObject {
  return paths.size === 0 ? object : (prune(object, { type: 'struct', struct: schema }, '', paths) as JsonObject);
}

/** A child of a value: its element of the path, itself, and how it is owned. */
interface Child {
  readonly element: string;
  readonly value: JsonValue;
  readonly ownership: Ownership;
}

/** The children of a value; of a list's item the keys make the element. */
function childrenOf(value: JsonValue, ownership: Ownership): readonly Child[] {
  switch (ownership.type) {
    case 'atomic':
      return [];
    case 'struct':
      return entriesOf(value).flatMap(([name, inner]) => {
        const field = ownership.struct.fields.get(name);
        return field === undefined
          ? []
          : [{ element: `f:${name}`, value: inner, ownership: ownershipOf(ownership.struct, field) }];
      });
    case 'map':
      return entriesOf(value).map(([name, inner]) => child(`f:${name}`, inner, ownership.of));
    case 'list':
      return itemsOf(value).map((item) => child(keyElement(item, ownership.keys), item, ownership.of));
    case 'set':
      return itemsOf(value).map((item) => ({
        element: `v:${JSON.stringify(item)}`,
        value: item,
        ownership: { type: 'atomic' },
      }));
  }
}

function child(element: string, value: JsonValue, type: SchemaType): Child {
  return { element, value, ownership: valueOwnership(type) };
}

function entriesOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value as JsonObject).filter(([, inner]) => inner !== undefined);
}

function itemsOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function keyElement(item: JsonValue, keys: readonly string[]): string {
  const fields = (item ?? {}) as JsonObject;
  const pairs = keys.map((key) => [key, fields[key] ?? KEY_DEFAULTS[key]] as const);
  return `k:${JSON.stringify(Object.fromEntries(pairs.filter(([, value]) => value !== undefined)))}`;
}

function visit(value: JsonValue, ownership: Ownership, path: string, set: Set<string>): void {
  const isItems = ownership.type === 'map' || ownership.type === 'list' || ownership.type === 'set';
  for (const inner of childrenOf(value, ownership)) {
    const at = below(path, inner.element);
    const isLeaf = inner.ownership.type === 'atomic' || isEmpty(inner.value);
    if (isItems || isLeaf) set.add(at);
    if (!isLeaf) visit(inner.value, inner.ownership, at, set);
  }
}

function isEmpty(value: JsonValue): boolean {
  return value === null || (typeof value === 'object' && !Array.isArray(value) && entriesOf(value).length === 0);
}

type Sets = { readonly [set in keyof Comparison]: Set<string> };

function compareValues(before: JsonValue, after: JsonValue, ownership: Ownership, path: string, sets: Sets): void {
  if (ownership.type === 'atomic') {
    if (before === undefined) sets.added.add(path);
    else if (after === undefined) sets.removed.add(path);
    else if (!sameJson(before, after)) sets.modified.add(path);
    return;
  }
  if (path !== '' && before === undefined) sets.added.add(path);
  if (path !== '' && after === undefined) sets.removed.add(path);
  const old = new Map(childrenOf(before, ownership).map((inner) => [inner.element, inner]));
  const next = childrenOf(after, ownership);
  for (const { element, value, ownership: inner } of next) {
    compareValues(old.get(element)?.value, value, inner, below(path, element), sets);
    old.delete(element);
  }
  for (const [element, { value, ownership: inner }] of old) {
    compareValues(value, undefined, inner, below(path, element), sets);
  }
}

function mergeValues(live: JsonValue, config: JsonValue, ownership: Ownership): JsonValue {
  if (config === undefined) return live;
  if (live === undefined || live === null || config === null || ownership.type === 'atomic') return config;
  if (ownership.type === 'set') {
    const have = itemsOf(live);
    return [...have, ...itemsOf(config).filter((item) => !have.includes(item))];
  }
  if (ownership.type === 'list') return mergeItems(itemsOf(live), itemsOf(config), ownership);
  const merged: Record<string, JsonValue> = { ...(live as JsonObject) };
  const known = new Map(childrenOf(config, ownership).map((inner) => [inner.element, inner.ownership]));
  for (const [name, value] of entriesOf(config)) {
    const inner = known.get(`f:${name}`);
    merged[name] = inner === undefined ? value : mergeValues(merged[name], value, inner);
  }
  return merged;
}

/** Shared items stand in the configuration's order; those of one side only keep their place beside them. */
function mergeItems(
  live: readonly JsonValue[],
  config: readonly JsonValue[],
  { keys, of }: Extract<Ownership, { readonly type: 'list' }>,
): readonly JsonValue[] {
  const inner = valueOwnership(of);
  const left = live.map((item) => [keyElement(item, keys), item] as const);
  const right = config.map((item) => [keyElement(item, keys), item] as const);
  const mine = new Map(left);
  const theirs = new Map(right);
  const merged: JsonValue[] = [];
  let from = 0;
  const passLiveOnly = () => {
    for (; from < left.length && !theirs.has(left[from]?.[0] ?? ''); from++) merged.push(left[from]?.[1]);
  };
  for (const [element, item] of right) {
    passLiveOnly();
    merged.push(mergeValues(mine.get(element), item, inner));
    if (mine.has(element) && from < left.length) from++;
  }
  passLiveOnly();
  for (; from < left.length; from++) if (!theirs.has(left[from]?.[0] ?? '')) merged.push(left[from]?.[1]);
  return merged;
}

function prune(value: JsonValue, ownership: Ownership, path: string, paths: FieldSet): JsonValue {
  const children = childrenOf(value, ownership);
  if (children.length === 0) return value;
  const kept = children.flatMap(({ element, value: inner, ownership: owned }) => {
    const at = below(path, element);
    return paths.has(at) ? [] : [[element, prune(inner, owned, at, paths)] as const];
  });
  if (ownership.type === 'list' || ownership.type === 'set') return kept.map(([, inner]) => inner);
  const known = new Set(children.map(({ element }) => element));
  const unknown = entriesOf(value).filter(([name]) => !known.has(`f:${name}`));
  return Object.fromEntries([...unknown, ...kept.map(([element, inner]) => [element.slice(2), inner] as const)]);
}
