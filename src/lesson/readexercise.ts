import { parseDuration, parseExpectation, parseGoal } from '../../sim/index.ts';
import type { ComponentName } from '../schemas/components.ts';
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
    const problem = props['when'] === undefined ? undefined : parseExpectation(props['when']);
    if (typeof problem === 'string') problems.push({ place, title: 'This hint cannot be read', reason: problem });
    parts.hints.push({ ...props, text, place });
  } else if (name === 'Wrong') {
    parts.wrongs.push({ ...props, steps: stepsIn(node, parts, {}), place });
  } else if (name === 'Solution') {
    parts.solution.push(...stepsIn(node, parts, parts.solutionFiles));
  } else if (name === 'Do') {
    const fix = 'name the command in the text, or put it into the Solution.';
    problems.push({ place, title: 'A Do belongs to the stage, not into an Exercise', fix });
  }
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
