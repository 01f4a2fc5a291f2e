import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { allMatches, Session } from '../../sim/index.ts';
import { parseFiles } from './run.ts';
import { parseScenario } from './scenarios.ts';
import { parseSource, wordsOf } from './source.ts';

const FOLDER = 'src/content/instructors';

/** A component in the reference; its props come from the schema. */
export interface ComponentNote {
  readonly name: string;
  readonly is: string;
  readonly inside: string;
  /** The component it stands in; its example is shown there. */
  readonly within?: string;
  readonly example?: string;
}

/** The notes on the components, and the scenario of their examples. */
export function examples(): { readonly scenario: string; readonly components: readonly ComponentNote[] } {
  return read('components.yaml') as ReturnType<typeof examples>;
}

/** A recipe of the cookbook: an exercise to copy, and the scenario `recipe` that it begins from. */
export interface Recipe {
  readonly title: string;
  readonly scenario: string;
  readonly exercise: string;
  /** Where its heading stands: file and line. */
  readonly place: string;
}

/** The recipes in the order of the page: each heading of the second rank with the blocks below it. */
export function recipes(): readonly Recipe[] {
  const file = `${FOLDER}/goals.md`;
  const { tree } = parseSource(file, readFileSync(file, 'utf8'));
  const found: Recipe[] = [];
  for (const node of tree.children ?? []) {
    const isHeading = node.type === 'heading' && (node as { readonly depth?: number }).depth === 2;
    const place = `${file}:${node.position?.start.line}`;
    if (isHeading) found.push({ title: wordsOf(node), scenario: '', exercise: '', place });
    const last = found.at(-1);
    if (last === undefined || node.type !== 'code') continue;
    if (node.meta === 'scenario') found[found.length - 1] = { ...last, scenario: `${node.value}\n` };
    if (node.meta === 'exercise') found[found.length - 1] = { ...last, exercise: node.value ?? '' };
  }
  return found.filter(({ exercise }) => exercise !== '');
}

/** `patterns.yaml`: the forms of a pattern, and the run that the examples are looked for in. */
export interface Patterns {
  readonly scenario: string;
  readonly files: Readonly<Record<string, string>>;
  /** kubectl lines, faults, and `advance 30s`. */
  readonly script: readonly string[];
  readonly forms: readonly {
    readonly form: string;
    readonly means: string;
    readonly examples: readonly { readonly pattern: string; readonly says: string }[];
  }[];
  readonly refused: readonly { readonly pattern: string; readonly says: string }[];
}

/** Reads `patterns.yaml`. */
export function readPatterns(): Patterns {
  return read('patterns.yaml') as Patterns;
}

/** An example that was looked for: how many records it matches, and when the first of them happened, in ms. */
export interface Sample {
  readonly pattern: string;
  readonly count: number;
  readonly firstAt: number;
}

/** Runs the script of `patterns.yaml` and looks for each example. */
export function samples(): readonly Sample[] {
  const { scenario: text, script, files, forms } = readPatterns();
  const { scenario } = parseScenario(`${FOLDER}/patterns.yaml`, text);
  if (scenario === undefined) return [];
  const session = new Session({ scenario, plan: [], goals: [] });
  const parsed = parseFiles(files);
  for (const line of script) {
    const seconds = /^advance (\d+)s$/.exec(line)?.[1];
    if (seconds !== undefined) session.seek(session.now + Number(seconds) * 1000);
    else {
      session.do(line, parsed);
      for (let moves = 0; moves < MAX_MOVES && !session.move().isEnd; moves++);
    }
  }
  const all = forms.flatMap((form) => form.examples);
  return all.map(({ pattern }) => {
    const found = allMatches(session.past, pattern);
    return { pattern, count: found.length, firstAt: found[0]?.at ?? 0 };
  });
}

/** No command of the script moves more often than this. */
const MAX_MOVES = 2000;

function read(name: string): unknown {
  return parse(readFileSync(`${FOLDER}/${name}`, 'utf8'));
}
