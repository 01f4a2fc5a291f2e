import { isTyped, parseDuration, parsePattern, type ScenarioFile } from '../../sim/index.ts';
import { type ComponentName, componentSchemas, isComponentName } from '../schemas/components.ts';
import { readScenarioFile, type Surroundings } from './inherit.ts';
import type {
  BeatModel,
  ExerciseModel,
  HintModel,
  LabModel,
  LessonReading,
  OptionModel,
  Place,
  PlacedItem,
  PortModel,
  PredictModel,
  Problem,
  RecallModel,
  ShellModel,
  StageModel,
} from './model.ts';
import { didYouMean } from './nearest.ts';
import { type Props, readProps } from './props.ts';
import { gradeOf } from './readability.ts';
import { readExercise } from './readexercise.ts';
import { fileNameOf, readShell } from './readfences.ts';
import { proseOf, wordsIn } from './reading.ts';
import { readLab } from './readlab.ts';
import { readMentions } from './readmentions.ts';
import { readRecall } from './readrecall.ts';
import { lineOf, parseSource, placeOf, type SourceNode } from './source.ts';

/** What is known so far while a lesson is read from top to bottom. */
export interface Draft {
  readonly file: string;
  readonly problems: Problem[];
  stage: StageModel | undefined;
  readonly plan: PlacedItem[];
  readonly beats: BeatModel[];
  readonly predicts: PredictModel[];
  readonly exercises: ExerciseModel[];
  readonly labs: LabModel[];
  readonly readBeside: Surroundings['readBeside'];
  readonly shells: ShellModel[];
  readonly recalls: RecallModel[];
  readonly ports: PortModel[];
  readonly files: Record<string, string>;
  /** Components that need another around them, and what is around. */
  readonly within: ComponentName | undefined;
}

/** Which component an inner one belongs into. */
const HOMES: Partial<Record<ComponentName, ComponentName>> = {
  Beat: 'Beats',
  Option: 'Predict',
  Goal: 'Exercise',
  Hint: 'Exercise',
  Wrong: 'Exercise',
  Solution: 'Exercise',
};

/**
 * Reads a lesson from its MDX, without running anything. Never throws: what is wrong is listed with file, line and
 * column. `readBeside` gives the text of a file in the lesson's folder; `elsewhere`, what other lessons say.
 */
export function readLesson(
  file: string,
  text: string,
  readBeside: Surroundings['readBeside'],
  elsewhere: Pick<Surroundings, 'readOther' | 'others'> = {},
): LessonReading {
  const source = parseSource(file, text);
  const draft: Draft = {
    file,
    problems: [...source.problems],
    stage: undefined,
    plan: [],
    beats: [],
    predicts: [],
    exercises: [],
    labs: [],
    readBeside,
    shells: [],
    recalls: [],
    ports: [],
    files: {},
    within: undefined,
  };
  walk(source.tree, draft);
  checkReferences(draft);
  const scenarios = readScenarios(draft, { file, readBeside, ...elsewhere });
  const { within: _, readBeside: __, problems, ...rest } = draft;
  const mentions = readMentions(file, source.tree);
  return {
    lesson: {
      ...rest,
      ...mentions,
      words: wordsIn(text),
      grade: gradeOf(proseOf(text)),
      title: source.title,
      scenarios,
    },
    problems,
  };
}

function walk(node: SourceNode, draft: Draft): void {
  if (node.type === 'code') readCode(node, draft);
  else if (/^mdxJsx/.test(node.type) && /^[A-Z]/.test(node.name ?? '')) readComponent(node, draft);
  else for (const child of node.children ?? []) walk(child, draft);
}

function readCode(node: SourceNode, draft: Draft): void {
  const name = fileNameOf(node);
  if (name !== undefined) draft.files[name] = `${node.value ?? ''}\n`;
  else if (node.lang === 'sh') {
    const runs = readShell(draft.file, node);
    if (runs.length > 0) draft.shells.push({ runs, after: draft.plan.length });
  }
}

