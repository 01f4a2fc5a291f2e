import { deepFreeze, type Value } from './value.ts';

/**
 * Marks a mutable container inside a state: the root of a component's state and any nested group of fields.
 * A fork copies Parts, Maps, Sets and arrays held directly by a Part; everything else is an immutable Value and is
 * shared.
 */
class Part {}

/** What a component keeps: fields that are Values, Maps, Sets, arrays or nested Parts (see {@link part}). */
export type State = object;

/**
 * Makes a mutable group of fields that a fork copies. A literal whose prototype is set stays an object with a shape:
 * fields assigned one by one make a hash table of it once there are some twenty, and each look at one a search.
 */
export function part<S extends State>(fields: S): S {
  return Object.setPrototypeOf({ ...fields }, Part.prototype);
}

/** Copies the containers of a state and shares its values: the price of a checkpoint. */
export function cloneState<T>(state: T): T {
  if (Array.isArray(state)) return state.slice() as T;
  if (state instanceof Map) return cloneMap(state) as T;
  if (state instanceof Set) return new Set(state) as T;
  if (!(state instanceof Part)) return state;
  const copy = part(state) as Record<string, unknown>;
  for (const field in copy) {
    const value = copy[field];
    if (typeof value === 'object') copy[field] = cloneState(value);
  }
  return copy as T;
}

/** A Map holds either values or containers, never both, so its first entry decides. */
function cloneMap(map: Map<string, unknown>): Map<string, unknown> {
  const first = map.values().next().value;
  if (!(first instanceof Part || first instanceof Map || first instanceof Set)) return new Map(map);
  const copy = new Map<string, unknown>();
  for (const [key, value] of map) copy.set(key, cloneState(value));
  return copy;
}

/** Freezes all values of a state and leaves its containers mutable. */
export function freezeState(state: unknown): void {
  if (state instanceof Map) for (const value of state.values()) freezeState(value);
  else if (state instanceof Set) return;
  else if (state instanceof Part) {
    for (const value of Object.values(state)) {
      if (Array.isArray(value)) for (const item of value) deepFreeze(item);
      else freezeState(value);
    }
  } else deepFreeze(state as Value);
}

/** A state as JSON data: `$part`, `$map` and `$set` mark the containers. What is undefined is left out. */
export function stateToJson(state: unknown): Value {
  if (state instanceof Map) return { $map: [...state].map(([key, value]) => [key, stateToJson(value)]) };
  if (state instanceof Set) return { $set: [...state] };
  if (!(state instanceof Part)) return state as Value;
  const fields = Object.entries(state).filter(([, value]) => value !== undefined);
  return { $part: fields.map(([field, value]) => [field, stateToJson(value)]) };
}

/** The inverse of {@link stateToJson}. */
export function stateFromJson(json: Value): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if ('$map' in json)
    return new Map((json.$map as [string, Value][]).map(([key, value]) => [key, stateFromJson(value)]));
  if ('$set' in json) return new Set(json.$set as string[]);
  if (!('$part' in json)) return json;
  const fields = (json.$part as [string, Value][]).map(([field, value]) => [field, stateFromJson(value)]);
  return part(Object.fromEntries(fields));
}
