import { isTyped, LAB_PROCESSES, parseDuration, type ScenarioFile, Session } from '../../sim/index.ts';
import { frameOf } from '../session/frame.ts';
import type { PageSession, PageSpec, WidgetSpec } from '../session/page.ts';
import { misconception } from './misconceptions.ts';
import type { ExerciseModel, GoalModel, LabModel, LessonModel, PredictModel } from './model.ts';
import { recallProps, stageParts } from './recall.ts';
import { exerciseSpec, type LessonRun, stageSpec } from './run.ts';
import type { ExerciseProps, LabProps, ManifestProps, PredictProps, TerminalProps } from './widgets.ts';

/** A lesson ready to be rendered: `Astro.locals.page` of its page. */
export interface LessonPage {
  readonly lesson: LessonModel;
  readonly run: LessonRun;
  /** Undefined for a page without a stage. */
  readonly spec: PageSpec | undefined;
}

/** What a page of this lesson knows before it wakes. `path` is its address, `/kubectl-apply/pod/`. */
export function pageOf(path: string, lesson: LessonModel, run: LessonRun): LessonPage {
  const { stage } = lesson;
  const spec = stageSpec(lesson);
  if (stage === undefined || spec === undefined) return { lesson, run, spec: undefined };
  const frame = frameOf(stage.id, new Session(spec), stage.view, {});
  const sessions: Record<string, PageSession> = {
    [stage.id]: { title: titleOf(spec, 'The stage'), spec, files: lesson.files },
  };
  for (const exercise of lesson.exercises) {
    const own = exerciseSpec(lesson, exercise);
    if (own === undefined) continue;
    sessions[sessionOf(exercise.id)] = { title: titleOf(own, exercise.id), spec: own, files: exercise.files };
  }
  for (const { id } of lesson.labs) {
    const scenario = lesson.scenarios['lab'];
    if (scenario === undefined) continue;
    sessions[`lab:${id}`] = { title: scenario.title ?? id, spec: { scenario, plan: [], goals: [] }, files: {} };
  }
  const { id, view, tools } = stage;
  return {
    lesson,
    run,
    spec: { path, stage: { id, view, tools }, frame, sessions, widgets: widgetsOf(path, lesson, run) },
  };
}

/** The name of an exercise's session. */
export function sessionOf(exercise: string): string {
  return `exercise:${exercise}`;
}

/** The props of a widget of the page, for its static HTML. Undefined when the page has no such widget. */
export function propsOf<P>(page: LessonPage, kind: WidgetSpec['kind'], id: string): P | undefined {
  const widget = page.spec?.widgets.find((candidate) => candidate.kind === kind && candidate.id === id);
  return widget?.props as P | undefined;
}

function titleOf({ scenario }: PageSession['spec'], otherwise: string): string {
  return scenario.title ?? otherwise;
}

function widgetsOf(path: string, lesson: LessonModel, run: LessonRun): readonly WidgetSpec[] {
  const { stage, predicts, exercises, plan, recalls } = lesson;
  const manifests = [
    ...Object.entries(lesson.files).map(([file, text]) => manifest(file, file, text, stage?.id ?? '')),
    ...exercises.flatMap(({ id, files }) =>
      Object.entries(files).map(([file, text]) => manifest(`${id}/${file}`, file, text, sessionOf(id))),
    ),
  ];
  const dos = plan.flatMap((item) => (item.kind === 'do' && isTyped(item.command) ? [item.command] : []));
  const suggestions = [...new Set(dos)].slice(0, 3);
  const parts = recalls.some(({ form }) => form === 'click') ? stageParts(lesson) : new Map();
  const terminal: TerminalProps = { suggestions };
  return [
    ...predicts.map((predict) => widget('predict', predict.id, predictProps(predict, lesson, run))),
    ...exercises.map((exercise) => widget('exercise', exercise.id, exerciseProps(exercise))),
    ...lesson.labs.map((lab) => widget('lab', lab.id, labProps(lab, path, lesson))),
    ...recalls.map((recall) => widget('recall', recall.id, recallProps(recall, path, parts))),
    ...manifests,
    ...(stage?.tools.includes('terminal') ? [widget('terminal', 'terminal', terminal)] : []),
  ];
}

function widget(kind: WidgetSpec['kind'], id: string, props: object): WidgetSpec {
  return { kind, id, props: props as WidgetSpec['props'] };
}

function manifest(id: string, file: string, text: string, session: string): WidgetSpec {
  const props: ManifestProps = { id, file, text, session };
  return widget('manifest', id, props);
}

function predictProps(
  { id, ask, after, reveal, options }: PredictModel,
  lesson: LessonModel,
  run: LessonRun,
): PredictProps {
  const beat = lesson.beats.find((candidate) => candidate.id === reveal);
  return {
    id,
    ask,
    after,
    reveal,
    beat: beat?.number ?? 0,
    because: beat?.text ?? '',
    options: options.map(({ text, when, misses }) => ({ text, when, refutation: misconception(misses)?.truth ?? '' })),
    outcome: run.outcomes[id] ?? options.map(() => false),
  };
}

function exerciseProps({ id, rung, goals, hints, solution, solutionFiles }: ExerciseModel): ExerciseProps {
  return {
    id,
    session: sessionOf(id),
    rung,
    goals: goals.map((goal) => ({ kind: kindOf(goal), text: goal.text })),
    hints: hints.map(({ place: _, ...hint }) => hint),
    solution: solution.map(({ line }) => stepOf(line)),
    solutionFiles,
  };
}

function labProps({ id, file, start, solution, tests, hints }: LabModel, path: string, lesson: LessonModel): LabProps {
  const scenario = lesson.scenarios['lab'] ?? {};
  const process = processIn(scenario);
  return {
    id,
    session: `lab:${id}`,
    lab: path.replaceAll(/^\/|\/$/g, ''),
    file,
    process,
    start,
    solution,
    tests,
    hints: hints.map(({ text, when = '' }) => ({ text, when })),
    faults:
      process === ''
        ? []
        : [
            { line: `stop ${process}`, says: 'Kill the process' },
            { line: `start ${process}`, says: 'Start it again' },
          ],
  };
}

/** The process that can be killed: of several the one on the first node; '' where there is none. */
function processIn({ lab, nodes }: ScenarioFile): string {
  if (lab !== 'kube-proxy') return lab === undefined ? '' : LAB_PROCESSES[lab];
  return `${LAB_PROCESSES[lab]}/${typeof nodes === 'object' ? nodes[0]?.name : 'node-1'}`;
}

function stepOf(line: string): ExerciseProps['solution'][number] {
  const amount = /^advance (\S+)$/.exec(line)?.[1];
  return amount === undefined ? { line } : { line: `let ${amount} pass`, advanceMs: parseDuration(amount) ?? 0 };
}

function kindOf(goal: GoalModel): ExerciseProps['goals'][number]['kind'] {
  return (['reach', 'hold', 'did', 'never'] as const).find((kind) => goal[kind] !== undefined) ?? 'reach';
}
