import type { GoalSpec } from '../../sim/index.ts';

/** A goal that asks for less than the one that was written, and how it differs, for people. */
export interface Weaker {
  readonly words: string;
  readonly goal: GoalSpec;
}

/** Every way in which a goal can ask for a little less. A goal that is left out whole is not among them. */
export function weakenings(goal: GoalSpec): readonly Weaker[] {
  const kind = goal.reach !== undefined ? 'reach' : goal.hold !== undefined ? 'hold' : undefined;
  const times = (['within', 'for', 'after'] as const).flatMap((prop): readonly Weaker[] => {
    const { [prop]: said, ...rest } = goal;
    return said === undefined ? [] : [{ words: `without ${prop}="${said}"`, goal: rest }];
  });
  if (kind === undefined) return [...shorterDeeds(goal), ...times];
  const { cel } = goal;
  const looser = cel === undefined ? looserTests(goal[kind] ?? '') : looserCel(cel);
  const prop = cel === undefined ? kind : 'cel';
  return [...looser.map(({ words, text }) => ({ words, goal: { ...goal, [prop]: text } })), ...times];
}

interface Looser {
  readonly words: string;
  readonly text: string;
}

/** `pod -l app=web,tier=front condition=Ready`: without a label, without the name, without the value. */
function looserTests(text: string): readonly Looser[] {
  const read = /^(some )?(\w+)(?:\/(\S+))?((?: -[ln] \S+)*) (\S.*)$/.exec(text.trim().replace(/\s+/g, ' '));
  if (read === null) return [];
  const [, , kind = '', name, flags = '', test = ''] = read;
  if (test === 'delete') return [];
  const namespace = / -n \S+/.exec(flags)?.[0] ?? '';
  const selector = / -l (\S+)/.exec(flags)?.[1];
  const found: Looser[] = [];
  if (name !== undefined) found.push({ words: 'whatever its name', text: `some ${kind}${namespace} ${test}` });
  const labels = selector?.match(/(?:\([^)]*\)|[^,(])+/g) ?? [];
  for (const label of labels) {
    const rest = labels.filter((other) => other !== label).join(',');
    const chosen = rest === '' ? '' : ` -l ${rest}`;
    found.push({ words: `without the label ${label}`, text: `some ${kind}${chosen}${namespace} ${test}` });
  }
  const target = text.slice(0, text.length - test.length).trim();
  const path = /^(jsonpath=\{[^}]*\})=/.exec(test)?.[1];
  if (path !== undefined) found.push({ words: 'whatever the value', text: `${target} ${path}` });
  if (/^condition=/.test(test)) {
    found.push({ words: `without ${test}`, text: `${target} jsonpath={.metadata.name}` });
  }
  return found;
}

/** A CEL condition without one of its parts, with a number relaxed by one, or true of one where it was of all. */
function looserCel(cel: string): readonly Looser[] {
  const found: Looser[] = partsOf(cel).map(({ part, without }) => ({ words: `without ${part}`, text: without }));
  for (const { 0: said, 1: sign = '', 2: digits = '', index } of cel.matchAll(/(==|>=|<=|>|<) (\d+)\b/g)) {
    const [before, after] = [cel.slice(0, index), cel.slice(index + said.length)];
    const looser = LOOSER[sign]?.(Number(digits)) ?? [];
    for (const other of looser) {
      found.push({ words: `with ${other} for ${said}`, text: `${before}${other}${after}` });
    }
  }
  if (cel.includes('.all(')) found.push({ words: 'for some, not for all', text: cel.replace('.all(', '.exists(') });
  return found;
}

const LOOSER: Readonly<Record<string, (count: number) => readonly string[]>> = {
  '==': (count) => [`>= ${count}`, `<= ${count}`],
  '>=': (count) => [`>= ${count - 1}`],
  '<=': (count) => [`<= ${count + 1}`],
  '>': (count) => [`>= ${count}`],
  '<': (count) => [`<= ${count}`],
};

/** The operands of each `&&`, and what is left without each. */
function partsOf(cel: string): readonly { readonly part: string; readonly without: string }[] {
  const found: { readonly part: string; readonly without: string }[] = [];
  for (let at = cel.indexOf('&&'); at >= 0; at = cel.indexOf('&&', at + 2)) {
    const from = edgeOf(cel, at - 1, -1) + 1;
    const to = edgeOf(cel, at + 2, 1);
    const [left, right] = [cel.slice(from, at).trim(), cel.slice(at + 2, to).trim()];
    const without = (rest: string) => `${cel.slice(0, from)} ${rest} ${cel.slice(to)}`.replace(/\s+/g, ' ').trim();
    found.push({ part: left, without: without(right) }, { part: right, without: without(left) });
  }
  // The operand between two && is met twice.
  const same = (a: string, b: string) => a.replaceAll(' ', '') === b.replaceAll(' ', '');
  return found.filter((one, index) => found.findIndex(({ without }) => same(without, one.without)) === index);
}

/** Where an operand ends: at another `&&`, a comma, or the bracket around it. */
function edgeOf(cel: string, from: number, step: 1 | -1): number {
  const [opens, closes] = step === 1 ? ['([{', ')]}'] : [')]}', '([{'];
  let depth = 0;
  for (let at = from; at >= 0 && at < cel.length; at += step) {
    const letter = cel.charAt(at);
    if (opens.includes(letter)) depth++;
    else if (closes.includes(letter) && --depth < 0) return at;
    else if (depth === 0 && (letter === ',' || (letter === '&' && at !== from))) return at;
  }
  return step === 1 ? cel.length : -1;
}

/** `kubectl describe pod/big`: its first two words. `POST kubelet/* pod/web`: whatever the object. */
function shorterDeeds(goal: GoalSpec): readonly Weaker[] {
  const { did } = goal;
  const words = did?.trim().split(/\s+/) ?? [];
  if (words.length < 3 || words.at(-1) === '*') return [];
  const text = words.slice(0, -1).join(' ');
  return [{ words: `without ${words.at(-1)}`, goal: { ...goal, did: text } }];
}
