import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Answer, ManifestProblem } from '../../sim/index.ts';
import type { Scene } from '../../sim/view/scene.ts';
import { type Caption, captionAtRest, captionOf, laterThan, type Mark, merged, spoken } from './caption.ts';
import { Desk, type Thread, type Visit } from './desk.ts';
import { hurry, MAX_MOVES } from './hurry.ts';
import { latest } from './latest.ts';
import type { PageSpec } from './page.ts';
import { SPEEDS, type Speed, travel } from './playback.ts';
import type { Frame, Reply, Request, ViewName } from './protocol.ts';
import { NOTHING, readSaved, type Saved } from './saved.ts';
import { nextTask } from './task.ts';

/** The page's state and verbs. A verb that acts on a cluster waits for the one before it, and ends what plays. */
export class Store {
  readonly page: PageSpec;
  /** The session that the stage shows. */
  readonly active: Signal<string>;
  /** The latest frame of each opened session. */
  readonly frames: Signal<Readonly<Record<string, Frame>>>;
  /** The frame of the active session. */
  readonly frame: ReadonlySignal<Frame>;
  /** What the drawing shows: the frame's scene, or messages that travel. */
  readonly scene: ReadonlySignal<Scene>;
  readonly caption: Signal<Caption>;
  /** Steps that are known, also those after now. */
  readonly marks: Signal<readonly Mark[]>;
  readonly view: Signal<ViewName>;
  readonly beside = signal<ViewName | undefined>(undefined);
  /** Id of the part whose card is pinned. */
  readonly selection = signal<string | undefined>(undefined);
  /** Number of the step that is chosen, in the Timeline and the Log. */
  readonly chosen = signal<number | undefined>(undefined);
  /** Id of the part under the pointer or the focus. */
  readonly preview = signal<string | undefined>(undefined);
  readonly isPlaying = signal(false);
  readonly speed: Signal<Speed>;
  /** A sentence when something could not be done. */
  readonly problem = signal('');
  /** A sentence when progress cannot be kept. */
  readonly notice = signal('');
  /** What the page's one status region says. It changes at pauses only. */
  readonly said = signal('');
  /** What is kept on this device. */
  readonly saved: Signal<Saved> = signal(NOTHING);
  /** Somebody else's moment, when one is looked at. */
  readonly visit = signal<Visit | undefined>(undefined);
  /** How often a part of history was taken away or brought back: what was said of it before may be false since. */
  readonly cuts = signal(0);
  /** Whether the simulator has answered. */
  readonly isAwake = signal(false);

  /** Goes where a hand drags time; kept and said is only where it lets go ({@link seek}). */
  readonly drag = latest((to: number) => {
    this.pause();
    return this.#show({ ask: 'seek', to });
  });
  /** Where requests go out. */
  readonly desk: Desk;
  readonly #travelling = signal<Scene | undefined>(undefined);
  #last: Promise<void> = Promise.resolve();
  /** Counts stops: a play that began under another number ends. */
  #stops = 0;
  #hasLessMotion = () => false;
  #movedMs = 0;

