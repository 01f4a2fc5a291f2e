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

/** Applies the operations in order; the first that does not apply is a PatchError. */
export function applyJsonPatch(document: JsonValue, operations: readonly JsonPatchOperation[]): JsonValue {
  return operations.reduce<JsonValue>(applyOperation, document);
}

function applyOperation(document: JsonValue, operation: JsonPatchOperation): JsonValue {
  const { op, path, from = '', value = null } = operation;
  if (typeof path !== 'string') throw new PatchError(`Unexpected kind: ${op ?? 'unknown'}`);
  switch (op) {
    case 'add':
      return edit(document, pointer(path), (parent, key) => put(parent, key, value, true), op, path);
    case 'remove':
      return edit(document, pointer(path), take, op, path);
    case 'replace':
      read(document, path, op);
      return edit(document, pointer(path), (parent, key) => put(parent, key, value, false), op, path);
    case 'move': {
      const moved = read(document, from, op);
      const rest = edit(document, pointer(from), take, op, from);
      return edit(rest, pointer(path), (parent, key) => put(parent, key, moved, true), op, path);
    }
    case 'copy': {
      const copied = read(document, from, op);
      return edit(document, pointer(path), (parent, key) => put(parent, key, copied, true), op, path);
    }
    case 'test':
      if (sameJson(readOr(document, pointer(path)) ?? null, value)) return document;
      throw new PatchError(`testing value ${path} failed: test failed`);
    default:
      throw new PatchError(`Unexpected kind: ${String(op)}`);
  }
}

type Change = (parent: JsonValue, key: string) => JsonValue | undefined;

/** A copy of the document in which the parent of the last step is changed. */
function edit(document: JsonValue, steps: readonly string[], change: Change, op: string, path: string): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined) throw new PatchError(`${op} operation does not apply: doc is missing key: ${path}`);
  const missing = new PatchError(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}`);
  if (rest.length === 0) {
    const changed = change(document, step);
    if (changed === undefined) throw missing;
    return changed;
  }
  const inner = child(document, step);
  if (inner === undefined) throw missing;
  const changed = put(document, step, edit(inner, rest, change, op, path), false);
  if (changed === undefined) throw missing;
  return changed;
}

function put(parent: JsonValue, key: string, value: JsonValue, isInserted: boolean): JsonValue | undefined {
  if (isMap(parent)) return { ...parent, [key]: value };
  if (!isList(parent)) return undefined;
  if (key === '-') return isInserted ? [...parent, value] : undefined;
  const index = listIndex(key);
  if (index === undefined || index > parent.length || (!isInserted && index === parent.length)) return undefined;
  return [...parent.slice(0, index), value, ...parent.slice(isInserted ? index : index + 1)];
}

function take(parent: JsonValue, key: string): JsonValue | undefined {
  if (isList(parent)) {
    const index = listIndex(key);
    return index === undefined || index >= parent.length ? undefined : parent.filter((_, at) => at !== index);
  }
  if (!isMap(parent) || parent[key] === undefined) return undefined;
  const { [key]: _taken, ...rest }: JsonObject = parent;
  return rest;
}

function read(document: JsonValue, path: string, op: string): JsonValue {
  const value = readOr(document, pointer(path));
  if (value !== undefined) return value;
  throw new PatchError(`${op} operation does not apply: doc is missing key: ${path}: missing value`);
}

function readOr(document: JsonValue, steps: readonly string[]): JsonValue | undefined {
  return steps.reduce<JsonValue | undefined>((value, step) => child(value, step), document);
}

function child(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (isMap(value)) return value[step];
  const index = listIndex(step);
  return isList(value) && index !== undefined ? value[index] : undefined;
}

function listIndex(text: string): number | undefined {
  return /^(0|[1-9]\d{0,6})$/.test(text) ? Number(text) : undefined;
}

function pointer(path: string): readonly string[] {
  if (path === '') return [];
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
