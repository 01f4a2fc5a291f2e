import { type Context, createContext, Script } from 'node:vm';
import { freeze, intrinsicsWithoutName } from '../sandbox/freeze.ts';

/**
 * A context of node:vm for many calls: a new one for each took most of a call's time. What all programs find in it is
 * frozen, so that nothing a program does there outlives its call; a global that was set or deleted shows, and then the
 * room is no longer {@link isClean}.
 */
export class Room {
  /** The room's own classes: what a program is given is made of them. */
  readonly Date: DateConstructor;
  readonly Math: Math;
  readonly #context: Context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  readonly #names: number;

  constructor() {
    const { realm, unnamed } = INSIDE.runInContext(this.#context) as { realm: typeof globalThis; unnamed: object[] };
    Reflect.deleteProperty(realm.Math, 'random');
    const shared = OVERRIDDEN.map((name) => realm[name]);
    const named = Reflect.ownKeys(realm).map((name) => Reflect.get(realm, name) as unknown);
    freeze(realm, shared, [...named, ...unnamed, Object.getPrototypeOf(realm)]);
    this.Date = realm.Date;
    this.Math = realm.Math;
    this.#names = this.#countNames();
  }

  /** The value of a script's last statement. */
  evaluate(script: Script): unknown {
    return script.runInContext(this.#context);
  }

  /** Does it inside, for at most so many real ms; throws ERR_SCRIPT_EXECUTION_TIMEOUT after that. */
  within(timeout: number, work: () => void): void {
    this.#context['__work'] = work;
    try {
      WORK.runInContext(this.#context, { timeout });
    } finally {
      delete this.#context['__work'];
    }
  }

  /** Whether its globals are those of the beginning. */
  get isClean(): boolean {
    return Reflect.ownKeys(this.#context).length === 0 && this.#countNames() === this.#names;
  }

  #countNames(): number {
    return NAMES.runInContext(this.#context) as number;
  }
}

/** Of these a program's own objects and errors may override members. */
const OVERRIDDEN = [
  'Object',
  'Function',
  'Error',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
] as const;
const INSIDE = new Script(`({ realm: globalThis, unnamed: (${intrinsicsWithoutName})() })`);
const WORK = new Script('__work()');
const NAMES = new Script('Reflect.ownKeys(globalThis).length');
