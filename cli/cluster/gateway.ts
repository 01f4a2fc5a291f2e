import {
  type ClusterShape,
  createCluster,
  type HttpRequest,
  type HttpResponse,
  READER,
  type Timeline,
  type TraceRecord,
  type WatchFrame,
} from '../../sim/index.ts';
import { addExtensions } from '../../sim/packs/extensions.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addReplicas } from '../../sim/packs/replicas.ts';

/** What becomes of a request: an answer, and for a watch its frames until `undefined`. */
export interface Exchange {
  readonly answer: Promise<HttpResponse>;
  /** Calls back with each frame of a watch; `undefined`: the server ended it. Frames that came before are not lost. */
  frames(heard: (frame: WatchFrame | undefined) => void): void;
  /** The client is gone: a watch is cancelled, an answer no longer waited for. */
  hangUp(): void;
}

/** Virtual 0 on the real clock. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/** How far virtual time is run before the process looks at its sockets again. */
const SLICE_MS = 100;
const SLICE_WALL_MS = 25;
const IDLE_TICK_MS = 40;
const BUSY_TICK_MS = 4;

/**
 * The simulated cluster in wall time: virtual time passes as the wall clock does, `speed` times as fast. Requests are
 * commands of its history, carried out between two messages; nothing in the simulation ever waits for a socket.
 */
export class Gateway {
  readonly timeline: Timeline;
  readonly #speed: number;
  readonly #open = new Map<string, Waiting>();
  #anchor: { readonly wall: number; readonly virtual: number };
  #timer: NodeJS.Timeout | undefined;
  #sent = '';
  #shiftMs = 0;

  constructor(shape: ClusterShape, speed: number) {
    this.#speed = speed;
    addKinds();
    addExtensions();
    addReplicas();
    this.timeline = createCluster(shape, { trace: false, observe: (record) => this.#observe(record) });
    this.#anchor = { wall: Date.now(), virtual: this.timeline.now };
  }

  /** Lets time pass, from now on. */
  start(): void {
    this.#anchor = { wall: Date.now(), virtual: this.timeline.now };
    this.#tick();
  }

  /** Stops time. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Requests under way and watches that are open. */
  get load(): number {
    return this.#open.size;
  }

  /**
   * How far the client's clock is ahead of the cluster's, in whole seconds' milliseconds. It stands still at the speed
   * 1; at another speed it follows, so that ages are those of the cluster.
   */
  get shiftMs(): number {
    const exact = Date.now() - EPOCH_MS - this.timeline.now;
    if (Math.abs(exact - this.#shiftMs) > 1500) this.#shiftMs = Math.round(exact / 1000) * 1000;
    return this.#shiftMs;
  }

  /** Sends a request into the cluster. */
  send(request: HttpRequest): Exchange {
    this.#catchUp();
    this.timeline.command({ kind: 'request', request });
    const id = this.#sent;
    const waiting = new Waiting();
    this.#open.set(id, waiting);
    this.#tick();
    return {
      answer: waiting.answer,
      frames: (heard) => waiting.listen(heard),
      hangUp: () => this.#hangUp(id),
    };
  }

  /** Breaks or mends something. */
  fault(fault: { readonly verb: string; readonly target: string }): void {
    this.#catchUp();
    this.timeline.command({ kind: 'fault', fault });
  }

  #hangUp(id: string): void {
    if (!this.#open.delete(id)) return;
    this.timeline.command({ kind: 'hang-up', watch: id });
  }

  #tick(): void {
    clearTimeout(this.#timer);
    this.#catchUp();
    this.#timer = setTimeout(() => this.#tick(), this.#open.size > 0 ? BUSY_TICK_MS : IDLE_TICK_MS);
  }

  /** Runs up to what the wall clock says. A cluster too large for its speed falls behind instead of blocking sockets. */
  #catchUp(): void {
    const started = Date.now();
    const due = Math.floor(this.#anchor.virtual + (started - this.#anchor.wall) * this.#speed);
    while (this.timeline.now < due && Date.now() - started < SLICE_WALL_MS) {
      this.timeline.advance(Math.min(due, this.timeline.now + SLICE_MS));
    }
    if (this.timeline.now < due) this.#anchor = { wall: started, virtual: this.timeline.now };
  }

  #observe(record: TraceRecord): void {
    if (record.type === 'sent' && record.message.from === READER && record.message.kind === 'request') {
      this.#sent = record.message.id;
    }
    if (record.type !== 'delivered' || record.message.to !== READER) return;
    const { kind, body, replyTo } = record.message;
    if (kind === 'response') this.#answered(replyTo, body as HttpResponse);
    else if (kind === 'event') this.#open.get((body as WatchFrame).watch)?.hear(body as WatchFrame);
    else if (kind === 'closed') this.#ended((body as { readonly watch: string }).watch);
    else if (kind === 'refused') this.#broken(replyTo);
    else if (kind === 'disconnected') for (const id of [...this.#open.keys()]) this.#broken(id);
  }

  #answered(id: string, response: HttpResponse): void {
    this.#open.get(id)?.resolve(response);
    if (!response.streaming) this.#open.delete(id);
  }

  #ended(id: string): void {
    this.#open.get(id)?.hear(undefined);
    this.#open.delete(id);
  }

  #broken(id: string): void {
    this.#open.get(id)?.reject();
    this.#ended(id);
  }
}

/** The API server is down: nobody answered. */
export class ConnectionLost extends Error {}

/** A request that waits for its answer, or for more frames. */
class Waiting {
  readonly answer: Promise<HttpResponse>;
  resolve: (response: HttpResponse) => void = () => undefined;
  reject: () => void = () => undefined;
  #early: (WatchFrame | undefined)[] = [];
  #heard: ((frame: WatchFrame | undefined) => void) | undefined;

  constructor() {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = () => reject(new ConnectionLost('the API server did not answer'));
    });
    this.answer.catch(() => undefined);
  }

  hear(frame: WatchFrame | undefined): void {
    if (this.#heard) this.#heard(frame);
    else this.#early.push(frame);
  }

  listen(heard: (frame: WatchFrame | undefined) => void): void {
    this.#heard = heard;
    for (const frame of this.#early.splice(0)) heard(frame);
  }
}
