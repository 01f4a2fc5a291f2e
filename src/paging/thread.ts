import { Worker } from 'node:worker_threads';
import { NOBODY } from '../session/nobody.ts';
import type { Asked, Reply, Request, Said } from '../session/protocol.ts';

/** What stands for a browser's thread around the script. */
const AROUND = `
  const { parentPort, workerData } = require('node:worker_threads');
  const early = [];
  globalThis.self = globalThis;
  globalThis.postMessage = (data) => parentPort.postMessage(data);
  parentPort.on('message', (data) => (globalThis.onmessage ? globalThis.onmessage({ data }) : early.push(data)));
  import(workerData).then(() => early.forEach((data) => globalThis.onmessage({ data })));
`;

/** The simulation thread as it was built, in Node: no pack is loaded before it is missed. */
export class BuiltThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(reply: Reply): void; reject(error: unknown): void }>();
  #count = 0;

  /** `script`: the address of the built thread. */
  constructor(script: URL) {
    this.#worker = new Worker(AROUND, { eval: true, workerData: script.href });
    this.#worker.on('message', (data: Reply | Asked) => {
      if ('question' in data) {
        this.#worker.postMessage({ question: data.question, reply: NOBODY } satisfies Said);
        return;
      }
      this.#waiting.get(data.number)?.resolve(data);
      this.#waiting.delete(data.number);
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.values()) reject(error);
    });
  }

  /** Asks and waits. */
  ask(session: string, request: Request): Promise<Reply> {
    const number = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ number, session, request });
    });
  }

  /** Ends it. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
