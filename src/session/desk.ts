import type { Signal } from '@preact/signals';
import type { LabCall, LabReply } from '../../sim/index.ts';
import type { CaseResult } from '../lab/trial.ts';
import type { PageSpec } from './page.ts';
import type { Frame, Reply, Request } from './protocol.ts';
import { type Saved, writeSaved } from './saved.ts';

/** The other end of the thread boundary. {@link SimulationThread} is one. */
export interface Thread {
  ask(session: string, request: Request): Promise<Reply>;
  answering?: ((call: LabCall) => Promise<LabReply>) | undefined;
}

/** A shared moment that is looked at, or the reason why it is not. */
export interface Visit {
  /** The session in whose place it stands; '' when there is none. */
  readonly session: string;
  readonly sentence: string;
  /** Texts of the files there. */
  readonly files: Readonly<Record<string, string>>;
  /** On the playground: the scenario file of the cluster there. */
  readonly scenario?: string | undefined;
}

/** What the desk reads and writes of the page's state. */
interface Files {
  readonly page: PageSpec;
  readonly active: Signal<string>;
  readonly frames: Signal<Readonly<Record<string, Frame>>>;
  readonly saved: Signal<Saved>;
  readonly problem: Signal<string>;
  readonly notice: Signal<string>;
  readonly visit: Signal<Visit | undefined>;
}

/** Where requests go out and answers come in: one thread, opened sessions, and what is kept of them on this device. */
export class Desk {
  readonly #files: Files;
  readonly #createThread: () => Thread;
  readonly #opened = new Map<string, Promise<void>>();
  #thread: Thread | undefined;

  constructor(files: Files, createThread: () => Thread) {
    this.#files = files;
    this.#createThread = createThread;
  }

  /** Asks a session of the thread; the thread starts with the first question. */
  async ask(session: string, request: Request): Promise<Reply> {
    this.#thread ??= this.#createThread();
    const reply = await this.#thread.ask(session, request);
    // What went wrong is still so once the session has been kept.
    if (request.ask !== 'save') this.#files.problem.value = reply.problem ?? '';
    return reply;
  }

  /** Says who answers for the reader's program from now on. */
  answerWith(answering: (call: LabCall) => Promise<LabReply>): void {
    this.#thread ??= this.#createThread();
    this.#thread.answering = answering;
  }

  /** Runs one test of a lab; undefined when the simulator could not. */
  async check(lab: string, test: string, program: string): Promise<CaseResult | undefined> {
    return (await this.ask('', { ask: 'check', lab, test, program })).result;
  }

  /** Opens a session once, where the reader left it. Its frame is known when this resolves. */
  open(session: string): Promise<void> {
    const known = this.#opened.get(session);
    if (known !== undefined) return known;
    const opening = this.#open(session);
    this.#opened.set(session, opening);
    return opening;
  }

  /** Keeps a session on this device; never a shared moment, which is somebody else's. */
  async save(session: string): Promise<void> {
    const { saved, active, visit } = this.#files;
    if (visit.value?.session === session) return;
    const reply = await this.ask(session, { ask: 'save' });
    if (reply.saved === undefined) return;
    const sessions = { ...saved.value.sessions, [session]: reply.saved };
    saved.value = { ...saved.value, sessions, active: active.value };
    this.keep();
  }

  /** Writes down what is to be kept. */
  keep(): void {
    const { page, saved, notice } = this.#files;
    notice.value = writeSaved(page.path, saved.value);
  }

  async #open(id: string): Promise<void> {
    const { page, saved, frames } = this.#files;
    const session = page.sessions[id];
    if (session === undefined) return;
    const { spec, files } = session;
    const kept = saved.value.sessions[id];
    const open = kept === undefined ? { id, spec, files } : { id, spec, files, saved: kept };
    const { frame } = await this.ask(id, { ask: 'open', open, packs: page.packs });
    if (frame !== undefined) frames.value = { ...frames.value, [id]: frame };
  }
}
