import type { ClusterOptions } from '../cluster/boot.ts';
import { deployment, isTyped } from '../cluster/commands.ts';
import { brokenParts } from '../cluster/faults.ts';
import { objectsIn, peekAt } from '../cluster/peek.ts';
import { assert } from '../kernel/assert.ts';
import type { Millis } from '../kernel/message.ts';
import { isAnswer, type LoggedCommand, type Timeline } from '../kernel/timeline.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import type { ParsedFile } from '../protocol/terminal.ts';
import type { Peek } from '../view/peek.ts';
import type { Step } from '../view/step.ts';
import { act, type Files, HORIZON_MS, nextDoAt, runPlan, runToNextItem } from './ahead.ts';
import { Answers } from './answers.ts';
import { begin } from './begin.ts';
import type { GoalSpec, ObjectsOf } from './goals.ts';
import { decide, follow, type PlanItem, type Progress, START } from './plan.ts';
import type { ScenarioFile } from './scenario.ts';
import { type Begun, BURST, type Target } from './target.ts';
import { startTelling, type Told, tellOn } from './telling.ts';
import type { Terminal } from './terminals.ts';
import { type Goal, type GoalState, isSo, isSolved, parseGoal, startGoals, trackGoals } from './tracker.ts';

/** What a stage or an exercise is made of. */
export interface SessionSpec {
  readonly scenario: ScenarioFile;
  readonly plan: readonly PlanItem[];
  readonly goals: readonly GoalSpec[];
  /** Questions of hints, each as in `reach` or `did` and a deed, joined by `and`: offered while the answer is yes. */
  readonly asks?: readonly string[];
}

/** What one move brought. */
export interface Move {
  readonly from: Millis;
  readonly to: Millis;
  /** The narrated steps that arrived, oldest first. */
  readonly steps: readonly Step[];
  /** Whether the play has come to its end. */
  readonly isEnd: boolean;
}

/** A burst has ended when nothing narrated has happened for this long… */
const QUIET_MS = 400;
/** …or for this long in an exercise, whose goals must stay true for two seconds. */
const EXERCISE_QUIET_MS = 2500;
/** A story that takes more deliveries than this is not done again: somebody else may have written it. */
const MOST_DELIVERED = 2_000_000;

/**
 * A reader and a cluster: commands in, moments out. Pure over its timeline, so that the page's worker, the lesson check
 * and the command line run the same code. Nothing moves by itself: the caller asks for each move.
 */
export class Session {
  readonly spec: SessionSpec;
  timeline: Timeline;
  /** The future that the last act in the past, or undo, put aside. */
  #kept: Timeline | undefined;
  /** The history told so far, and the last record told. */
  #told = startTelling();
  #progress: Progress = START;
  #goals: readonly Goal[];
  /** The goals' states, each from that record on. */
  #goalHistory: { readonly from: number; readonly states: readonly GoalState[] }[];
  /** Records the goals have seen. */
  #goalsSeen = 0;
  #target: Target = BURST;
  /** The move that stands at a question. */
  #begun: Begun | undefined;
  /** What the reader's program has said. When a verb stood at a question: answer it, and give the verb again. */
  readonly answers: Answers;

  constructor(spec: SessionSpec, options: ClusterOptions = {}, timeline?: Timeline, answers = new Answers()) {
    this.spec = spec;
    this.answers = answers;
    this.timeline = timeline ?? begin(spec.scenario, { answer: (question) => answers.to(question), ...options });
    this.#goals = spec.goals.map(parseGoal).filter((goal) => typeof goal !== 'string');
    this.#goalHistory = [{ from: 0, states: startGoals(this.#goals, this.#objectsOf()) }];
  }

  /** An independent future of the same reader. Only this session answers for a reader's program. */
  fork(answers = new Answers()): Session {
    const copy = new Session(this.spec, {}, this.timeline.fork(), answers);
    copy.#progress = this.#progress;
    copy.#goalHistory = this.#goalHistory.slice();
    copy.#goalsSeen = this.#goalsSeen;
    return copy;
  }