function readComponent(node: SourceNode, draft: Draft): void {
  const { file, problems } = draft;
  const name = node.name ?? '';
  const place = placeOf(file, node);
  if (!isComponentName(name)) {
    const known = Object.keys(componentSchemas);
    problems.push({ place, title: `There is no component ${name}.${didYouMean(name, known)}` });
    return;
  }
  const home = HOMES[name];
  const isAtHome = draft.within === home || (name === 'Hint' && draft.within === 'Lab');
  if (home !== undefined && !isAtHome) {
    problems.push({ place, title: `${name} stands outside ${home}`, fix: `put it between <${home}> and </${home}>.` });
    return;
  }
  const read = readProps(file, name, node);
  problems.push(...read.problems);
  if (read.problems.length === 0) readers[name]?.(node, read.props, place, draft);
  else for (const child of node.children ?? []) walk(child, { ...draft, within: name });
}

type Reader = (node: SourceNode, props: Props, place: Place, draft: Draft) => void;

const readers: Partial<Record<ComponentName, Reader>> = {
  Stage(_node, props, place, draft) {
    if (draft.stage !== undefined) {
      draft.problems.push({ place, title: 'A page has one Stage', fix: 'take this one out.' });
      return;
    }
    const tools = text(props['tools'])
      .split(/\s+/)
      .filter((tool) => tool !== '');
    const unknown = tools.find((tool) => !TOOLS.includes(tool));
    if (unknown !== undefined) {
      const title = `Stage has no tool "${unknown}".${didYouMean(unknown, TOOLS)}`;
      draft.problems.push({ place, title, reason: `Tools are ${TOOLS.join(', ')}.` });
    }
    const view = (props['view'] ?? 'diagram') as StageModel['view'];
    const stage = { id: text(props['id']), scenario: text(props['scenario']), view, place };
    // The draft is shared by reference with the drafts of inner components only downwards: a Stage is at the top.
    draft.stage = { ...stage, tools: tools.filter((tool) => TOOLS.includes(tool)) as StageModel['tools'] };
  },
  Beats(node, props, place, draft) {
    const id = text(props['for']);
    if (id !== draft.stage?.id) {
      const title = `Beats are for "${id}", but there is no such Stage above`;
      draft.problems.push({ place, title, fix: `write for="${draft.stage?.id ?? 'the id of the Stage'}".` });
    }
    inside('Beats', node, draft);
  },
  Beat(node, props, place, draft) {
    const [id, said] = [text(props['id']), text(props['at']).trim()];
    const at = said.replace(FIRST, '');
    if (draft.beats.some((beat) => beat.id === id)) {
      draft.problems.push({ place, title: `There are two beats "${id}"`, fix: 'give one of them another id.' });
    }
    checkPattern(at, place, draft);
    const times = timesOf(props, place, draft);
    const number = draft.beats.length + 1;
    draft.beats.push({ id, at, isFirst: at !== said, number, text: lineOf(node), place, ...times });
    draft.plan.push({ kind: 'beat', id, at, place });
  },
  Do(_node, props, place, draft) {
    const { run, fault } = props;
    if ((run === undefined) === (fault === undefined)) {
      draft.problems.push({ place, title: 'A Do has either run or fault', fix: 'run="kubectl …" or fault="kill …".' });
      return;
    }
    const command = text(run ?? fault)
      .trim()
      .split(/\s+/)
      .join(' ');
    if (run !== undefined && !isTyped(command)) {
      draft.problems.push({ place, title: `Do runs "${command}", which is no kubectl line` });
      return;
    }
    draft.plan.push({ kind: 'do', command, place });
  },
  Predict(node, props, place, draft) {
    const options: OptionModel[] = [];
    each(node, 'Option', draft, (child, own, at) => {
      checkPattern(text(own['when']), at, draft);
      const misses = own['misses'] === undefined ? {} : { misses: text(own['misses']) };
      options.push({ when: text(own['when']), text: lineOf(child), place: at, ...misses });
    });
    if (options.length < 2) draft.problems.push({ place, title: 'A Predict needs two Options or more' });
    const id = `predict-${draft.predicts.length + 1}`;
    const asked = { id, ask: text(props['ask']), reveal: text(props['reveal']) };
    draft.predicts.push({ ...asked, after: draft.plan.length, options, place });
  },
  Exercise(node, props, place, draft) {
    const exercise = readExercise(node, props, place, draft);
    if (draft.exercises.some(({ id }) => id === exercise.id)) {
      draft.problems.push({ place, title: `There are two exercises "${exercise.id}"`, fix: 'rename one of them.' });
    }
    draft.exercises.push(exercise);
  },
  Lab(node, props, place, draft) {
    const hints: HintModel[] = [];
    each(node, 'Hint', draft, (child, own, at) => {
      hints.push({ when: text(own['when']), text: lineOf(child), place: at });
    });
    draft.labs.push(readLab(node, text(props['id']), place, hints, draft));
    if (draft.labs.length > 1) draft.problems.push({ place, title: 'A lesson has one Lab', fix: 'make two lessons.' });
    inside('Lab', node, draft);
  },
  Port(node, props, place, draft) {
    draft.ports.push({ name: text(props['name']), isLeak: props['leak'] === true, place });
    inside('Port', node, draft);
  },
  Recall(node, props, place, draft) {
    const id = `recall-${draft.recalls.length + 1}`;
    draft.recalls.push(readRecall(node, { id, from: text(props['from']), kind: text(props['kind']) }, place, draft));
    inside('Recall', node, draft);
  },
};

