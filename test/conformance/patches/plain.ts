import type { JsonObject, JsonValue } from '../../../sim/api/meta.ts';
import type { Operation } from './draw.ts';

// The definitions of the patch types, read plainly: slower, shorter, and written apart from what the simulator does.

type Json = JsonValue | undefined;

/** RFC 7386, section 2. */
export function plainMerge(target: Json, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const result = new Map<string, JsonValue>(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, plainMerge(result.get(name), value));
  }
  return Object.fromEntries(result);
}

/**
 * RFC 6902, section 4, on a copy that is changed in place; undefined when an operation does not apply. As Kubernetes
 * has it, a key that an object lacks reads as null and can be replaced.
 */
export function plainJsonPatch(document: JsonValue, operations: readonly Operation[]): JsonValue | undefined {
  const root = { document: structuredClone(document) } as Record<string, JsonValue>;
  for (const operation of operations) if (!carryOut(root, operation)) return undefined;
  return root['document'];
}

function carryOut(root: Record<string, JsonValue>, { op, path, from = '', value = null }: Operation): boolean {
  if (op === 'test' && !isThere(root, path)) return false;
  if (op === 'test') return JSON.stringify(sorted(valueAt(root, path) ?? null)) === JSON.stringify(sorted(value));
  if (op === 'add') return add(root, path, value);
  if (op === 'remove') return remove(root, path);
  if (op === 'replace') return isThere(root, path) && replace(root, path, value);
  if (!isThere(root, from)) return false;
  const moved = structuredClone(valueAt(root, from) ?? null);
  return (op === 'copy' || remove(root, from)) && add(root, path, moved);
}

function isThere(root: Record<string, JsonValue>, path: string): boolean {
  return isObject(placeOf(root, path).parent) || valueAt(root, path) !== undefined;
}

function add(root: Record<string, JsonValue>, path: string, value: JsonValue): boolean {
  const { parent, key } = placeOf(root, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : indexOf(key);
    if (!(index >= 0 && index <= parent.length)) return false;
    parent.splice(index, 0, value);
    return true;
  }
  if (!isObject(parent)) return false;
  (parent as Record<string, JsonValue>)[key] = value;
  return true;
}

function remove(root: Record<string, JsonValue>, path: string): boolean {
  if (valueAt(root, path) === undefined) return false;
  const { parent, key } = placeOf(root, path);
  if (Array.isArray(parent)) parent.splice(indexOf(key), 1);
  else delete (parent as Record<string, JsonValue>)[key];
  return true;
}

function replace(root: Record<string, JsonValue>, path: string, value: JsonValue): boolean {
  const { parent, key } = placeOf(root, path);
  (parent as Record<string, JsonValue>)[key] = value;
  return true;
}

function placeOf(root: Record<string, JsonValue>, path: string): { readonly parent: Json; readonly key: string } {
  const end = path.lastIndexOf('/');
  return { parent: valueAt(root, path.slice(0, end)), key: unescaped(path.slice(end + 1)) };
}

function valueAt(root: Record<string, JsonValue>, path: string): Json {
  let value: Json = root['document'];
  for (const step of path.split('/').slice(1).map(unescaped)) {
    if (Array.isArray(value)) value = (value as JsonValue[])[indexOf(step)];
    else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function indexOf(step: string): number {
  return /^(0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** With the keys of its objects in order, so that equal values have equal text. */
export function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
