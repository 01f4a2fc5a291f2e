import type { JsonObject, JsonValue } from '../../../sim/api/meta.ts';

// Server-side apply, read plainly: an object is a set of values by path, and each path has owners.

/** The lists of a Pod whose items have names of their own; other lists, and these maps, are one value. */
const KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  volumes: 'name',
};
const ATOMIC: readonly string[] = ['nodeSelector'];
const SETS: readonly string[] = ['finalizers'];

/** The values of an object by path, without its identity. A map or list of parts has none when it is empty. */
export function leavesOf(object: JsonObject): Map<string, string> {
  const leaves = new Map<string, string>();
  const { name: _name, managedFields: _rows, ...metadata } = (object['metadata'] ?? {}) as JsonObject;
  collect({ metadata, spec: object['spec'] ?? {} }, '', '', leaves);
  return leaves;
}

function collect(value: JsonValue, path: string, key: string, leaves: Map<string, string>): void {
  const itemKey = KEYS[key];
  if (Array.isArray(value) && SETS.includes(key)) {
    for (const item of value as readonly JsonValue[]) leaves.set(`${path}[${String(item)}]`, '');
  } else if (Array.isArray(value) && itemKey !== undefined) {
    for (const item of value as readonly JsonObject[]) collect(item, `${path}[${String(item[itemKey])}]`, '', leaves);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value) && !ATOMIC.includes(key)) {
    for (const [name, inner] of Object.entries(value)) collect(inner as JsonValue, `${path}/${name}`, name, leaves);
  } else leaves.set(path, JSON.stringify(value));
}

/** A live object with its owners. */
export class PlainObject {
  readonly values = new Map<string, string>();
  readonly #owners = new Map<string, Set<string>>();

  /** Applies; gives those who own what stands in the way, and then has changed nothing. */
  apply(manager: string, config: ReadonlyMap<string, string>, isForced: boolean): readonly string[] {
    const changed = [...config].filter(([path, value]) => this.values.get(path) !== value).map(([path]) => path);
    const inTheWay = new Set(changed.flatMap((path) => this.#othersOf(path, manager)));
    if (inTheWay.size > 0 && !isForced) return [...inTheWay].sort();
    for (const [path, owners] of this.#owners) {
      if (config.has(path) || !owners.delete(manager)) continue;
      if (owners.size === 0) this.#forget(path);
    }
    for (const path of changed) this.#owners.set(path, new Set());
    for (const [path, value] of config) {
      this.values.set(path, value);
      this.#ownersOf(path).add(manager);
    }
    return [];
  }

  /** Writes the whole object anew: what it changes is the writer's alone, what it leaves out is nobody's. */
  update(writer: string, next: ReadonlyMap<string, string>): void {
    for (const path of [...this.values.keys()]) if (!next.has(path)) this.#forget(path);
    for (const [path, value] of next) {
      if (this.values.get(path) === value) continue;
      this.values.set(path, value);
      this.#owners.set(path, new Set([writer]));
    }
  }

  #othersOf(path: string, manager: string): readonly string[] {
    return [...(this.#owners.get(path) ?? [])].filter((owner) => owner !== manager);
  }

  #ownersOf(path: string): Set<string> {
    const owners = this.#owners.get(path) ?? new Set();
    this.#owners.set(path, owners);
    return owners;
  }

  #forget(path: string): void {
    this.values.delete(path);
    this.#owners.delete(path);
  }
}
