import type { LabCall, LabFailure, LabReply } from '../../../sim/protocol/lab.ts';
import type { Compiled } from '../compile/compile.ts';
import { type LabHost, LIMITS, type LoadResult } from '../host.ts';
import { FrameLink } from './framelink.ts';
import type { Question } from './inside.ts';
import { readLoad, readReply } from './validate.ts';

/** A worker may take so long to start, in ms, on a slow machine. */
const START_MS = 10_000;
/** Beyond a call's own time, for the way there and back. */
const WAY_MS = 200;

/** How a program becomes script: a thread of its own in the page, a plain function in a test. */
export type Compile = (source: string) => Promise<Compiled>;

/**
 * The host in a page: a worker inside a sandboxed frame. A program that hangs is ended from outside; the next call
 * begins in a new worker.
 */
export class Sandbox implements LabHost {
  readonly #link: FrameLink;
  readonly #compile: Compile;
  #code: string | undefined;
  #isRunning = false;
  #last: Promise<unknown> = Promise.resolve();

  /** `place` is where the frame, which nobody sees, is kept. */
  constructor(place: HTMLElement, compile: Compile, address = '/sandbox/frame.html') {
    this.#link = new FrameLink(place, address);
    this.#compile = compile;
  }

  load(source: string): Promise<LoadResult> {
    return this.#inTurn(async () => {
      const compiled = await this.#compile(source);
      if (!compiled.ok) {
        this.#code = undefined;
        return compiled;
      }
      return this.#loadScript(compiled.code);
    });
  }

  /** Loads what is already compiled, as it is: what has not passed the compiler gets no further than what has. */
  loadScript(code: string): Promise<LoadResult> {
    return this.#inTurn(() => this.#loadScript(code));
  }

  call(request: LabCall): Promise<LabReply> {
    return this.#inTurn(async () => {
      const answer = await this.#ask(request, LIMITS.callMs);
      if ('failure' in answer) return { ok: false, failure: answer.failure, logs: [] };
      return readReply(answer.text, request) ?? this.#disowned();
    });
  }

  dispose(): void {
    this.#link.dispose();
    this.#code = undefined;
    this.#isRunning = false;
  }

  async #loadScript(code: string): Promise<LoadResult> {
    this.#code = code;
    this.#isRunning = false;
    const answer = await this.#ask(null, LIMITS.loadMs);
    if ('failure' in answer) return { ok: false, failure: answer.failure };
    return readLoad(answer.text) ?? { ok: false, failure: this.#disowned().failure };
  }

  /** Asks the program; starts a worker first when there is none. */
  async #ask(call: LabCall | null, ms: number): Promise<{ text: string } | { failure: LabFailure }> {
    if (this.#code === undefined) return { failure: failure('gone', 'No program is loaded.') };
    const dead = this.#isRunning ? undefined : await this.#start(this.#code);
    if (dead !== undefined) return { failure: dead };
    const answer = await this.#link.ask(question(call, false), ms + WAY_MS);
    if (answer?.text !== undefined) {
      if (/^\{"ok":false,"failure":\{"kind":"(timeout|memory)"/.test(answer.text)) this.#isRunning = false;
      return { text: answer.text };
    }
    this.#isRunning = false;
    if (answer?.died !== undefined) return { failure: died(answer.died, answer.line) };
    await this.#link.stop();
    return { failure: await this.#hung(call, ms) };
  }

  /** What did not come back in time is begun again, telling each line: the last one told is where it hangs. */
  async #hung(call: LabCall | null, ms: number): Promise<LabFailure> {
    const message = `It did not come back within ${ms.toLocaleString('en')} ms, and was stopped.`;
    if (this.#code === undefined || (await this.#start(this.#code)) !== undefined) return failure('timeout', message);
    void this.#link.ask(question(call, true), ms);
    await new Promise((resolve) => setTimeout(resolve, ms));
    const line = await this.#link.stop();
    this.#isRunning = false;
    return failure('timeout', message, line);
  }

  async #start(code: string): Promise<LabFailure | undefined> {
    const answer = await this.#link.start(code, START_MS);
    this.#isRunning = answer?.text === 'ready';
    if (this.#isRunning) return undefined;
    if (answer?.died !== undefined) return died(answer.died, answer.line);
    return failure('gone', 'The sandbox did not start. Reload the page to try again.');
  }

  /** An answer that is not one: whatever sent it goes. */
  #disowned(): LabReply & { readonly ok: false } {
    this.#isRunning = false;
    return { ok: false, failure: failure('gone', 'The sandbox gave an answer that makes no sense.'), logs: [] };
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function question(call: LabCall | null, traced: boolean): string {
  return JSON.stringify({ call, traced } satisfies Question);
}

/** A script error is a mistake of the program that the compiler did not see. */
function died(message: string, line = 0): LabFailure {
  const isSyntax = /SyntaxError/.test(message);
  const isMemory = /out of memory/i.test(message);
  return failure(isSyntax ? 'syntax' : isMemory ? 'memory' : 'gone', message.replace(/^Uncaught /, ''), line);
}

function failure(kind: LabFailure['kind'], message: string, line = 0): LabFailure {
  return line > 0 ? { kind, message, line, column: 1, stack: [] } : { kind, message, stack: [] };
}
