import {
  act,
  begin,
  deployment,
  type Files,
  foldTerminals,
  LAB_PROCESSES,
  type LabCall,
  type LabFailure,
  type LabReply,
  objectKey,
  parseDuration,
  peekAt,
  type Question,
  runToExit,
  type ScenarioFile,
  type Timeline,
  type TraceRecord,
} from '../../sim/index.ts';
import type { Address } from '../../sim/kernel/message.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { addLab } from '../../sim/packs/lab.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import type { ServiceRule } from '../../sim/protocol/network.ts';
import type { Pod, ReplicaSet } from './api.ts';
import type { LabCase, LabCluster, LabMember } from './caseapi.ts';
import type { Chosen } from './proxyapi.ts';
import type { Ballot, VoteRequest, Voter } from './voteapi.ts';

/** How one test ended. */
export interface CaseResult {
  readonly id: string;
  readonly says: string;
  readonly isPassed: boolean;
  /** Why not, as a sentence; '' when it passed. */
  readonly problem: string;
  /** Of the program's first crash during the test. */
  readonly failure?: LabFailure;
  /** What the program logged, at most the last lines. */
  readonly logs: readonly string[];
}

/** Who answers for the program: at once, or after a while. */
export type Answering = (call: LabCall) => LabReply | Promise<LabReply>;

const PROCESSES: readonly string[] = Object.values(LAB_PROCESSES);
const MAX_LOGS = 50;
/** What the reader's file is called at the terminal. */
const FILE = 'program.yaml';
/** A test may let so much virtual time pass in all. */
const MAX_MS = 60 * 60_000;

/**
 * Runs one test in a new cluster. Never rejects: what goes wrong is the result. `program` is the fingerprint of what
 * answers, or, where the scenario names no lab, the text of the file that kubectl applies first.
 */
