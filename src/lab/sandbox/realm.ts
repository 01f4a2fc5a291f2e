import { freeze, intrinsicsWithoutName } from './freeze.ts';

/**
 * What a program finds in its worker. Three walls stand one behind the other: the frame's opaque origin and its
 * policy (no network, no storage, no code from text), this emptied realm, and the ticks of the compiler. The first
 * alone is enough to keep the reader's site safe; this one keeps runs alike and the page undisturbed.
 */
const KEPT = new Set(
  (
    'globalThis undefined NaN Infinity isNaN isFinite parseInt parseFloat ' +
    'encodeURI encodeURIComponent decodeURI decodeURIComponent ' +
    'Object Array Number Boolean String Symbol BigInt RegExp Proxy Reflect JSON Math ' +
    'Map Set WeakMap WeakSet Iterator ' +
    'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError'
  ).split(' '),
);

/** Elements or characters that natives may make for one call; what a loop makes is bounded by its steps. */
const MAX_MADE = 16_000_000;

/** Why a call was ended that asked for too much memory at once. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}

/** Counts what natives are asked to make. One for all calls of a worker; `reset` before each. */
export const made = {
  left: MAX_MADE,
  reset(): void {
    made.left = MAX_MADE;
  },
  charge(size: unknown): void {
    const amount = Number(size);
    if (amount > 0) made.left -= amount;
    if (made.left < 0) throw new OutOfMemory('It asks for more memory than a call may have, and was stopped.');
  },
};

/** Empties the realm but for `entry`, and freezes what is left. After this, nothing a program does outlives its call. */
export function closeRealm(entry: { readonly name: string; readonly value: unknown }): void {
  boundNatives();
  silenceLocale();
  keepUtc();
  refuseLater();
  const clone = structuredClone.bind(globalThis);
  Reflect.deleteProperty(Math, 'random');
  forbidCodeFromText();
  const roots = [...intrinsicsWithoutName(), ...[...KEPT].map((name) => Reflect.get(globalThis, name))];
  roots.push(Date, Function, clone);
  const shared = [Object, Function, Error, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  empty();
  freeze(globalThis, shared, roots);
  replace(globalThis, 'structuredClone', clone);
  replace(globalThis, entry.name, entry.value);
  for (const name of Reflect.ownKeys(globalThis)) lock(globalThis, name);
  Object.preventExtensions(globalThis);
}

/** Takes away every global that is not kept, from the global object and from what it inherits. */
function empty(): void {
  for (let place: object | null = globalThis; place !== null; place = Object.getPrototypeOf(place)) {
    if (place === Object.prototype) break;
    for (const key of Reflect.ownKeys(place)) {
      if (typeof key === 'string' && KEPT.has(key) && place === globalThis) continue;
      if (Reflect.deleteProperty(place, key)) continue;
      Reflect.defineProperty(place, key, { value: undefined, writable: false });
    }
  }
}

/** Natives that make much of little are charged for it. */
function boundNatives(): void {
  const { repeat, padStart, padEnd } = String.prototype;
  replace(String.prototype, 'repeat', function (this: string, count: number) {
    made.charge(String(this).length * count);
    return repeat.call(this, count);
  });
  replace(String.prototype, 'padStart', function (this: string, length: number, fill?: string) {
    made.charge(length);
    return padStart.call(this, length, fill);
  });
  replace(String.prototype, 'padEnd', function (this: string, length: number, fill?: string) {
    made.charge(length);
    return padEnd.call(this, length, fill);
  });
  // A text doubles without a native. What reads it whole may make an array that ends the browser's process.
  for (const name of [
    'split',
    'match',
    'matchAll',
    'replace',
    'replaceAll',
    'normalize',
    'toUpperCase',
    'toLowerCase',
  ]) {
    const native = Reflect.get(String.prototype, name) as (...values: unknown[]) => unknown;
    replace(String.prototype, name, function (this: string, ...values: unknown[]) {
      made.charge(String(this).length);
      return Reflect.apply(native, this, values);
    });
  }
  for (const name of ['fill', 'concat', 'join', 'flat', 'slice', 'with', 'toSorted', 'toSpliced', 'toReversed']) {
    const native = Reflect.get(Array.prototype, name) as ((...values: unknown[]) => unknown) | undefined;
    if (native === undefined) continue;
    replace(Array.prototype, name, function (this: unknown[], ...values: unknown[]) {
      made.charge(this?.length);
      return Reflect.apply(native, this, values);
    });
  }
  boundArray();
}

function boundArray(): void {
  const { from } = Array;
  replace(Array, 'from', function (this: unknown, ...values: [ArrayLike<unknown>]) {
    made.charge((values[0] as ArrayLike<unknown> | undefined)?.length);
    return Reflect.apply(from, this, values);
  });
  const charged = (values: readonly unknown[]) => made.charge(values.length === 1 ? values[0] : values.length);
  const array = new Proxy(Array, {
    construct: (native, values, target) => {
      charged(values);
      return Reflect.construct(native, values, target);
    },
    apply: (native, self, values) => {
      charged(values);
      return Reflect.apply(native, self, values);
    },
  });
  replace(globalThis, 'Array', array);
  replace(Array.prototype, 'constructor', undefined);
}

/** What would depend on the machine's language says so. */
function silenceLocale(): void {
  const owners = [String, Number, Array, Date, Object, BigInt].map(({ prototype }) => prototype as object);
  for (const owner of owners) {
    for (const name of Object.getOwnPropertyNames(owner).filter((own) => /^(localeCompare|toLocale)/.test(own))) {
      replace(owner, name, () => {
        throw new TypeError(`${name} depends on the language of the machine, and is not there. Compare with < and >.`);
      });
    }
  }
}

/** Nothing happens between two calls, so nothing can be put off; the compiler refuses `async` as well. */
function refuseLater(): void {
  for (const name of ['then', 'catch', 'finally']) {
    replace(Promise.prototype, name, () => {
      throw new TypeError('There is no later in a lab: a call gives its result at once.');
    });
  }
}

/** Local time would tell where the reader is: everybody is in UTC. The class itself cannot be reached from its dates. */
function keepUtc(): void {
  const prototype = Date.prototype as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const utc = /^([gs]et)UTC(.*)$/.exec(name);
    if (utc !== null) replace(prototype, `${utc[1]}${utc[2]}`, prototype[name]);
  }
  replace(prototype, 'getTimezoneOffset', () => 0);
  for (const name of ['toString', 'toDateString', 'toTimeString']) replace(prototype, name, prototype['toUTCString']);
  replace(prototype, 'constructor', undefined);
}

/** `Function` and its kin. The frame's policy refuses them as well. */
function forbidCodeFromText(): void {
  const refuse = (): never => {
    throw new TypeError('Code from text is not there.');
  };
  for (const kind of [() => {}, function* () {}, async () => {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(kind) as object;
    Object.defineProperty(prototype, 'constructor', { value: refuse, configurable: true, writable: true });
  }
}

function lock(owner: object, key: string | symbol): void {
  Reflect.defineProperty(owner, key, { writable: false, configurable: false });
}

function replace(owner: object, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, writable: true, configurable: true, enumerable: false });
}
