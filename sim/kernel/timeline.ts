import type { AnyMessage, MessageId, Millis } from './message.ts';
import { type Question, Simulation } from './simulation.ts';
import type { Command, TraceRecord } from './trace.ts';
import type { Value } from './value.ts';
import { forkWorld, type Registry, type World } from './world.ts';

/** How a command changes the world: the cluster knows. Must be a pure function of (simulation, command, id). */
export type ApplyCommand = (simulation: Simulation, command: Command, id: MessageId) => void;

/** A command and where in history it stands. */
export interface LoggedCommand {
  readonly command: Command;
  /** It was applied after this many deliveries. */
  readonly delivered: number;
  readonly at: Millis;
}

/** What a timeline needs beside its world. */
export interface TimelineOptions {
  readonly registry: Registry;
  readonly apply: ApplyCommand;
  readonly freeze?: boolean;
  /** False keeps no trace: for fleets and benchmarks. */
  readonly trace?: boolean;
  /** Called with each record as it is made, again when history is replayed: for those who keep no trace. */
  readonly observe?: (record: TraceRecord) => void;
  /**
   * Answers what a process asks the world outside: undefined when the answer is not there yet. The history then stops
   * (see {@link Timeline.waiting}) until {@link Timeline.reply}, or until it is run again and the answer is there.
   */
  readonly answer?: (question: Question) => Value;
  /** False keeps only the beginning: cheaper for a history nobody walks back in, dear for one somebody does. */
  readonly checkpoints?: boolean;
}

/** A run that came to its end, or to a question. */
export type Ran = 'done' | { readonly waiting: Question };

/** The command that an answer is recorded as. */
interface AnswerCommand extends Command {
  readonly kind: 'answer';
  readonly message: MessageId;
  readonly value: Value;
}

/** Whether a command is an answer from outside, which nobody typed. */
export function isAnswer(command: Command): command is AnswerCommand {
  return command.kind === 'answer';
}

interface Checkpoint {
  readonly world: World;
}

const MAX_CHECKPOINTS = 64;

/**
 * History that can be walked: checkpoints and replay. Seeking forks the nearest earlier checkpoint and delivers from
 * there; acting in the past cuts what came after (a caller who wants to keep it forks first).
 */
export class Timeline {
  world: World;
  readonly trace: TraceRecord[];
  readonly commands: LoggedCommand[];
  #options: TimelineOptions;
  #checkpoints: Checkpoint[];
  /** So many records lie between two checkpoints. */
  #gap: number;
  #end: { at: Millis; delivered: number };
  /** Records the world had written before this history began. */
  #before: number;
  #waiting: Question | undefined;

  /** Begins in a world, or goes on from the checkpoints of a history that it was forked from. */
  constructor(world: World, options: TimelineOptions, checkpoints: readonly Checkpoint[] = []) {
    this.world = world;
    this.trace = [];
    this.commands = [];
    this.#options = options;
    this.#checkpoints = checkpoints.slice();
    this.#gap = 1024;
    this.#before = world.recorded;
    this.#end = { at: world.now, delivered: world.delivered };
    if (checkpoints.length === 0) this.#save();
  }

  /** Where the clock stands. */
  get now(): Millis {
    return this.world.now;
  }

  /** The question that ended the last run; undefined when none did. */
  get waiting(): Question | undefined {
    return this.#waiting;
  }

  /** The latest instant this timeline has reached. */
  get end(): Millis {
    return this.#end.at;
  }

  /** What will be delivered next; undefined when nothing is on its way. */
  get next(): AnyMessage | undefined {
    return this.world.queue[0]?.message;
  }

  /** The records up to now: what has happened, without a future already seen. */
  get past(): readonly TraceRecord[] {
    const length = this.world.recorded - this.#before;
    return length >= this.trace.length ? this.trace : this.trace.slice(0, length);
  }

  /** A simulation over the present world; it records only what was not recorded before. */
  get simulation(): Simulation {
    const { observe } = this.#options;
    const keep = this.#options.trace !== false;
    const record = (entry: TraceRecord) => {
      if (keep && entry.seq - this.#before > this.trace.length) this.trace.push(entry);
      observe?.(entry);
    };
    return new Simulation(this.world, this.#options.registry, {
      freeze: this.#options.freeze ?? false,
      record: keep || observe ? record : undefined,
    });
  }

