/**
 * Makes what all programs of a realm share read-only, so that nothing a call does to it outlives the call. Members of
 * the prototypes of `shared` can still be overridden on an object of one's own. The global object stays as it is.
 */
export function freeze(realm: object, shared: readonly { prototype: object }[], roots: readonly unknown[]): void {
  for (const { prototype } of shared) letOthersOverride(prototype);
  freezeAll(realm, roots);
}

/**
 * A frozen `Error.prototype.name` would make `error.name = 'Mine'` fail. So that it goes on the object itself, as
 * before, such members become accessors.
 */
function letOthersOverride(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const member = Object.getOwnPropertyDescriptor(prototype, key);
    if (member === undefined || !('value' in member) || !member.configurable) continue;
    Object.defineProperty(prototype, key, {
      configurable: false,
      enumerable: member.enumerable === true,
      get: () => member.value,
      set(this: object, value: unknown) {
        if (this === prototype) throw new TypeError('What all objects share is read-only.');
        Object.defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}

/** Everything that can be reached from the roots becomes read-only. */
function freezeAll(realm: object, roots: readonly unknown[]): void {
  const seen = new Set<unknown>([realm]);
  const waiting = [...roots];
  for (let value = waiting.pop(); value !== undefined || waiting.length > 0; value = waiting.pop()) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    Object.freeze(value);
    waiting.push(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const member = Object.getOwnPropertyDescriptor(value, key);
      waiting.push(member?.value, member?.get, member?.set);
    }
  }
}

/** What has no name of its own to begin from. Uses nothing around it, so that its text runs in any realm. */
export function intrinsicsWithoutName(): object[] {
  const iterators = [
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
  ];
  const functions = [function* () {}, async () => {}, async function* () {}];
  return [...iterators, ...functions, Function.prototype].map((value) => Object.getPrototypeOf(value) as object);
}
