import { parseDuration, parseGoal } from '../../sim/index.ts';
import type { ComponentName } from '../schemas/components.ts';
import { problemOfAsk } from './asks.ts';
import { misconception, misconceptions } from './misconceptions.ts';
import type { ExerciseModel, GoalModel, HintModel, Place, Problem, ScriptStep, WrongModel } from './model.ts';
import { didYouMean } from './nearest.ts';
import { type Props, readProps } from './props.ts';
import { fileNameOf, readSteps } from './readfences.ts';
import { lineOf, placeOf, type SourceNode } from './source.ts';

const PARTS: readonly ComponentName[] = ['Goal', 'Hint', 'Wrong', 'Solution', 'Do', 'Port'];

interface Parts {
  readonly goals: GoalModel[];
  readonly hints: HintModel[];
  readonly wrongs: WrongModel[];
  readonly solution: ScriptStep[];
  readonly files: Record<string, string>;
  readonly solutionFiles: Record<string, string>;
  readonly texts: string[];
  readonly where: { readonly file: string; readonly problems: Problem[] };
}

/** Reads what stands between `<Exercise>` and `</Exercise>`. */
export function readExercise(
  node: SourceNode,
  props: Props,
  place: Place,
  where: { readonly file: string; readonly problems: Problem[] },
): ExerciseModel {
  const lists = { goals: [], hints: [], wrongs: [], solution: [], files: {}, solutionFiles: {}, texts: [] };
  const parts: Parts = { ...lists, where };
  for (const child of node.children ?? []) readPart(child, parts);
  const { goals, hints, wrongs, solution, files, solutionFiles, texts } = parts;
  const id = String(props['id']);
  if (goals.length === 0) where.problems.push({ place, title: `Exercise "${id}" has no Goal` });
  if (solution.length === 0) {
    const fix = 'add <Solution> with a fenced sh block of the commands.';
    where.problems.push({ place, title: `Exercise "${id}" has no Solution`, fix });
  }
  const names = { id, scenario: String(props['scenario']), rung: String(props['rung']), place };
  return { ...names, text: texts.join(' '), goals, hints, wrongs, solution, files, solutionFiles };
}

function readPart(node: SourceNode, parts: Parts): void {
  if (node.type === 'code') {
    const name = fileNameOf(node);
    if (name !== undefined) parts.files[name] = `${node.value ?? ''}\n`;
    return;
  }
  if (!/^mdxJsx/.test(node.type)) {
    const children = node.children ?? [];
    const inner = children.filter((child) => /^mdxJsx/.test(child.type) && PARTS.includes(child.name as ComponentName));
    if (inner.length === 0 && lineOf(node) !== '') parts.texts.push(lineOf(node));
    for (const child of children) if (/^mdxJsx/.test(child.type)) readPart(child, parts);
    return;
  }
  const { file, problems } = parts.where;
  const name = node.name ?? '';
  const place = placeOf(file, node);
  const known = PARTS.find((part) => part === name);
  if (known === undefined) {
    if (/^[A-Z]/.test(name)) {
      problems.push({ place, title: `${name} cannot stand in an Exercise.${didYouMean(name, PARTS)}` });
    }
    return;
  }
  const read = readProps(file, known, node);
  problems.push(...read.problems);
  if (read.problems.length === 0) readKnown(known, node, read.props as Readonly<Record<string, string>>, place, parts);
  else if (known === 'Goal') parts.goals.push({ text: lineOf(node), place });
}

function readKnown(
  name: ComponentName,
  node: SourceNode,
  props: Readonly<Record<string, string>>,
  place: Place,
  parts: Parts,
): void {
  const { problems } = parts.where;
  const text = lineOf(node);
  if (name === 'Goal') {
    const goal = parseGoal(props);
    if (typeof goal === 'string') problems.push({ place, title: 'This goal cannot be read', reason: goal });
    parts.goals.push({ ...props, text, place });
  } else if (name === 'Hint') {
    parts.hints.push(readHint(props, text, place, problems));
  } else if (name === 'Wrong') {
    const files: Record<string, string> = {};
    parts.wrongs.push({ ...props, steps: stepsIn(node, parts, files), files, place });
  } else if (name === 'Solution') {
    parts.solution.push(...stepsIn(node, parts, parts.solutionFiles));
  } else if (name === 'Do') {
    const fix = 'name the command in the text, or put it into the Solution.';
    problems.push({ place, title: 'A Do belongs to the stage, not into an Exercise', fix });
  }
}

/** A hint that names a misconception is offered while that shows; without words of its own it says how it is. */
function readHint(
  { when, belief }: Readonly<Record<string, string>>,
  text: string,
  place: Place,
  problems: Problem[],
): HintModel {
  const entry = misconception(belief);
  if (belief !== undefined && entry === undefined) {
    const known = misconceptions().map(({ id }) => id);
    problems.push({ place, title: `There is no misconception "${belief}".${didYouMean(belief, known)}` });
  }
  if (when !== undefined && belief !== undefined) {
    const reason = 'A misconception brings along how it shows.';
    problems.push({ place, title: 'A Hint has either when or belief', reason, fix: 'take one of them out.' });
  }
  const reason = when === undefined ? undefined : problemOfAsk(when);
  if (reason !== undefined) problems.push({ place, title: 'This hint cannot be read', reason });
  if (entry === undefined) return { ...(when === undefined ? {} : { when }), text, place };
  return { when: entry.when, belief: entry.id, text: text === '' ? entry.truth : text, place };
}

/** The steps of the fenced blocks; manifests there go into `files`. */
function stepsIn(node: SourceNode, parts: Parts, files: Record<string, string>): ScriptStep[] {
  const { file, problems } = parts.where;
  const steps: ScriptStep[] = [];
  for (const child of node.children ?? []) {
    if (child.type !== 'code') continue;
    const name = fileNameOf(child);
    if (name !== undefined) files[name] = `${child.value ?? ''}\n`;
    else if (child.lang === 'sh') steps.push(...readSteps(file, child));
  }
  for (const { line, place } of steps) {
    const [verb = '', amount = ''] = line.split(' ');
    if (verb === 'advance' && parseDuration(amount) === undefined) {
      problems.push({ place, title: `"${line}" is no step`, fix: 'write advance 30s.' });
    }
  }
  return steps;
}