  /** A simulation over the world in which this history begins: to look at, not to run. */
  get beginning(): Simulation {
    return new Simulation((this.#checkpoints[0] as Checkpoint).world, this.#options.registry);
  }

  /** Runs to that instant, or to a question before it that has no answer yet. */
  advance(to: Millis): Ran {
    this.#run(this.simulation, to, Number.POSITIVE_INFINITY);
    if (this.#waiting === undefined && this.world.now < to) this.world.now = to;
    this.#reached();
    return this.#waiting === undefined ? 'done' : { waiting: this.#waiting };
  }

  /** Delivers one message, at most at that instant. False when nothing is due by then, or an answer is missing. */
  step(until: Millis = Number.POSITIVE_INFINITY): boolean {
    const before = this.world.delivered;
    this.#run(this.simulation, until, before + 1);
    this.#reached();
    return this.world.delivered > before;
  }

  /** Goes to an instant, back or forward. */
  seek(to: Millis): Ran {
    if (to < this.world.now) this.#rewind((world) => world.now <= to);
    return this.advance(to);
  }

  /** Goes to the moment just after so many deliveries, which must be in the past or the known future. */
  seekDelivered(delivered: number): void {
    if (delivered < this.world.delivered) this.#rewind((world) => world.delivered <= delivered);
    this.#run(this.simulation, Number.POSITIVE_INFINITY, delivered);
    this.#reached();
  }

  /** An independent future. */
  fork(): Timeline {
    const copy = new Timeline(forkWorld(this.world), this.#options, this.#checkpoints);
    for (const record of this.trace) copy.trace.push(record);
    copy.commands.push(...this.commands);
    copy.#gap = this.#gap;
    copy.#before = this.#before;
    copy.#end = this.#end;
    return copy;
  }

  /** Acts now. In the past, what came after is dropped first. */
  command(command: Command): MessageId {
    this.#cut();
    if (!isAnswer(command)) this.#save();
    this.commands.push({ command, delivered: this.world.delivered, at: this.world.now });
    return this.#apply(this.simulation, command);
  }

  /** Answers the question that the history stands at. It goes on with the next run. */
  reply({ message, at }: Question, value: Value): void {
    this.world.now = at;
    this.command({ kind: 'answer', message, value } satisfies AnswerCommand);
  }

  /** Takes back the last command before now that somebody gave, and all that came after it. */
  undo(): void {
    const before = this.commands.findLastIndex(
      ({ command }, index) => index < this.world.commanded && !isAnswer(command),
    );
    const last = this.commands[before];
    if (last === undefined) return;
    this.#rewind((world) => world.commanded <= before && world.delivered <= last.delivered);
    this.commands.length = before;
    this.#run(this.simulation, last.at, last.delivered);
    this.world.now = last.at;
    this.#cut();
  }

  #apply(simulation: Simulation, command: Command): MessageId {
    const id = `command#${++this.world.commanded}`;
    simulation.record({ type: 'commanded', seq: 0, at: this.world.now, id, command });
    if (isAnswer(command)) this.world.answer = { message: command.message, value: command.value };
    else this.#options.apply(simulation, command, id);
    return id;
  }

  /**
   * Delivers until the clock, the count, the queue or a question ends it; logged commands are applied where they stood.
   */
  #run(simulation: Simulation, until: Millis, delivered: number): void {
    this.#waiting = undefined;
    for (;;) {
      this.#replay(simulation, until);
      if (this.world.delivered >= delivered) return;
      if (simulation.step(until)) {
        if (this.world.recorded >= this.#savedAt() + this.#gap) this.#save();
      } else if (!this.#ask(simulation, until)) return;
    }
  }

  /** Whether a question stood in the way and was answered. */
  #ask(simulation: Simulation, until: Millis): boolean {
    const question = simulation.question(until);
    if (question === undefined) return false;
    const value = this.#options.answer?.(question);
    if (value !== undefined) this.reply(question, value);
    else {
      this.#waiting = question;
      this.world.now = question.at;
    }
    return value !== undefined;
  }

  #replay(simulation: Simulation, until: Millis): void {
    for (;;) {
      const next = this.commands[this.world.commanded];
      if (next === undefined || next.delivered > this.world.delivered || next.at > until) return;
      this.world.now = next.at;
      this.#apply(simulation, next.command);
    }
  }

  #rewind(isEarlyEnough: (world: World) => boolean): void {
    for (let i = this.#checkpoints.length - 1; i >= 0; i--) {
      const checkpoint = this.#checkpoints[i] as Checkpoint;
      if (!isEarlyEnough(checkpoint.world)) continue;
      this.world = forkWorld(checkpoint.world);
      return;
    }
  }

  /** Forgets the future after the present. */
  #cut(): void {
    this.trace.length = Math.min(this.trace.length, this.world.recorded - this.#before);
    this.commands.length = this.world.commanded;
    this.#checkpoints = this.#checkpoints.filter((checkpoint) => checkpoint.world.recorded <= this.world.recorded);
    this.#end = { at: this.world.now, delivered: this.world.delivered };
  }

  /** Keeps a checkpoint; when there are too many, drops every second one and doubles the gap. */
  #save(): void {
    const last = this.#checkpoints.at(-1)?.world;
    if (last !== undefined && this.#options.checkpoints === false) return;
    if (last !== undefined && (last.delivered >= this.world.delivered || last.recorded >= this.world.recorded)) return;
    this.#checkpoints.push({ world: forkWorld(this.world) });
    if (this.#checkpoints.length <= MAX_CHECKPOINTS) return;
    this.#checkpoints = this.#checkpoints.filter((_, index) => index % 2 === 0);
    this.#gap *= 2;
  }

  #savedAt(): number {
    return this.#checkpoints.at(-1)?.world.recorded ?? 0;
  }

  #reached(): void {
    if (this.world.now > this.#end.at || this.world.delivered > this.#end.delivered) {
      this.#end = { at: this.world.now, delivered: this.world.delivered };
    }
  }
}