  /** The same reader at the same moment: for the place of this one, should a request break off halfway. */
  twin(): Session {
    const copy = this.fork(this.answers);
    copy.#kept = this.#kept?.fork();
    copy.#target = this.#target;
    copy.#begun = this.#begun;
    return copy;
  }

  get now(): Millis {
    return this.timeline.now;
  }

  get past(): readonly TraceRecord[] {
    return this.timeline.past;
  }

  /** The narrated steps so far. */
  get steps(): readonly Step[] {
    return this.#tell().folding.steps;
  }

  /** How far the author's plan has been followed. */
  get progress(): Progress {
    this.#progress = follow(this.spec.plan, this.past, this.#progress);
    return this.#progress;
  }

  get terminals(): readonly Terminal[] {
    return [...this.#tell().terminals.values()];
  }

  get goals(): readonly GoalState[] {
    return this.#goalHistory.findLast((entry) => entry.from <= this.timeline.world.recorded)?.states ?? [];
  }

  /** The answers to the questions of the spec, in their order. */
  get findings(): readonly boolean[] {
    return (this.spec.asks ?? []).map((ask) => isSo(ask, this.past, this.#objectsOf()));
  }

  get isSolved(): boolean {
    return isSolved(this.goals);
  }

  get canUndo(): boolean {
    const { commanded } = this.timeline.world;
    return this.commands.some(({ command }, index) => index < commanded && !isAnswer(command));
  }

  get canRestore(): boolean {
    return this.#kept !== undefined;
  }

  get broken(): readonly string[] {
    return brokenParts(this.timeline.world);
  }

  get commands(): readonly LoggedCommand[] {
    return this.timeline.commands;
  }

  /** The present instant, for pictures and tables. Valid until the next move. */
  peek(): Peek {
    return peekAt(this.timeline.simulation);
  }

  /** The instant at which this history begins. */
  peekAtBeginning(): Peek {
    return peekAt(this.timeline.beginning);
  }

  /** Types a line at the terminal. Its files are what `-f` may read. Then {@link move} until the end. */
  type(line: string, files: Files): string {
    const run = `run-${this.timeline.world.commanded + 1}`;
    const before = this.#branch();
    this.timeline.command({ kind: 'kubectl', run, line, files });
    this.#acted({ kind: 'exit', run }, before);
    return run;
  }

  /** Ctrl+C. */
  interrupt(run: string): void {
    const before = this.#branch();
    this.timeline.command({ kind: 'interrupt', run });
    this.#acted({ kind: 'exit', run }, before);
  }

  /** Closes the editor that a line has opened, with this in its file. */
  save(run: string, file: ParsedFile): void {
    const before = this.#branch();
    this.timeline.command({ kind: 'saved', run, file });
    this.#acted({ kind: 'exit', run }, before);
  }

  /** Carries out a Do or a fault: a kubectl line, or `kill node/node-b`. Gives a sentence when it is neither. */
  do(command: string, files: Files): string | undefined {
    if (isTyped(command)) {
      this.type(command, files);
      return undefined;
    }
    const program = /^deploy ([0-9a-f]+)$/.exec(command)?.[1];
    if (program !== undefined) return this.#deploy(program);
    const kept = this.#kept;
    const isPlanned = command === this.nextDo;
    const before = this.#branch();
    const problem = act(this.timeline, command, '', files);
    // When the author's next command is due, the burst is over, whatever still happens.
    const delivered = isPlanned ? nextDoAt(this.timeline, this.spec.plan, this.progress) : undefined;
    if (problem !== undefined) this.#kept = kept;
    else this.#acted({ ...BURST, delivered }, before);
    return problem;
  }

  /** Plays: to the author's next beat when it will come, else to the end of the next burst. */
  play(): void {
    const delivered = this.#nextBeat();
    this.#target = delivered === undefined ? BURST : { kind: 'delivered', delivered };
  }

  /** The Do that comes next in the plan, when all beats before it have happened. */
  get nextDo(): string | undefined {
    const item = this.spec.plan[this.progress.done];
    return item?.kind === 'do' ? item.command : undefined;
  }

  /** Runs on until a narrated step or the state of a goal has come, or the target, or nothing does, or an answer lacks. */
  move(): Move {
    const begun = this.#begun ?? this.#begin();
    const { from, known, target, patience } = begun;
    this.#begun = undefined;
    let steps: readonly Step[] = [];
    let isDue = true;
    const states = this.#goalStates;
    while (isDue && steps.length === 0 && !this.#isAtTarget(target) && this.#goalStates === states) {
      isDue = this.#step(from + patience);
      steps = this.#arrivedSince(from, known);
    }
    if (!isDue && this.timeline.waiting !== undefined) {
      this.#begun = begun;
      return { from, to: this.timeline.now, steps: [], isEnd: false };
    }
    if (!isDue) this.seek(from + (patience === HORIZON_MS ? 0 : patience));
    return { from, to: this.timeline.now, steps, isEnd: !isDue || this.#isAtTarget(target) };
  }

  /** One narrated step on, wherever the play would end. */
  step(): Move {
    if (this.#begun === undefined) this.#target = BURST;
    return this.move();
  }

  /** Goes to an instant. Forward of what is known, the cluster simply runs. */
  seek(to: Millis): void {
    this.#begun = undefined;
    this.timeline.seek(Math.min(to, this.timeline.end));
    while (this.#step(to));
    this.timeline.advance(Math.max(to, this.timeline.now));
    this.#observe();
  }

  /** Goes to the moment just after a record of what is known, also when more happened in the same millisecond. */
  seekRecord(seq: number, at: Millis): void {
    this.seek(Math.max(0, at - 1));
    while (this.timeline.world.recorded < seq && this.#step(at));
  }

  /** Takes the last command back, with all that followed. */
  undo(): void {
    if (!this.canUndo) return;
    this.#kept = this.timeline.fork();
    this.timeline.undo();
    this.#forgetFuture(this.timeline.world.recorded);
  }

  /** Exchanges the present history for the one put aside. */
  restore(): void {
    if (this.#kept === undefined) return;
    const present = this.timeline;
    this.timeline = this.#kept;
    this.#kept = present;
    this.timeline.seek(this.timeline.end);
    const twin = new Session(this.spec);
    twin.replay(this.timeline.commands, this.timeline.now);
    this.#goalHistory = twin.#goalHistory;
    this.#goalsSeen = twin.#goalsSeen;
    this.#progress = START;
  }

  /**
   * Does again what was done on another visit: the same commands at the same moments. `delivered` tells apart the
   * moments of one millisecond; without it the last of them is meant.
   */
  replay(commands: readonly LoggedCommand[], now: Millis, delivered = Number.POSITIVE_INFINITY): void {
    for (const logged of commands) {
      this.#reach(logged.at, logged.delivered);
      this.timeline.command(logged.command);
      this.#observe();
    }
    this.#reach(now, delivered);
    if (now < this.timeline.now) this.seek(now);
  }

  #reach(at: Millis, delivered: number): void {
    while (this.timeline.world.delivered < delivered && this.#step(at));
    while (this.timeline.now < at && this.#step(at)) {
      assert(this.timeline.world.delivered < MOST_DELIVERED, 'a story that is done again comes to its end');
    }
    if (this.timeline.now < at) this.seek(at);
  }

  /**
   * For each pattern, whether it holds between a place in the plan (after so many items) and a beat, wherever the
   * reader is now: a hidden fork plays the plan on. Undefined when the beat never comes.
   */
  foresee(beat: string, patterns: readonly string[], files: Files, after: number): readonly boolean[] | undefined {
    const fork = this.timeline.fork();
    const progress = runPlan(fork, this.spec.plan, this.progress, beat, files);
    return progress && decide(fork.past, progress, beat, patterns, after);
  }

  /** Where the next beat stands in history, found by a fork that runs ahead. */
  #nextBeat(): number | undefined {
    if (this.spec.plan[this.progress.done]?.kind !== 'beat') return undefined;
    const fork = this.timeline.fork();
    return runToNextItem(fork, this.spec.plan, this.progress) === undefined ? undefined : fork.world.delivered;
  }

  /** Puts the reader's program, by its fingerprint, into the process of the lab. */
  #deploy(program: string): string | undefined {
    const { lab } = this.spec.scenario;
    if (lab === undefined) return 'Nothing can be deployed here: this cluster has no lab.';
    const before = this.#branch();
    this.timeline.command(deployment(lab, program));
    this.#acted(BURST, before);
    return undefined;
  }

  #begin(): Begun {
    const target = this.#target;
    const quiet = this.#goals.length > 0 ? EXERCISE_QUIET_MS : QUIET_MS;
    const patience = target.kind === 'burst' && target.hasBegun ? quiet : HORIZON_MS;
    if (target.kind === 'burst') this.#target = { ...target, hasBegun: true };
    return { from: this.timeline.now, known: this.steps.length, target, patience };
  }

  get #goalStates(): string {
    return this.goals.map(({ state }) => state).join();
  }

  #arrivedSince(from: Millis, known: number): readonly Step[] {
    const { now } = this.timeline;
    return this.steps.filter((step) => step.at <= now && (step.at > from || step.number > known));
  }

  #isAtTarget(target: Target): boolean {
    if (target.kind === 'exit') return this.#isAnswered(target.run);
    return this.timeline.world.delivered >= (target.delivered ?? Number.POSITIVE_INFINITY);
  }

  #tell(): Told {
    this.#told = tellOn(this.#told, this.past);
    return this.#told;
  }

  /** A command is answered when it has ended, or waits in the editor, or has printed and only watches on. */
  #isAnswered(run: string): boolean {
    const terminal = this.#tell().terminals.get(run);
    if (terminal === undefined || terminal.exitCode !== undefined || terminal.editing !== undefined) return true;
    return /\s(-w|--watch)\b/.test(terminal.line) && terminal.lines.length > 0;
  }