const TOOLS: readonly string[] = ['terminal', 'faults', 'editor'];

function inside(name: ComponentName, node: SourceNode, draft: Draft): void {
  for (const child of node.children ?? []) walk(child, { ...draft, within: name });
}

/** Calls back for each component of a name in a node; others there are read as usual. */
export function each(
  node: SourceNode,
  name: ComponentName,
  draft: Draft,
  found: (child: SourceNode, props: Props, place: Place) => void,
): void {
  for (const child of node.children ?? []) {
    if (child.name !== name) {
      each(child, name, draft, found);
      continue;
    }
    const read = readProps(draft.file, name, child);
    draft.problems.push(...read.problems);
    if (read.problems.length === 0) found(child, read.props, placeOf(draft.file, child));
  }
}

/** Stands before the pattern of a Beat that is the first of several records. */
const FIRST = /^first\s+/;

/** The `after` and `within` of a Beat, as far as they are durations. */
function timesOf(props: Props, place: Place, { problems }: Draft): Pick<BeatModel, 'after' | 'within'> {
  const given = (['after', 'within'] as const).filter((key) => props[key] !== undefined);
  const unread = given.find((key) => parseDuration(text(props[key])) === undefined);
  if (unread !== undefined) problems.push({ place, title: `Beat: ${unread} is no duration such as 45s` });
  return Object.fromEntries(given.map((key) => [key, text(props[key])]));
}

function checkPattern(pattern: string, place: Place, draft: Draft): void {
  const parsed = parsePattern(pattern);
  if (typeof parsed === 'string') draft.problems.push({ place, title: 'This is no pattern', reason: parsed });
}

function checkReferences({ predicts, plan, problems }: Draft): void {
  for (const { reveal, place, after } of predicts) {
    const beats = plan.slice(after).flatMap((item) => (item.kind === 'beat' ? [item.id] : []));
    if (beats.includes(reveal)) continue;
    const title = `Predict is revealed by "${reveal}", but no beat after it has that id.${didYouMean(reveal, beats)}`;
    problems.push({ place, title });
  }
}

function readScenarios(draft: Draft, around: Surroundings): Readonly<Record<string, ScenarioFile>> {
  const scenarios: Record<string, ScenarioFile> = {};
  const labs = draft.labs.map(({ place }) => ({ scenario: 'lab', place }));
  const uses = [...(draft.stage === undefined ? [] : [draft.stage]), ...draft.exercises, ...labs];
  const read = new Set<string>();
  for (const { scenario: name, place } of uses) {
    if (read.has(name)) continue;
    read.add(name);
    const { scenario, problems } = readScenarioFile(name, place, around);
    draft.problems.push(...problems);
    if (scenario !== undefined) scenarios[name] = scenario;
  }
  return scenarios;
}

function text(prop: string | true | undefined): string {
  return typeof prop === 'string' ? prop : '';
}
