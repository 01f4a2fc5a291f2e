import {
  act,
  allMatches,
  decide,
  durationWords,
  type Files,
  HORIZON_MS,
  type LogEntry,
  logOf,
  type Reached,
  runPlan,
  runToExit,
  runToNextItem,
  Session,
  type SessionSpec,
  START,
  type TraceRecord,
} from '../../sim/index.ts';
import { addCel } from '../../sim/packs/cel.ts';
import { addEditing } from '../../sim/packs/editing.ts';
import { addEtcdctl } from '../../sim/packs/etcdctl.ts';
import { addExtensions } from '../../sim/packs/extensions.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl, addTerminalProgram } from '../../sim/packs/kubectl.ts';
import { addReplicas } from '../../sim/packs/replicas.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import type { ExerciseModel, LessonModel, PlacedItem, Problem } from './model.ts';

/** What a lesson's plan did, from the start of its scenario to the end of the page. */
export interface LessonRun {
  readonly reached: readonly Reached[];
  /** For each Predict, whether each option's pattern holds on the way to its beat. */
  readonly outcomes: Readonly<Record<string, readonly boolean[]>>;
  /** What each command of the page's `sh` blocks printed. */
  readonly printed: readonly (readonly string[])[];
  readonly log: readonly LogEntry[];
  /** Every record, in order. */
  readonly past: readonly TraceRecord[];
  /** The records of the seconds after the end of the page, which nobody sees. Played when asked for. */
  readonly later: () => readonly TraceRecord[];
  readonly problems: readonly Problem[];
}

/** An answer that comes so long after the last beat was asked for too early. */
const LATER_MS = 5000;

const NOTHING: LessonRun = { reached: [], outcomes: {}, printed: [], log: [], past: [], later: () => [], problems: [] };

/** The stage's session; undefined for a page without a stage, or when its scenario could not be read. */
export function stageSpec(lesson: LessonModel): SessionSpec | undefined {
  const scenario = lesson.scenarios[lesson.stage?.scenario ?? ''];
  if (scenario === undefined) return undefined;
  return { scenario, plan: lesson.plan.map(({ place: _, ...item }) => item), goals: [] };
}

/** An exercise's session; undefined when its scenario could not be read. */
export function exerciseSpec(lesson: LessonModel, exercise: ExerciseModel): SessionSpec | undefined {
  const scenario = lesson.scenarios[exercise.scenario];
  if (scenario === undefined) return undefined;
  const asks = exercise.hints.flatMap(({ when }) => (when === undefined ? [] : [when]));
  return { scenario, plan: [], goals: exercise.goals.map(({ text: _, place: __, ...goal }) => goal), asks };
}

/** What an error of the simulator says. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^Assertion failed: /, '');
}

/** Manifests as kubectl gets them. */
export function parseFiles(files: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)]));
}

addKinds();
addExtensions();
addKubectl();
addEtcdctl(addTerminalProgram);
addEditing();
addCel();
addReplicas();

/** Runs the page from top to bottom, as a reader who follows every Do and every beat. */
export function runLesson(lesson: LessonModel): LessonRun {
  const spec = stageSpec(lesson);
  if (spec === undefined) return NOTHING;
  const { stage } = lesson;
  let session: Session;
  try {
    session = new Session(spec);
  } catch (error) {
    const reason = reasonOf(error);
    const place = stage?.place ?? { file: lesson.file, line: 1, column: 1 };
    return { ...NOTHING, problems: [{ place, title: `Scenario "${stage?.scenario}" does not boot`, reason }] };
  }
  const files = parseFiles(lesson.files);
  const printed: (readonly string[])[] = [];
  const problems: Problem[] = [];
  let run = '';
  for (let index = 0; index <= lesson.plan.length && problems.length === 0; index++) {
    const item = lesson.plan[index];
    if (index === lesson.plan.length || item?.kind === 'do') runToExit(session.timeline, run);
    for (const shell of lesson.shells.filter(({ after }) => after === index))
      printed.push(...runShell(shell, session, files));
    if (item === undefined) break;
    const problem = carryOut(item, index, session, files);
    if (item.kind === 'do') run = runOf(index);
    if (problem !== undefined) problems.push(problem);
  }
  const { reached } = session.progress;
  const { past, steps } = session;
  const outcomes = outcomesOf(lesson, session);
  const later = () => recordsAfter(session);
  return { reached, outcomes, printed, log: logOf(steps), past, later, problems };
}

function recordsAfter({ timeline, past }: Session): readonly TraceRecord[] {
  const future = timeline.fork();
  future.seek(future.now + LATER_MS);
  return future.past.slice(past.length);
}

/** The same plan once more from the start, without looking ahead: all its records. */
export function rerun(lesson: LessonModel): readonly TraceRecord[] {
  const spec = stageSpec(lesson);
  if (spec === undefined) return [];
  const { timeline } = new Session(spec);
  runPlan(timeline, spec.plan, START, '', parseFiles(lesson.files));
  return timeline.past;
}

function carryOut(item: PlacedItem, index: number, session: Session, files: Files): Problem | undefined {
  const { timeline, progress } = session;
  if (progress.done > index) return undefined;
  const { place } = item;
  if (item.kind === 'do') {
    const reason = act(timeline, item.command, runOf(index), files);
    return reason === undefined ? undefined : { place, title: `The Do cannot be carried out: ${item.command}`, reason };
  }
  const from = timeline.now;
  const past = session.past.length;
  if (runToNextItem(timeline, session.spec.plan, progress) !== undefined) return undefined;
  const earlier = allMatches(session.past.slice(0, past), item.at).at(-1);
  const title = `Beat "${item.id}" does not come`;
  const reason = `Nothing matches at="${item.at}" within ${durationWords(HORIZON_MS)} after ${words(from)}.`;
  if (earlier === undefined) return { place, title, reason };
  const fix = `the last such record is at ${words(earlier.at)}: move the beat up, or choose another record.`;
  return { place, title, reason, fix };
}

/** The id of the run of a planned Do. */
export function runOf(index: number): string {
  return `plan-${index}`;
}

/** What each Predict's options come to. A reader's own hidden fork comes to the same: it plays the same plan. */
function outcomesOf({ predicts }: LessonModel, { past, progress }: Session): LessonRun['outcomes'] {
  const decided = predicts.flatMap(({ id, reveal, after, options }) => {
    const patterns = options.map(({ when }) => when);
    const outcome = decide(past, progress, reveal, patterns, after);
    return outcome === undefined ? [] : [[id, outcome] as const];
  });
  return Object.fromEntries(decided);
}

/** Runs the commands of a block in a future of their own, and gives what each printed. */
function runShell(
  { runs }: LessonModel['shells'][number],
  session: Session,
  files: Files,
): readonly (readonly string[])[] {
  const timeline = session.timeline.fork();
  return runs.map(({ line }, index) => {
    const run = `shell-${index}`;
    const from = timeline.past.length;
    act(timeline, line, run, files);
    runToExit(timeline, run);
    return timeline.past.slice(from).flatMap((record) => {
      const isOutput = record.type === 'noted' && record.note.what === 'kubectl/printed' && record.note['run'] === run;
      return isOutput ? String(record.note['text']).split('\n') : [];
    });
  });
}

function words(at: number): string {
  return at === 0 ? 'the start' : durationWords(at);
}