  #step(until: Millis): boolean {
    const isDue = this.timeline.step(until);
    if (this.timeline.world.recorded > this.#goalsSeen) this.#observe();
    return isDue;
  }

  /** In the past: the old future is kept once. Gives the number of records so far: what comes now is news. */
  #branch(): number {
    if (this.timeline.now < this.timeline.end) this.#kept = this.timeline.fork();
    return this.timeline.world.recorded;
  }

  #acted(target: Target, before: number): void {
    this.#forgetFuture(before);
    this.#observe();
    this.#begun = undefined;
    this.#target = target;
  }

  /** Looks at the goals again, if there is anything they have not seen. */
  #observe(): void {
    const { recorded } = this.timeline.world;
    const last = this.#goalHistory.at(-1);
    if (this.#goals.length === 0 || last === undefined || recorded < this.#goalsSeen) return;
    const news = this.timeline.trace.slice(this.#goalsSeen, recorded);
    const states = trackGoals(this.#goals, last.states, this.timeline.now, news, this.#objectsOf());
    if (states !== last.states) this.#goalHistory.push({ from: recorded, states });
    this.#goalsSeen = recorded;
  }

  #forgetFuture(recorded: number): void {
    this.#goalHistory = this.#goalHistory.filter((entry) => entry.from <= recorded);
    this.#goalsSeen = Math.min(this.#goalsSeen, recorded);
  }

  #objectsOf(): ObjectsOf {
    const { simulation } = this.timeline;
    return (plural) => objectsIn(simulation, plural);
  }
}
