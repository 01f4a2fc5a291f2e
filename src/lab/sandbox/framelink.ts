import type { Answer, Order } from './frame.ts';

/** Longer texts from the frame are not even read. */
const MAX_CHARS = 500_000;

type Waiting = (answer: Answer | undefined) => void;
type Unnumbered<T> = T extends unknown ? Omit<T, 'number'> : never;

/**
 * The page's end of the one port into the sandboxed frame. The port is handed over in private: no message that any
 * window posts to the page is ever listened to.
 */
export class FrameLink {
  readonly #place: HTMLElement;
  readonly #address: string;
  readonly #waiting = new Map<number, Waiting>();
  #frame: HTMLIFrameElement | undefined;
  #port: Promise<MessagePort> | undefined;
  #count = 0;

  constructor(place: HTMLElement, address: string) {
    this.#place = place;
    this.#address = address;
  }

  /** Starts a worker with this script, in the place of the one before. Undefined when nothing is heard for so long. */
  start(code: string, ms: number): Promise<Answer | undefined> {
    return this.#send({ order: 'start', code }, ms);
  }

  /** Asks the worker. Undefined when it does not answer within `ms`. */
  ask(question: string, ms: number): Promise<Answer | undefined> {
    return this.#send({ order: 'ask', question }, ms);
  }

  /** Ends the worker. Gives the last line that it told. */
  async stop(): Promise<number> {
    const answer = await this.#send({ order: 'stop' }, 1000);
    // A frame that does not even answer this shares its fate.
    if (answer === undefined) this.dispose();
    return typeof answer?.line === 'number' ? answer.line : 0;
  }

  /** Takes the frame away, and all that runs in it. The next order makes a new one. */
  dispose(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    this.#port = undefined;
    for (const settle of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
  }

  async #send(order: Unnumbered<Order>, ms: number): Promise<Answer | undefined> {
    this.#port ??= this.#open();
    const port = await this.#port;
    const number = ++this.#count;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), ms);
      const settle: Waiting = (answer) => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve(answer);
      };
      this.#waiting.set(number, settle);
      port.postMessage(JSON.stringify({ ...order, number }));
    });
  }

  #open(): Promise<MessagePort> {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.setAttribute('referrerpolicy', 'no-referrer');
    frame.setAttribute('aria-hidden', 'true');
    frame.tabIndex = -1;
    frame.hidden = true;
    frame.title = 'Sandbox of the lab';
    frame.src = this.#address;
    this.#frame = frame;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(data);
    return new Promise((resolve) => {
      frame.addEventListener('load', () => {
        // The frame's origin is opaque: it has no name to post to. Only what stands in this element gets the port.
        frame.contentWindow?.postMessage('port', '*', [port2]);
        resolve(port1);
      });
      this.#place.append(frame);
    });
  }

  #hear(data: unknown): void {
    if (typeof data !== 'string' || data.length > MAX_CHARS) return;
    const answer = JSON.parse(data) as Answer;
    this.#waiting.get(answer.number)?.(answer);
    if (answer.number !== 0) return;
    for (const settle of [...this.#waiting.values()]) settle(answer);
  }
}