export async function runCase(
  test: LabCase,
  scenario: ScenarioFile,
  program: string,
  answering: Answering,
): Promise<CaseResult> {
  await prepare(scenario);
  const cluster = new Trial(scenario, program, answering);
  let problem = '';
  try {
    if (scenario.lab === undefined) await cluster.apply(program);
    await test.run(cluster);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const { failure, logs } = cluster.told();
  if (failure !== undefined && problem !== '') problem += ` Your program crashed: ${failure.message}`;
  const result = { id: test.id, says: test.says, isPassed: problem === '', problem, logs };
  return failure === undefined ? result : { ...result, failure };
}

/** Loads what clusters of labs are made of. Kinds of one's own come only where they are wanted: few labs have them. */
export async function prepare({ addons = [] }: ScenarioFile): Promise<void> {
  addKinds();
  addKubectl();
  addLab();
  if (addons.includes('extensions')) (await import('../../sim/packs/extensions.ts')).addExtensions();
}

/** What a file came to in the cluster of a scenario: the tests of one program go on from there. */
interface Applied {
  readonly text: string;
  readonly history: Timeline;
}

/** The latest one of each scenario. */
const applied = new WeakMap<ScenarioFile, Applied>();

/** A cluster with the program in it, from the moment of its deployment: it boots when a test first needs it. */
class Trial implements LabCluster {
  readonly #scenario: ScenarioFile;
  readonly #program: string;
  readonly #answering: Answering;
  #opened: Timeline | undefined;
  /** Of questions without a cluster: what the program keeps and logs, and its first crash. */
  #memory: LabCall['state'] = null;
  readonly #logs: string[] = [];
  #failure: LabFailure | undefined;

  constructor(scenario: ScenarioFile, program: string, answering: Answering) {
    this.#scenario = scenario;
    this.#program = program;
    this.#answering = answering;
  }

  get #timeline(): Timeline {
    if (this.#opened !== undefined) return this.#opened;
    this.#opened = begin(this.#scenario, { checkpoints: false });
    const { lab } = this.#scenario;
    if (lab !== undefined) this.#opened.command(deployment(lab, this.#program));
    return this.#opened;
  }

  /** Applies the reader's file, as a reader does; the same file again comes to the same. */
  async apply(text: string): Promise<void> {
    const known = applied.get(this.#scenario);
    if (known?.text === text) {
      this.#opened = known.history.fork();
      return;
    }
    const printed = await this.#run(`kubectl apply -f ${FILE}`, { [FILE]: toParsedFile(text, FILE) });
    const refused = printed.split('\n').filter((line) => !/ (created|configured|unchanged)$|^Warning: /.test(line));
    if (refused.length > 0) throw new Error(`The cluster does not take your file: ${refused.join(' ')}`);
    applied.set(this.#scenario, { text, history: this.#timeline.fork() });
  }

  wait(duration: string): Promise<void> {
    const ms = parseDuration(duration);
    if (ms === undefined) throw new Error(`"${duration}" is no duration such as 10s.`);
    const to = this.#timeline.now + ms;
    if (to > MAX_MS) throw new Error('A test lets at most an hour pass.');
    return this.#through(() => this.#timeline.advance(to));
  }

  kubectl(line: string, files: Readonly<Record<string, object>> = {}): Promise<string> {
    const parsed = Object.entries(files).map(([name, object]) => {
      const text = JSON.stringify(object);
      return [name, { text, documents: [JSON.parse(text)] }] as const;
    });
    return this.#run(line, Object.fromEntries(parsed));
  }

  type(line: string): void {
    this.#type(line, {});
  }

  fault(line: string): void {
    const problem = act(this.#timeline, line, '', {});
    if (problem !== undefined) throw new Error(problem);
  }

  async create(object: object): Promise<void> {
    const printed = await this.kubectl('kubectl create -f object.yaml', { 'object.yaml': object });
    if (!/ created$/.test(printed)) throw new Error(`The object was refused: ${printed}`);
  }

  pods(): readonly Pod[] {
    const pods = this.#objects('pods') as unknown as readonly Pod[];
    return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  replicaSet(name: string): ReplicaSet {
    const set = this.#objects('replicasets').find((candidate) => objectKey(candidate) === `default/${name}`);
    if (set === undefined) throw new Error(`There is no ReplicaSet ${name}.`);
    return set as unknown as ReplicaSet;
  }

  created(): number {
    return this.#timeline.past.filter((record) => {
      if (record.type !== 'sent' || record.message.kind !== 'response') return false;
      const { status, body } = record.message.body as { status: number; body?: { kind?: string } };
      return PROCESSES.includes(record.message.to) && status === 201 && body?.kind === 'Pod';
    }).length;
  }

  objects<O>(plural: string): readonly O[] {
    return this.#objects(plural) as readonly unknown[] as readonly O[];
  }

  writes(): readonly string[] {
    return this.#timeline.past.flatMap((record) => {
      if (record.type !== 'sent' || record.message.kind !== 'request') return [];
      const { method, path } = record.message.body as { method: string; path: string };
      return PROCESSES.includes(record.message.from) && method !== 'GET' ? [`${method} ${path}`] : [];
    });
  }

  event(reason: string): string {
    const events = this.#objects('events') as unknown as readonly { reason: string; message: string }[];
    return events.findLast((event) => event.reason === reason)?.message ?? '';
  }

  async ask(request: VoteRequest, voter: Voter): Promise<Ballot> {
    const call = { method: 'vote', program: this.#program, now: 0, randomSeed: 1, state: this.#memory } as const;
    const reply = await this.#answering({ ...call, input: { request, voter } });
    this.#logs.push(...reply.logs);
    if (!reply.ok) {
      this.#failure ??= reply.failure;
      throw new Error('It gave no vote.');
    }
    this.#memory = reply.state;
    return (reply.output as { readonly vote: Ballot }).vote;
  }

  members(): readonly LabMember[] {
    const peek = peekAt(this.#timeline.simulation);
    const accounts = (peek.inspect('etcd') as { readonly members?: object }).members ?? {};
    return Object.entries(accounts).map(([name, account]) => {
      const { role, term, vote } = account as { readonly role: string; readonly term: number; readonly vote: string };
      return { name, isUp: peek.isUp(name), role, term, votedFor: vote };
    });
  }

  elections(): readonly { readonly member: string; readonly term: number }[] {
    return this.#timeline.past.flatMap((record) => {
      if (record.type !== 'noted' || record.note.what !== 'etcd/elected') return [];
      return [{ member: record.by, term: Number(record.note['term']) }];
    });
  }

  rules(node: string, service: string): Chosen | undefined {
    const kernel = peekAt(this.#timeline.simulation).inspect(`network/${node}` as Address);
    const { rules } = kernel as unknown as { readonly rules: readonly ServiceRule[] };
    const rule = rules.find((candidate) => candidate.service === `default/${service}`);
    const addresses = (list: ServiceRule['endpoints'] = []) => list.map(({ ip }) => ip);
    return rule && { cluster: addresses(rule.endpoints), local: addresses(rule.localEndpoints) };
  }

  expect(isSo: boolean, otherwise: string): void {
    if (!isSo) throw new Error(otherwise);
  }

  /** The program's first crash, and what it logged. */
  told(): { readonly failure: LabFailure | undefined; readonly logs: readonly string[] } {
    const past = this.#opened?.past ?? [];
    const notes = past.flatMap((record: TraceRecord) => (record.type === 'noted' ? [record.note] : []));
    const crash = notes.find(({ what }) => what === 'lab/crashed');
    const logs = notes.filter(({ what }) => what === 'lab/logged').map((note) => String(note['text']));
    const { because: kind, message, line, column, stack } = (crash ?? {}) as Record<string, unknown>;
    const noted = crash === undefined ? undefined : ({ kind, message, line, column, stack } as LabFailure);
    return { failure: this.#failure ?? noted, logs: [...this.#logs, ...logs].slice(-MAX_LOGS) };
  }

  async #run(line: string, files: Files): Promise<string> {
    const run = this.#type(line, files);
    await this.#through(() => runToExit(this.#timeline, run));
    return this.#printed(run);
  }

  #type(line: string, files: Files): string {
    const run = `test-${this.#timeline.commands.length}`;
    const problem = act(this.#timeline, line, run, files);
    if (problem !== undefined) throw new Error(problem);
    return run;
  }

  #printed(run: string): string {
    const terminal = foldTerminals(this.#timeline.past).find(({ id }) => id === run);
    return (terminal?.lines ?? []).map(({ text }) => text).join('\n');
  }

  #objects(plural: string) {
    return peekAt(this.#timeline.simulation).objects(plural);
  }

  /** Does it until no answer of the program is missing. */
  async #through(verb: () => unknown): Promise<void> {
    for (;;) {
      verb();
      const question: Question | undefined = this.#timeline.waiting;
      if (question === undefined) return;
      this.#timeline.reply(question, await this.#answering(question.asks as LabCall));
    }
  }
}

/** Runs the test of a lab that has this id. The tests of labs are a chunk of their own. */
export async function runTest(
  { lab, test, program }: { readonly lab: string; readonly test: string; readonly program: string },
  askPage: (call: LabCall) => Promise<LabReply>,
): Promise<CaseResult> {
  const { testsOf } = await import('./labs.ts');
  const { cases, scenario } = await testsOf(lab);
  const found = cases.find(({ id }) => id === test);
  if (found === undefined) throw new Error(`The lab ${lab} has no test ${test}`);
  return runCase(found, scenario, program, askPage);
}
