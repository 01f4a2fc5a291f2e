import type { JsonObject, JsonValue } from '../meta.ts';
import { sameJson } from '../resource.ts';
import { isList, isMap, PatchError } from './patchmeta.ts';

/** One operation of RFC 6902. */
export type JsonPatchOperation = {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
};

/**
 * Applies the operations in order; the first that does not apply is a PatchError. Follows evanphx/json-patch v4, which
 * kube-apiserver and kubectl use, also where it is laxer than the RFC: `replace` makes a missing key of an object,
 * `copy` from one copies null, and an index may count from the end.
 */
export function applyJsonPatch(document: JsonValue, operations: readonly JsonPatchOperation[]): JsonValue {
  return operations.reduce<JsonValue>(applyOperation, document);
}

function applyOperation(document: JsonValue, operation: JsonPatchOperation): JsonValue {
  const { op, path, from = '', value = null } = operation;
  if (op === undefined) throw new PatchError('Unexpected kind: unknown');
  if (typeof path !== 'string') throw new PatchError(`${op} operation failed to decode path: missing value`);
  const quoted = `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`;
  const within = `error in ${op} for path: '${path}'`;
  switch (op) {
    case 'add':
      return edit(document, path, (parent, key) => told(within, () => insert(parent, key, value)), quoted);
    case 'remove':
      return edit(document, path, (parent, key) => told(within, () => take(parent, key)), quoted);
    case 'replace':
      if (path === '') return value;
      return edit(document, path, (parent, key) => replace(parent, key, value, path), missing(op, 'path', path));
    case 'move':
      return move(document, from, path);
    case 'copy':
      return copy(document, from, path);
    case 'test':
      return test(document, path, value);
    default:
      throw new PatchError(`Unexpected kind: ${String(op)}`);
  }
}

function move(document: JsonValue, from: string, path: string): JsonValue {
  const place = placeOf(document, from, missing('move', 'from path', from));
  const within = `error in move for path: '${place.key}'`;
  const moved = told(within, () => valueAt(place.parent, place.key));
  const rest = edit(document, from, (parent, key) => told(within, () => take(parent, key)), '');
  const arrive = (parent: Parent, key: string) => {
    return told(`error in move for path: '${path}'`, () => insert(parent, key, moved ?? null));
  };
  return edit(rest, path, arrive, missing('move', 'destination path', path));
}

function copy(document: JsonValue, from: string, path: string): JsonValue {
  const place = placeOf(document, from, missing('copy', 'from path', from));
  const copied = told(`error in copy for from: '${from}'`, () => valueAt(place.parent, place.key));
  const arrive = (parent: Parent, key: string) => {
    return told('error while adding value during copy', () => insert(parent, key, copied ?? null));
  };
  return edit(document, path, arrive, missing('copy', 'destination path', path));
}

function test(document: JsonValue, path: string, value: JsonValue): JsonValue {
  let found: JsonValue | undefined = document;
  if (path !== '') {
    const place = placeOf(document, path, `test operation does not apply: is missing path: ${path}: missing value`);
    found = told(`error in test for path: '${path}'`, () => valueAt(place.parent, place.key));
  }
  if (sameJson(found ?? null, value)) return document;
  throw new PatchError(`testing value ${path} failed: test failed`);
}

function missing(op: string, what: string, path: string): string {
  return `${op} operation does not apply: doc is missing ${what}: ${path}: missing value`;
}

/** What an error within is about, before its text. */
function told<T>(about: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof PatchError ? new PatchError(`${about}: ${error.message}`) : error;
  }
}

type Parent = JsonObject | readonly JsonValue[];

/** The object or list that holds, or would hold, the last step of the path. */
function placeOf(
  document: JsonValue,
  path: string,
  problem: string,
): { readonly parent: Parent; readonly key: string } {
  const steps = pointer(path);
  const parent = steps.slice(0, -1).reduce<JsonValue | undefined>(child, document);
  const key = steps.at(-1);
  if (key === undefined || !(isMap(parent ?? null) || isList(parent ?? null))) throw new PatchError(problem);
  return { parent: parent as Parent, key };
}

/** A copy of the document in which the parent of the last step is changed. */
function edit(
  document: JsonValue,
  path: string,
  change: (parent: Parent, key: string) => JsonValue,
  problem: string,
): JsonValue {
  const { parent, key } = placeOf(document, path, problem);
  return withChild(document, pointer(path).slice(0, -1), change(parent, key));
}

function withChild(parent: JsonValue, steps: readonly string[], value: JsonValue): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const changed = withChild(child(parent, step) ?? null, rest, value);
  return isList(parent) ? parent.with(indexIn(parent, step), changed) : { ...(parent as JsonObject), [step]: changed };
}

function insert(parent: Parent, key: string, value: JsonValue): JsonValue {
  if (!isList(parent)) return { ...parent, [key]: value };
  if (key === '-') return [...parent, value];
  const index = told(`value was not a proper array index: '${key}'`, () => wholeNumber(key));
  const place = index < 0 ? index + parent.length + 1 : index;
  if (place < 0 || place > parent.length) throw badIndex(index);
  return parent.toSpliced(place, 0, value);
}

function replace(parent: Parent, key: string, value: JsonValue, path: string): JsonValue {
  if (!isList(parent)) return { ...parent, [key]: value };
  let index: number;
  try {
    index = indexIn(parent, key);
  } catch {
    throw new PatchError(missing('replace', 'key', path));
  }
  return parent.with(index, value);
}

function take(parent: Parent, key: string): JsonValue {
  if (isList(parent)) return parent.toSpliced(indexIn(parent, key), 1);
  if (parent[key] === undefined) throw new PatchError(`Unable to remove nonexistent key: ${key}: missing value`);
  const { [key]: _taken, ...rest } = parent;
  return rest;
}

function valueAt(parent: Parent, key: string): JsonValue | undefined {
  return isList(parent) ? parent[indexIn(parent, key)] : parent[key];
}

function child(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (value === undefined || !(isMap(value) || isList(value))) return undefined;
  try {
    return valueAt(value, step);
  } catch {
    return undefined;
  }
}

/** The place in a list; -1 is the last. */
function indexIn(list: readonly JsonValue[], key: string): number {
  const index = wholeNumber(key);
  const place = index < 0 ? index + list.length : index;
  if (place < 0 || place >= list.length) throw badIndex(index);
  return place;
}

/** As Go's strconv.Atoi reads it. */
function wholeNumber(text: string): number {
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  throw new PatchError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function badIndex(index: number): PatchError {
  return new PatchError(`Unable to access invalid index: ${index}: invalid index referenced`);
}

function pointer(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
