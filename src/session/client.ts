import type { LabCall, LabReply } from '../../sim/index.ts';
import { NOBODY } from './nobody.ts';
import type { Asked, Envelope, Reply, Request, Said } from './protocol.ts';

/** The page's end of the thread boundary. One simulation thread serves all sessions of a page. */
export class SimulationThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #count = 0;
  /** Why there is no thread any more. */
  #problem: string | undefined;
  /** Who answers for the reader's program; a page without a lab has nobody. */
  answering: ((call: LabCall) => Promise<LabReply>) | undefined;

  /** `files`: what the thread will ask for at once, beside its own file. It finds them on their way. */
  constructor(files: readonly string[] = []) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulator' });
    const here = import.meta.url;
    for (const file of files) fetch(new URL(file, here)).catch(() => undefined);
    this.#worker.onmessage = ({ data }: MessageEvent<Reply | Asked>) => {
      if ('question' in data) {
        void this.#answer(data);
        return;
      }
      this.#waiting.get(data.number)?.(data);
      this.#waiting.delete(data.number);
    };
    this.#worker.onerror = (event) => this.#fail(event.message);
  }

  /** Asks and waits. A reply always comes: when the thread dies, it is a problem in words. */
  ask(session: string, request: Request): Promise<Reply> {
    const number = ++this.#count;
    const envelope: Envelope = { number, session, request };
    if (this.#problem !== undefined) return Promise.resolve({ number, problem: this.#problem });
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#worker.postMessage(envelope);
    });
  }

  async #answer({ question, call }: Asked): Promise<void> {
    const reply = (await this.answering?.(call)) ?? NOBODY;
    this.#worker.postMessage({ question, reply } satisfies Said);
  }

  #fail(message: string): void {
    const problem = `The simulator could not start (${message || 'its script did not load'}). Reload the page to try again.`;
    this.#problem = problem;
    for (const [number, resolve] of this.#waiting) resolve({ number, problem });
    this.#waiting.clear();
  }
}
