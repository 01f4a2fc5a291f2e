import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { resources } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import { addExpressions, type Expression, type ExpressionLanguage } from '../scenario/expression.ts';
import type { Finding, ObjectsOf } from '../scenario/goals.ts';
import { withInts } from './celints.ts';

/**
 * The Common Expression Language for goals, in a chunk of its own: loaded when a lesson has a goal with `cel`. Each
 * kind is a list variable under its plural (`pods`, `nodes`, …) with the objects as etcd has them; so is the kind of
 * one's own that the goal names. Whole numbers are CEL ints. Timestamps are refused: which instant counts is what
 * `within` and `after` are for, and time zones differ by machine.
 */
export function addCel(): void {
  addExpressions(cel);
}

const PLURALS: readonly string[] = resources.map(({ plural }) => plural);

const environment = PLURALS.reduce(
  (env, plural) => env.registerVariable(plural, 'list<dyn>'),
  new Environment({ unlistedVariablesAreDyn: false }),
);

/** Says how things stand, beside whether the condition holds. */
type Words = (variables: Variables, holds: boolean) => string;
type Variables = Readonly<Record<string, readonly unknown[]>>;

/** A list of the text, and the objects that are in it: for a kind that a definition describes, the names differ. */
interface List {
  readonly variable: string;
  readonly plural: string;
}

const cel: ExpressionLanguage = {
  parse(text, defined) {
    if (/\btimestamp\s*\(/.test(text)) return 'timestamp() is not known here: say when with within= and after=.';
    const own = defined === undefined ? [] : [{ variable: defined.split('.')[0] ?? '', plural: defined }];
    const clash = own.find(({ variable }) => PLURALS.includes(variable));
    if (clash !== undefined)
      return `${clash.variable} is a list already: with cel=, ${defined} cannot be told from it.`;
    const env = own.reduce((env, { variable }) => env.registerVariable(variable, 'list<dyn>'), environment.clone());
    const program = parse(env, text);
    if (typeof program === 'string') return program;
    const checked = program.check();
    if (!checked.valid) return firstLine(checked.error);
    if (checked.type !== 'bool' && checked.type !== 'dyn') return `It gives ${checked.type}, not true or false.`;
    const known = [...PLURALS.map((plural) => ({ variable: plural, plural })), ...own];
    const lists = known.filter(({ variable }) => new RegExp(`\\b${variable}\\b`).test(text));
    const words = wordsFor(env, text, program.ast);
    return {
      lists: lists.map(({ plural }) => plural),
      evaluate: (objectsOf) => evaluate(program, lists, objectsOf, words),
    } satisfies Expression;
  },
};

function parse(env: Environment, text: string): ParseResult | string {
  try {
    return env.parse(text);
  } catch (error) {
    return firstLine(error);
  }
}

function evaluate(program: ParseResult, lists: readonly List[], objectsOf: ObjectsOf, words: Words): Finding {
  const variables = Object.fromEntries(
    lists.map(({ variable, plural }) => [variable, objectsOf(plural).map(withInts)]),
  );
  try {
    const holds = program(variables) === true;
    return { holds, now: words(variables, holds) };
  } catch (error) {
    return { holds: false, now: firstLine(error) };
  }
}

/** `nodes.all(n, …)` says for which nodes it is not so; `size(pods) == 3` says how many there are. */
function wordsFor(env: Environment, text: string, ast: ASTNode): Words {
  const [, list, macro, item, body] =
    /^\s*(\w+)\.(all|exists|exists_one)\(\s*(\w+)\s*,([\s\S]*)\)\s*$/.exec(text) ?? [];
  const chosen = list === undefined ? '' : parse(env, `${list}.filter(${item}, ${body})`);
  if (list !== undefined && typeof chosen === 'function' && chosen.check().type?.startsWith('list')) {
    return (variables) => {
      const all = variables[list] ?? [];
      const so = chosen(variables) as readonly unknown[];
      return macro === 'all' ? exceptions(all, so) : examples(all, so);
    };
  }
  const left = COMPARISONS.includes(ast.op) ? ((ast.args as readonly ASTNode[])[0] as ASTNode) : undefined;
  const value = left === undefined ? '' : parse(env, text.slice(left.range.start, left.range.end));
  if (typeof value === 'function') return (variables) => String(value(variables));
  return (_, holds) => (holds ? 'so' : 'not so');
}

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

function exceptions(all: readonly unknown[], so: readonly unknown[]): string {
  const others = all.filter((object) => !so.includes(object));
  if (others.length === 0) return all.length === 0 ? 'there is none' : `so for all ${all.length}`;
  return `not so for ${namesOf(others)}`;
}

function examples(all: readonly unknown[], so: readonly unknown[]): string {
  if (so.length > 0) return `so for ${namesOf(so)}`;
  return all.length === 0 ? 'there is none' : `so for none of ${all.length}`;
}

const MAX_NAMES = 3;

function namesOf(objects: readonly unknown[]): string {
  const names = objects.map((object) => (object as KubeObject).metadata.name);
  const rest = names.length - MAX_NAMES;
  return rest > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${rest} more` : names.join(', ');
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${(text.split('\n')[0] ?? '').trim().replace(/\.$/, '')}.`;
}
