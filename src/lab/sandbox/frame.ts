// The script of frame.html: between the page and the worker in which the reader's program runs. It lives in an opaque
// origin, under a policy that allows nothing but this script and workers made of it. The page talks to it over one
// port; nobody else is listened to.

/** Put in at build: the bundle of inside.ts, one line. */
declare const INSIDE: string;

/** What the page orders. Every order but the last has one answer with its number. */
export type Order =
  | { readonly number: number; readonly order: 'start'; readonly code: string }
  | { readonly number: number; readonly order: 'ask'; readonly question: string }
  | { readonly number: number; readonly order: 'stop' };

/** What the frame answers: the worker's own text, unread, or that the worker is dead, and the last line it told. */
export interface Answer {
  readonly number: number;
  readonly text?: string;
  readonly died?: string;
  readonly line?: number;
}

/** A worker that says more than this at once, or speaks when not asked, is ended. */
const MAX_CHARS = 400_000;

let worker: Worker | undefined;
let waiting: number | undefined;
let line = 0;

addEventListener('message', (event) => {
  const [port] = event.ports;
  if (event.source !== parent || parent === self || self.origin !== 'null' || port === undefined) return;
  port.onmessage = ({ data }: MessageEvent<string>) => obey(port, JSON.parse(data) as Order);
});

function obey(port: MessagePort, order: Order): void {
  if (order.order === 'start') start(port, order);
  if (order.order === 'ask' && worker !== undefined) {
    waiting = order.number;
    worker.postMessage(order.question);
  }
  if (order.order !== 'stop') return;
  end();
  answer(port, { number: order.number, line });
}

function start(port: MessagePort, { number, code }: { readonly number: number; readonly code: string }): void {
  end();
  const head = '__lab(function(exports,require,__tick,Date,Math,console){';
  const script = `"use strict";${INSIDE};${head}\n${code}\n})`;
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const made = new Worker(address);
  worker = made;
  waiting = number;
  line = 0;
  made.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (made === worker) hear(port, data, address);
  };
  made.onerror = (event) => {
    event.preventDefault();
    if (made === worker) die(port, event.message || 'its script did not start', Math.max(0, event.lineno - 1));
  };
  made.onmessageerror = () => die(port, 'it sent what cannot be read', 0);
}

/** `@12`: about to run line 12. `=…`: the one answer that is waited for. Nothing else may be said. */
function hear(port: MessagePort, data: unknown, address: string): void {
  if (typeof data !== 'string' || data.length > MAX_CHARS || waiting === undefined) {
    die(port, 'it spoke out of turn', 0);
    return;
  }
  if (data.startsWith('@')) {
    line = Number(data.slice(1)) || 0;
    return;
  }
  URL.revokeObjectURL(address);
  const number = waiting;
  waiting = undefined;
  answer(port, { number, text: data.slice(1) });
}

function die(port: MessagePort, died: string, at: number): void {
  const number = waiting ?? 0;
  end();
  answer(port, { number, died, line: at });
}

function end(): void {
  worker?.terminate();
  worker = undefined;
  waiting = undefined;
}

function answer(port: MessagePort, what: Answer): void {
  port.postMessage(JSON.stringify(what));
}
