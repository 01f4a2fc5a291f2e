import { resourceOfWord } from '../api/index.ts';
import { findJsonPath, parseJsonPath } from '../api/jsonpath.ts';
import { type Condition, getCondition, type JsonObject, type KubeObject } from '../api/meta.ts';
import { matchesSelector, parseSelector } from '../api/selector.ts';

/** What an instructor writes on a Goal: exactly one of reach, hold, did, never. */
export interface GoalSpec {
  /** Becomes true and stays true for 2 s: `deployment/api condition=Available`. */
  readonly reach?: string;
  /** True from the start to the end. */
  readonly hold?: string;
  /** With `reach` or `hold`, which then name a kind: a CEL condition over lists, `nodes.all(n, !has(n.spec.taints))`. */
  readonly cel?: string;
  /** The reader did it: the beginning of a command, or a record pattern. */
  readonly did?: string;
  /** The reader must not do it. */
  readonly never?: string;
  /** For `reach`: at most this long after the start, `400s`. */
  readonly within?: string;
  /** For `reach`: stays true this long instead of 2 s, `30s`. */
  readonly for?: string;
  /** For `reach`: looked at only from this long after the start on, `340s`. */
  readonly after?: string;
}

/** The forms of `kubectl wait --for` over a name or a selector. */
export interface Expectation {
  readonly plural: string;
  /** '' when a selector chooses. */
  readonly name: string;
  readonly namespace: string;
  readonly selector: string;
  /** Whether one of the chosen is enough. */
  readonly isSome: boolean;
  readonly test: Test;
}

type Test =
  | { readonly type: 'condition'; readonly condition: string; readonly status: string }
  | { readonly type: 'jsonpath'; readonly path: string; readonly value: string | undefined }
  | { readonly type: 'delete' };

/** The answer to "does it hold?", with the present value in words. */
export interface Finding {
  readonly holds: boolean;
  /** `now: Available=False`: what a reader compares with the goal. */
  readonly now: string;
}

/** Where objects are read: by plural, the API's truth. */
export type ObjectsOf = (plural: string) => readonly KubeObject[];

/**
 * Reads `pod -l app=api -n shop jsonpath={.status.phase}=Running`, or the same after the word `some`: then one of them
 * is enough. Gives a sentence when it cannot.
 */
export function parseExpectation(text: string): Expectation | string {
  const words = text.trim().split(/\s+/);
  const isSome = words[0] === 'some' && words.shift() !== undefined;
  const target = words.shift() ?? '';
  const [kind = '', name = ''] = target.split('/');
  const resource = resourceOfWord(kind);
  if (resource === undefined && !isDefined(kind)) return `"${kind}" is no kind here.`;
  let selector = '';
  let namespace = resource?.namespaced ? 'default' : '';
  while (words[0] === '-l' || words[0] === '-n') {
    const flag = words.shift();
    const value = words.shift() ?? '';
    if (flag === '-l') selector = value;
    else namespace = value;
  }
  const parsed = parseSelector(selector);
  if (!parsed.ok) return parsed.error;
  const test = parseTest(words.join(' '));
  if (typeof test === 'string') return test;
  if (name !== '' && selector !== '') return 'Give a name or a selector (-l), not both.';
  return { plural: resource?.plural ?? kind, name, namespace, selector, isSome, test };
}

/** A kind that a definition describes is called PLURAL.GROUP: nobody knows it before the cluster runs. */
export function isDefined(kind: string): boolean {
  return resourceOfWord(kind) === undefined && /^[a-z]+(\.[a-z0-9-]+){2,}$/.test(kind);
}

function parseTest(text: string): Test | string {
  if (text === 'delete') return { type: 'delete' };
  const condition = /^condition=([^=]+)(?:=(.+))?$/.exec(text);
  if (condition) return { type: 'condition', condition: condition[1] ?? '', status: condition[2] ?? 'True' };
  const path = /^jsonpath=(\{[^}]*\})(?:=(.*))?$/.exec(text);
  if (path) return { type: 'jsonpath', path: path[1] ?? '', value: path[2] };
  return `"${text}" is not condition=TYPE[=STATUS], jsonpath={PATH}[=VALUE] or delete.`;
}

/** Whether an expectation holds. Over several objects at least one must be there, and all must hold, or some. */
export function evaluate(expectation: Expectation, objectsOf: ObjectsOf): Finding {
  const chosen = choose(expectation, objectsOf);
  const { test } = expectation;
  if (test.type === 'delete') {
    return { holds: chosen.length === 0, now: chosen.length === 0 ? 'gone' : `${chosen.length} still there` };
  }
  if (chosen.length === 0) return { holds: false, now: 'not there yet' };
  const findings = chosen.map((object) => evaluateOne(test, object));
  const holds = expectation.isSome ? findings.some(isTrue) : findings.every(isTrue);
  return { holds, now: tally(findings.map((finding) => finding.now)) };
}

function isTrue({ holds }: Finding): boolean {
  return holds;
}

function choose(expectation: Expectation, objectsOf: ObjectsOf): readonly KubeObject[] {
  const { plural, name, namespace } = expectation;
  const parsed = parseSelector(expectation.selector);
  return objectsOf(plural).filter((object) => {
    if (namespace !== '' && object.metadata.namespace !== namespace) return false;
    if (name !== '') return object.metadata.name === name;
    return parsed.ok && matchesSelector(parsed.value, object.metadata.labels);
  });
}

function evaluateOne(test: Exclude<Test, { type: 'delete' }>, object: KubeObject): Finding {
  if (test.type === 'condition') {
    const conditions = (object.status as { conditions?: readonly Condition[] } | undefined)?.conditions;
    const status = getCondition(conditions, test.condition)?.status ?? 'not set';
    return { holds: status.toLowerCase() === test.status.toLowerCase(), now: `${test.condition}=${status}` };
  }
  const values = findJsonPath(parseJsonPath(test.path), object as JsonObject).filter((value) => value !== undefined);
  const now = values.length === 0 ? 'not set' : values.join(' ');
  return { holds: test.value === undefined ? values.length > 0 : now === test.value, now };
}

/** `Running, 2 × Pending` */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => (count === 1 ? word : `${count} × ${word}`)).join(', ');
}
