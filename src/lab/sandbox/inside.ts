// What runs in the worker before the reader's program: it empties the realm, then answers one question after the
// other, each with the program evaluated anew. Bundled into frame.html as one line; the program begins on the next.
import type { LabCall, LabFailure, LabFrame, LabReply } from '../../../sim/protocol/lab.ts';
import { LIMITS, type LoadResult } from '../host.ts';
import { type Program, perform, virtualGlobals } from '../runtime.ts';
import { overrunText, Steps } from '../steps.ts';
import { closeRealm, made } from './realm.ts';
import { framesOf } from './stack.ts';

/** The compiled program. */
type Module = (
  exports: object,
  require: (name: string) => never,
  tick: (line: number) => void,
  date: DateConstructor,
  math: Math,
  console: object,
) => void;

/** What the page asks: to evaluate only, or to make a call; with `traced`, every line is told before it runs. */
export interface Question {
  readonly call: LabCall | null;
  readonly traced: boolean;
}

/** Lines of the worker's script before the program's first. */
const BEFORE = 1;
const MAX_TRACED = 20_000;
const MAX_MESSAGE = 500;

const post = self.postMessage.bind(self) as (text: string) => void;
const later = self.setTimeout.bind(self);
const listen = self.addEventListener.bind(self);
const RealDate = Date;
const RealMath = Math;
const FunctionPrototype = Function.prototype as object;
const AT_START: LabCall = {
  method: 'reconcile',
  program: '',
  now: 0,
  randomSeed: 0,
  state: null,
  input: { key: '', caches: {}, answers: [] },
};

let hasBegun = false;
closeRealm({ name: '__lab', value: begin });

/** Called by the script itself, which is the first to call it and the only one that is heard. */
function begin(module: Module): void {
  if (hasBegun) return;
  hasBegun = true;
  listen('message', (event) => {
    const question = JSON.parse(String(event.data)) as Question;
    const text = JSON.stringify(answer(module, question));
    // After a task of its own: promises of the program that go on for ever hold the answer back, and the page ends it.
    later(() => post(`=${text}`), 0);
  });
  listen('unhandledrejection', (event) => event.preventDefault());
  post('=ready');
}

function answer(module: Module, { call, traced }: Question): LabReply | LoadResult {
  const steps = new Steps();
  const logs: string[] = [];
  made.reset();
  try {
    const exports = evaluate(module, call ?? AT_START, traced ? told(steps) : steps.tick, logs);
    if (call === null) return loaded(exports, steps);
    const reply = perform(exports, call, logs);
    return steps.isOver ? { ok: false, failure: overrun(steps), logs } : reply;
  } catch (error) {
    made.reset();
    const failure = steps.isOver ? overrun(steps) : failureOf(error, steps.line);
    return call === null ? { ok: false, failure } : { ok: false, failure, logs };
  } finally {
    steps.close();
  }
}

function evaluate(module: Module, call: LabCall, tick: (line: number) => void, logs: string[]): Program {
  const exports = {};
  const virtual = virtualGlobals(call, RealDate);
  const math = Object.freeze(
    Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(RealMath), random: { value: virtual.random } }),
  ) as Math;
  module(exports, require, tick, sealed(virtual.Date), math, consoleTo(logs));
  return exports;
}

/** The program's Date, without a way back to the one that knows the real time. */
function sealed(date: DateConstructor): DateConstructor {
  const proxy = new Proxy(date, { getPrototypeOf: () => FunctionPrototype });
  Object.defineProperty(date.prototype, 'constructor', { value: proxy });
  return proxy;
}

function require(name: string): never {
  throw new Error(`There is no module '${name}': a lab is one file, and only types can be imported.`);
}

function consoleTo(logs: string[]): object {
  const log = (...values: readonly unknown[]): void => {
    if (logs.length >= LIMITS.logLines) return;
    logs.push(values.map(text).join(' ').slice(0, LIMITS.logChars));
  };
  return Object.freeze({ log, debug: log, info: log, warn: log, error: log });
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function loaded(exports: Program, steps: Steps): LoadResult {
  if (steps.isOver) return { ok: false, failure: overrun(steps) };
  return { ok: true, exports: Object.keys(exports).slice(0, 100) };
}

/** A tick that also tells the page its line, for a second look at a call that hung in a native. */
function told(steps: Steps): (line: number) => void {
  let count = 0;
  return (line) => {
    if (line !== steps.line && ++count < MAX_TRACED) post(`@${line}`);
    steps.tick(line);
  };
}

function overrun(steps: Steps): LabFailure {
  return { kind: 'timeout', message: overrunText(steps.line), ...placeOf([], steps.line) };
}

function failureOf(error: unknown, line: number): LabFailure {
  const { name, message, stack } = shapeOf(error);
  const frames = framesOf(stack, BEFORE);
  const isMemory = name === 'OutOfMemory' || /out of memory|allocation|Invalid (array|string) length/i.test(message);
  const kind = name === 'BadResult' ? 'bad-result' : isMemory ? 'memory' : 'thrown';
  const told = kind === 'thrown' ? `${name}: ${message}` : message;
  return { kind, message: told.slice(0, MAX_MESSAGE), ...placeOf(frames, line) };
}

function placeOf(stack: readonly LabFrame[], line: number): Pick<LabFailure, 'line' | 'column' | 'stack'> {
  const at = stack[0]?.line ?? line;
  return at > 0 ? { line: at, column: 1, stack } : { stack };
}

/** Whatever was thrown, getters and all, in three texts. */
function shapeOf(error: unknown): { name: string; message: string; stack: string } {
  try {
    if (error instanceof Error) {
      return { name: String(error.name), message: String(error.message), stack: String(error.stack).slice(0, 20_000) };
    }
    return { name: 'thrown', message: text(error), stack: '' };
  } catch {
    return { name: 'Error', message: 'What was thrown cannot be read.', stack: '' };
  }
}
