import { Script } from 'node:vm';
import type { LabCall, LabFailure, LabFrame, LabReply } from '../../../sim/protocol/lab.ts';
import { compile } from '../compile/compile.ts';
import { type LabHost, LIMITS, type LoadResult } from '../host.ts';
import { type Program, perform, virtualGlobals } from '../runtime.ts';
import { overrunText, Steps } from '../steps.ts';
import { Room } from './room.ts';

/**
 * The host under Node: for the lesson check, tests, and a downloaded project. Each call evaluates the program anew,
 * where nothing lasts. It bounds statements and time as the page's sandbox does; it is no wall against a program
 * that means harm, for there the program is the reader's own, on the reader's own machine.
 */
export class NodeHost implements LabHost {
  #script: Script | undefined;

  /** {@link LabHost.load}, at once. */
  loadNow(code: string): LoadResult {
    this.#script = undefined;
    const compiled = compile(code);
    if (!compiled.ok) return compiled;
    const script = new Script(`(function(exports,require,__tick,Date,Math,console){\n${compiled.code}\n})`, {
      filename: FILE,
      lineOffset: -1,
    });
    const loaded = run(script, AT_LOAD, [], (program) => Object.keys(program));
    if (!loaded.ok) return loaded;
    this.#script = script;
    return { ok: true, exports: loaded.value };
  }

  /** {@link LabHost.call}, at once. */
  callNow(request: LabCall): LabReply {
    const logs: string[] = [];
    if (this.#script === undefined) return { ok: false, failure: failure('gone', 'No program is loaded.'), logs };
    const result = run(this.#script, request, logs, (program) => perform(program, request, logs));
    return result.ok ? result.value : { ok: false, failure: result.failure, logs };
  }

  load(code: string): Promise<LoadResult> {
    return Promise.resolve(this.loadNow(code));
  }

  call(request: LabCall): Promise<LabReply> {
    return Promise.resolve(this.callNow(request));
  }

  dispose(): void {
    this.#script = undefined;
  }
}

const FILE = 'program.ts';
const MAX_FRAMES = 10;
/** What a program sees at its load: the beginning of time. */
const AT_LOAD: LabCall = {
  method: 'reconcile',
  program: '',
  now: 0,
  randomSeed: 0,
  state: null,
  input: { key: '', caches: {}, answers: [] },
};

type Ran<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: LabFailure };

/** Evaluates the program, then does something with it there. */
function run<T>(script: Script, call: LabCall, logs: string[], use: (program: Program) => T): Ran<T> {
  const steps = new Steps();
  const here = room ?? new Room();
  room = undefined;
  const { Date: date, random } = virtualGlobals(call, here.Date);
  const math = Object.defineProperties({}, Object.getOwnPropertyDescriptors(here.Math)) as Math;
  const print = (...values: readonly unknown[]) => void (logs.length < LIMITS.logLines && logs.push(values.join(' ')));
  const console = { log: print, warn: print, error: print };
  try {
    let value: T | undefined;
    const module = here.evaluate(script) as (...values: readonly unknown[]) => void;
    here.within(LIMITS.callMs, () => {
      const exports = {};
      module(exports, refuseImport, steps.tick, date, Object.assign(math, { random }), console);
      value = use(exports);
    });
    if (here.isClean) room = here;
    return steps.isOver ? { ok: false, failure: overrun(steps) } : { ok: true, value: value as T };
  } catch (error) {
    return { ok: false, failure: steps.isOver ? overrun(steps) : failureOf(error, steps.line) };
  } finally {
    steps.close();
  }
}

/** Where the last call ended well and left nothing behind; the next one begins there. */
let room: Room | undefined;

function refuseImport(name: string): never {
  throw new Error(`There is no module ${name} here: only types can be imported.`);
}

function overrun({ line }: Steps): LabFailure {
  return { kind: 'timeout', message: overrunText(line), line, column: 1, stack: [{ name: '', line, column: 1 }] };
}

/** What was thrown may be anything. */
function failureOf(error: unknown, lastLine: number): LabFailure {
  const { name, message, stack, code } = Object(error) as { [field: string]: unknown };
  const text = typeof name === 'string' && typeof message === 'string' ? `${name}: ${message}` : String(error);
  const frames = framesOf(typeof stack === 'string' ? stack : '');
  const line = frames[0]?.line ?? (lastLine > 0 ? lastLine : undefined);
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
    return {
      ...failure('timeout', `It was still at line ${lastLine} after ${LIMITS.callMs} ms, and was stopped.`),
      line,
    };
  }
  if (name === 'BadResult') return { ...failure('bad-result', String(message)), stack: frames, line };
  return { kind: 'thrown', message: text, line, column: 1, stack: frames };
}

function failure(kind: LabFailure['kind'], message: string): LabFailure {
  return { kind, message, stack: [] };
}

/** The program's own frames, innermost first. Ticks move columns, so that each is told at the beginning of its line. */
function framesOf(stack: string): readonly LabFrame[] {
  return [...stack.matchAll(/^\s*at (?:(.*?) )?\(?program\.ts:(\d+):\d+\)?$/gm)]
    .map(([, name = '', line = '']) => ({
      name: /anonymous|^$/.test(name) ? '' : (name.split('.').at(-1) ?? ''),
      line,
    }))
    .slice(0, MAX_FRAMES)
    .map(({ name, line }) => ({ name, line: Number(line), column: 1 }));
}