  constructor(page: PageSpec, createThread: () => Thread) {
    this.page = page;
    this.active = signal(page.stage.id);
    this.frames = signal({ [page.stage.id]: page.frame });
    this.frame = computed(() => this.frames.value[this.active.value] ?? page.frame);
    this.scene = computed(() => this.#travelling.value ?? this.frame.value.scene);
    this.caption = signal(captionOf(page.frame, ''));
    this.marks = signal(page.frame.marks);
    this.view = signal(page.stage.view);
    this.speed = signal(page.stage.speed ?? 'normal');
    this.desk = new Desk(this, createThread);
  }

  /** Wakes: reads what was kept, opens the page's session and those the reader had begun. */
  async wake(hasLessMotion: () => boolean): Promise<void> {
    this.#hasLessMotion = hasLessMotion;
    const saved = readSaved(this.page.path);
    batch(() => {
      this.saved.value = saved;
      if (saved.speed !== undefined && saved.speed in SPEEDS) this.speed.value = saved.speed as Speed;
    });
    const { stage } = this.page;
    const begun = Object.keys(saved.sessions).filter((id) => id !== stage.id && id in this.page.sessions);
    await this.desk.open(stage.id);
    this.#arrive();
    if (this.view.value !== 'diagram') await this.look();
    for (const id of begun) await this.desk.open(id);
    if (saved.active !== undefined && saved.active in this.page.sessions) this.show(saved.active);
    this.isAwake.value = true;
  }

  /** Shows a session on the stage; an exercise begins when it is first shown. */
  show(session: string): void {
    if (session === this.active.value || !(session in this.page.sessions)) return;
    this.#act(async () => {
      await this.desk.open(session);
      batch(() => {
        this.active.value = session;
        this.selection.value = undefined;
        this.chosen.value = undefined;
        this.#arrive();
      });
      await this.look();
      await this.desk.save(session);
    });
  }

  /** Shows another view of the same moment. */
  showView(view: ViewName): void {
    if (view === this.view.value) return;
    this.view.value = view;
    void this.look();
  }

  /** Chooses a step and with it the part that does it. Far from now, `around` says where in time to look. */
  choose(step: number, part: string, around?: number): void {
    this.selection.value = part;
    this.chosen.value = step;
    void this.look(around);
  }

  /** Pins a part's card; again, or without an id, unpins it. */
  select(id: string | undefined): void {
    this.chosen.value = undefined;
    this.selection.value = id === this.selection.value ? undefined : id;
    if (id?.startsWith('node/')) void this.look();
  }

  /** Types a line at the terminal and plays until its answer is printed. */
  type(line: string, session = this.active.value): void {
    this.command(session, { ask: 'type', line });
  }

  /** Ctrl+C. */
  interrupt(run: string): void {
    this.#act(() => this.#show({ ask: 'interrupt', run }));
  }

  /** Carries out a Do: a kubectl line, or a fault such as `kill node/node-b`. It plays from now on, first `before`. */
  doCommand(command: string, session = this.active.value, before?: Promise<unknown>): void {
    this.command(session, { ask: 'do', command }, before);
  }

  /** Plays to the author's next beat, or through the next burst; the author's next command is run first. */
  play(): void {
    this.#act(async (stops) => {
      await this.#show({ ask: 'play' });
      await this.#run(true, stops);
    });
    this.isPlaying.value = true;
  }

  /** Ends a play. What travels arrives at once. */
  pause(): void {
    this.#stops++;
    this.isPlaying.value = false;
  }

  /** One step on: the next narrated message, or the author's next command; by message also what is not narrated. */
  step(by?: 'message'): void {
    this.#act(async () => {
      const reply = await this.#show({ ask: 'step', ...(by && { by }) });
      if (reply.told) this.caption.value = { ...this.caption.value, sentence: [{ text: reply.told }] };
      if (reply.move?.steps.length === 0 && reply.frame?.nextDo !== undefined) {
        await this.#show({ ask: 'play' });
        await this.#show({ ask: 'move' });
      } else if (reply.move?.steps.length === 0) this.caption.value = captionAtRest(this.frame.value);
      await this.#rest();
    });
  }

  /** One step back. */
  stepBack(): void {
    const { marks, now } = this.frame.value;
    const here = marks.at(-1)?.at ?? 0;
    this.seek(now > here ? here : (marks.findLast(({ at }) => at < here)?.at ?? 0));
  }

  /** Goes to an instant. */
  seek(to: number, seq?: number): void {
    this.#act(async () => {
      await this.#show(seq === undefined ? { ask: 'seek', to } : { ask: 'seek', to, seq });
      await this.#rest();
    });
  }

  /** Goes to the author's beat: back to it, or on without travel until it comes. */
  seekBeat(beat: string): void {
    const reached = this.frame.value.reached.find(({ id }) => id === beat);
    if (reached !== undefined) this.seek(reached.at, reached.seq);
    else this.#act((stops) => this.#hurryTo(beat, stops));
  }

  /** Takes the last command back. */
  undo(): void {
    this.#act(() => this.#rewrite('undo'));
  }

  /** Brings the future back that was put aside. */
  restore(): void {
    this.#act(() => this.#rewrite('restore'));
  }

  /** Begins the session on the stage anew. */
  reset(): void {
    this.#act(() => this.#rewrite('reset'));
  }

  /** Hands over the text of a file and gives what is wrong with it. */
  async edit(file: string, text: string, session = this.page.stage.id): Promise<readonly ManifestProblem[]> {
    await this.desk.open(session);
    const reply = await this.desk.ask(session, { ask: 'edit', file, text });
    void this.desk.save(session);
    return reply.problems ?? [];
  }

  /** Asks why something is as it is at this moment. Undefined when the thread cannot answer. */
  async why(question: string): Promise<Answer | undefined> {
    this.pause();
    return (await this.ask(this.active.value, { ask: 'why', question })).answer;
  }

  /** Which of the patterns hold on the way from a place in the plan to a beat; undefined when it does not come from here. */
  async foresee(beat: string, patterns: readonly string[], after: number): Promise<readonly boolean[] | undefined> {
    const { id } = this.page.stage;
    await this.desk.open(id);
    return (await this.desk.ask(id, { ask: 'foresee', beat, patterns, after })).foreseen;
  }

  /** Asks something of a session once all verbs given so far are done; it is opened first. */
  async ask(session: string, request: Request): Promise<Reply> {
    await this.settled();
    await this.desk.open(session);
    return this.desk.ask(session, request);
  }

  /** Keeps a session as it is now. */
  save(session: string): Promise<void> {
    return this.desk.save(session);
  }

  /** Keeps an answer of a widget; not that somebody else has solved an exercise. The value must be JSON. */
  remember(key: string, value: unknown): void {
    const { saved, visit } = this;
    if (visit.value !== undefined && key === visit.value.session.replace('exercise', 'solved')) return;
    saved.value = { ...saved.value, answers: { ...saved.value.answers, [key]: value } };
    this.desk.keep();
  }

  /** An answer kept earlier. */
  recall(key: string): unknown {
    return this.saved.value.answers[key];
  }

  /** The text of a file as the reader left it on another visit. */
  fileText(file: string, session = this.page.stage.id): string | undefined {
    const visit = this.visit.value;
    return visit?.session === session ? visit.files[file] : this.saved.value.sessions[session]?.files[file];
  }

  setSpeed(speed: Speed): void {
    this.speed.value = speed;
    this.saved.value = { ...this.saved.value, speed };
    this.desk.keep();
  }

  /** Speaks in the page's one status region. */
  say(text: string): void {
    this.said.value = text;
  }

  /** Waits for all verbs given so far. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** The stage shows a session at whose moment nobody has looked yet. */
  #arrive(): void {
    this.marks.value = this.frame.value.marks;
    this.caption.value = captionOf(this.frame.value, '');
  }

  command(session: string, request: Request, before?: Promise<unknown>): void {
    this.show(session);
    this.#act(async (stops) => {
      await before;
      const reply = await this.#show(request);
      if (reply.problem !== undefined && stops === this.#stops) this.isPlaying.value = false;
      if (reply.problem !== undefined) return;
      this.marks.value = this.frame.value.marks;
      await this.#run(false, stops);
    });
    this.isPlaying.value = true;
  }

  async #rewrite(ask: 'undo' | 'restore' | 'reset'): Promise<void> {
    this.chosen.value = undefined;
    const reply = await this.#show({ ask });
    this.cuts.value++;
    this.marks.value = reply.frame?.marks ?? [];
    await this.#rest();
  }

  /** Moves until the play ends, is stopped, or comes to a beat. */
  async #run(stopsAtBeat: boolean, stops: number): Promise<void> {
    const { now, reached } = this.frame.value;
    let told = 0;
    for (let moves = 0; moves < MAX_MOVES && stops === this.#stops; moves++) {
      const { move } = await this.#show({ ask: 'move' }, stops);
      told += move?.steps.length ?? 0;
      if (move === undefined || move.isEnd) break;
      if (stopsAtBeat && this.frame.value.reached.length > reached.length) break;
    }
    if (stops === this.#stops) {
      this.isPlaying.value = false;
      const { frame } = this;
      const isAtRest = told === 0 && frame.value.now === now && frame.value.reached.length === reached.length;
      if (isAtRest && stopsAtBeat) this.caption.value = captionAtRest(frame.value);
    }
    await this.#rest();
  }

  async #hurryTo(beat: string, stops: number): Promise<void> {
    const session = this.active.value;
    const ask = (request: Request) => this.desk.ask(session, request);
    const found = await hurry(ask, beat, () => stops !== this.#stops);
    if (found !== undefined) await this.#show({ ask: 'seek', to: found.at, seq: found.seq });
    await this.#rest();
  }

  /** Asks for the active session, lets what arrived travel, then shows the new frame. */
  async #show(request: Request, stops = this.#stops): Promise<Reply> {
    const session = this.active.value;
    const reply = await this.desk.ask(session, request);
    const { frame, move } = reply;
    if (frame === undefined) return reply;
    if (frame.end < this.frame.value.end) this.cuts.value++;
    const later = laterThan(move);
    // What was sent earlier may arrive later: the caption tells what has just come, not the highest number.
    const arrived = move?.steps.at(-1) ?? frame.step;
    if (move !== undefined && move.steps.length > 0) {
      this.caption.value = captionOf({ ...frame, step: arrived }, later);
      await this.#travel(reply, stops);
    }
    await nextTask();
    batch(() => {
      this.#travelling.value = undefined;
      this.frames.value = { ...this.frames.value, [session]: frame };
      this.marks.value = merged(this.marks.value, frame);
      this.caption.value = captionOf({ ...frame, step: arrived }, later);
    });
    return reply;
  }

  /** Real time passes while messages cross the drawing, `#movedMs` in a verb; none when the reader wants less motion. */
  async #travel({ move }: Reply, stops: number): Promise<void> {
    if (move === undefined || this.#hasLessMotion()) return;
    const draw = (scene: Scene) => {
      this.#travelling.value = scene;
      return stops === this.#stops;
    };
    this.#movedMs = await travel(this.frame.value.scene, move.steps, this.speed.value, draw, this.#movedMs);
  }

  /** At a pause: the status region speaks, and the session is kept. */
  async #rest(): Promise<void> {
    this.said.value = spoken(this.caption.value);
    await this.desk.save(this.active.value);
  }

  /** Tells the worker which view, node and part of a long history are looked at, and shows what it answers. */
  async look(around?: number): Promise<void> {
    const node = /^node\/(.*)/.exec(this.selection.value ?? '')?.[1];
    const focus = { node, around, step: this.chosen.value };
    const session = this.active.value;
    const [view, beside] = [this.view.value, this.beside.value];
    const { frame } = await this.desk.ask(session, { ask: 'show', view, beside, focus });
    if (frame !== undefined && !this.isPlaying.value) this.frames.value = { ...this.frames.value, [session]: frame };
  }

  /** One verb after the other. Each learns under which number of stops it was given. */
  #act(verb: (stops: number) => Promise<unknown>): void {
    this.pause();
    const stops = this.#stops;
    const act = async () => {
      this.#movedMs = 0;
      await verb(stops);
    };
    this.#last = this.#last.then(act).catch((error: unknown) => {
      this.isPlaying.value = false;
      this.problem.value = `Something went wrong on this page: ${String(error)}. Reload it to go on.`;
    });
  }
}
