import { goJson, sortedKeys } from './json.ts';
import type { JsonObject, JsonValue } from './meta.ts';

/** One step of a path. */
type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'any' | 'deep' | 'current' | 'root' }
  | { readonly type: 'word'; readonly name: string }
  | {
      readonly type: 'slice';
      readonly from?: number;
      readonly to?: number;
      readonly by: number;
      readonly index?: number;
    }
  | { readonly type: 'union'; readonly paths: readonly Path[] }
  | {
      readonly type: 'filter';
      readonly left: Path | JsonValue;
      readonly operator: string;
      readonly right: Path | JsonValue;
    };

type Path = readonly Step[] & { readonly isPath?: true };

/** A template: texts, expressions, and ranges over other templates. */
type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'range'; readonly path: Path; readonly body: readonly Part[] };

/** A template that can be applied, or client-go's error text. */
export type JsonPath = { readonly parts: readonly Part[] } | { readonly error: string };

/**
 * Reads a kubectl JSONPath template, such as `{range .items[*]}{.metadata.name}{"\n"}{end}`. Follows client-go
 * jsonpath.
 */
export function parseJsonPath(template: string): JsonPath {
  try {
    const parser = new Parser(template);
    return { parts: parser.parts('') };
  } catch (problem) {
    return { error: (problem as Error).message };
  }
}

/** `.a.b`, `a.b` and `{.a.b}` are the same where kubectl is relaxed (custom-columns, --sort-by, wait). */
export function relaxedJsonPath(text: string): JsonPath {
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  const inner = match?.[1] ?? match?.[2];
  if (inner === undefined) {
    return {
      error: `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    };
  }
  return parseJsonPath(`{.${inner}}`);
}

/** The text of a template for an object; missing keys give nothing. A bad index gives client-go's error. */
export function applyJsonPath(
  template: JsonPath,
  object: JsonValue,
): { readonly text: string } | { readonly error: string } {
  if ('error' in template) return template;
  try {
    return { text: render(template.parts, object, object) };
  } catch (problem) {
    return { error: (problem as Error).message };
  }
}

/** The values that a template's expressions find, in order. */
export function findJsonPath(template: JsonPath, object: JsonValue): readonly JsonValue[] {
  if ('error' in template) return [];
  try {
    return template.parts.flatMap((part) => (part.type === 'text' ? [] : walk(part.path, object, object)));
  } catch {
    return [];
  }
}

function render(parts: readonly Part[], current: JsonValue, root: JsonValue): string {
  return parts
    .map((part) => {
      if (part.type === 'text') return part.text;
      const found = walk(part.path, current, root);
      if (part.type === 'range') return found.map((item) => render(part.body, item, root)).join('');
      return found.map(show).join(' ');
    })
    .join('');
}

function show(value: JsonValue): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? goJson(value) : String(value);
}

function walk(path: Path, current: JsonValue, root: JsonValue): readonly JsonValue[] {
  let values: readonly JsonValue[] = [current];
  for (const step of path) values = values.flatMap((value) => take(step, value, root));
  return values;
}

function take(step: Step, value: JsonValue, root: JsonValue): readonly JsonValue[] {
  switch (step.type) {
    case 'root':
      return [root];
    case 'current':
      return [value];
    case 'any':
      return children(value);
    case 'deep':
      return [value, ...children(value).flatMap((child) => take(step, child, root))];
    case 'field': {
      const found = isObject(value) ? value[step.name] : undefined;
      return found === undefined ? [] : [found];
    }
    case 'word':
      throw new Error(`unrecognized identifier ${step.name}`);
    case 'union':
      return step.paths.flatMap((path) => walk(path, value, root));
    case 'slice':
      return slice(step, value);
    default:
      return children(value).filter((item) => holds(step, item, root));
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function children(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  return isObject(value) ? sortedKeys(value).map((key) => value[key]) : [];
}

function slice(step: Step & { type: 'slice' }, value: JsonValue): readonly JsonValue[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${show(value)} is not array or slice`);
  const list = value as readonly JsonValue[];
  const { length } = list;
  const at = (index: number) => (index < 0 ? index + length : index);
  if (step.index !== undefined) {
    const index = at(step.index);
    if (index < 0 || index >= length) {
      throw new Error(`array index out of bounds: index ${step.index}, length ${length}`);
    }
    return [list[index]];
  }
  const [from, to] = [at(step.from ?? 0), Math.min(at(step.to ?? length), length)];
  return list.filter((_item, index) => index >= from && index < to && (index - from) % step.by === 0);
}

function holds(step: Step & { type: 'filter' }, item: JsonValue, root: JsonValue): boolean {
  const left = side(step.left, item, root);
  if (step.operator === 'exists') return left.length > 0;
  const right = side(step.right, item, root);
  if (left.length === 0 || right.length === 0) return false;
  const [a, b] = [left[0] ?? null, right[0] ?? null];
  if (step.operator === '==') return a === b;
  if (step.operator === '!=') return a !== b;
  const order = compare(a, b);
  if (order === undefined) return false;
  if (step.operator === '<') return order < 0;
  if (step.operator === '>') return order > 0;
  return step.operator === '<=' ? order <= 0 : order >= 0;
}

/** The order of two numbers or two texts; undefined for anything else. */
function compare(a: JsonValue, b: JsonValue): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  return a < b ? -1 : Number(a > b);
}

function side(value: Path | JsonValue, item: JsonValue, root: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? walk(value as unknown as Path, item, root) : [value as JsonValue];
}

/** Reads one template from left to right. Lives only within {@link parseJsonPath}. */
class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Parts up to the end, or up to `{end}` inside a range. */
  parts(closing: string): readonly Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf('{', this.#at);
      const stop = open < 0 ? this.#text.length : open;
      if (stop > this.#at) parts.push({ type: 'text', text: this.#text.slice(this.#at, stop) });
      this.#at = stop + 1;
      if (open < 0) break;
      const word = /^\s*(range|end)(?=[\s}])/.exec(this.#rest())?.[1] ?? '';
      if (word !== '') this.#at += this.#rest().indexOf(word) + word.length;
      if (word === 'end' && closing === 'end') {
        this.#expectClose();
        return parts;
      }
      if (word === 'end') throw new Error('not in range, nothing to end');
      this.#expression(parts, word === 'range');
    }
    if (closing !== '') throw new Error(`unexpected end of template in range`);
    return parts;
  }

  #expression(parts: Part[], isRange: boolean): void {
    this.#space();
    const quote = this.#text[this.#at] ?? '';
    if (quote === '"' || quote === "'") parts.push({ type: 'text', text: this.#string() });
    else {
      const path = this.#path('}');
      this.#expectClose();
      parts.push(isRange ? { type: 'range', path, body: this.parts('end') } : { type: 'path', path });
      return;
    }
    this.#space();
    if (this.#text[this.#at] === '}') this.#at += 1;
    else this.#expression(parts, false);
  }

  #path(end: string): Path {
    const steps: Step[] = [];
    for (;;) {
      this.#space();
      const sign = this.#text[this.#at] ?? '';
      if (sign === '' && end === '}') throw new Error('unclosed action');
      if (sign === '' || end.includes(sign) || /[=!<>]/.test(sign)) return steps;
      this.#at += 1;
      if (sign === '$') steps.push({ type: 'root' });
      else if (sign === '@') steps.push({ type: 'current' });
      else if (sign === '[') steps.push(this.#bracket());
      else if (sign === '.') this.#dot(steps);
      else if (sign === '*') steps.push({ type: 'any' });
      else if (/\w/.test(sign)) steps.push(this.#word(sign));
      else throw new Error(`unrecognized character in action: U+${hex(sign)} '${sign}'`);
    }
  }

  /** A bare word: client-go refuses it only when the template is applied. */
  #word(first: string): Step {
    const rest = /^[\w-]*/.exec(this.#rest())?.[0] ?? '';
    this.#at += rest.length;
    return { type: 'word', name: first + rest };
  }

  #dot(steps: Step[]): void {
    if (this.#text[this.#at] === '.') {
      this.#at += 1;
      steps.push({ type: 'deep' });
    }
    if (this.#text[this.#at] === '*') {
      this.#at += 1;
      steps.push({ type: 'any' });
      return;
    }
    const name = /^(?:\\.|[^\s.[\]{}(),=!<>@$*\\])+/.exec(this.#rest())?.[0] ?? '';
    this.#at += name.length;
    if (name !== '') steps.push({ type: 'field', name: name.replace(/\\(.)/g, '$1') });
  }

  #bracket(): Step {
    this.#space();
    const rest = this.#rest();
    if (rest.startsWith('?(')) return this.#filter();
    const closing = rest.indexOf(']');
    const quoted = /^(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/;
    if (quoted.test(rest)) {
      const paths: Path[] = [];
      for (;;) {
        this.#space();
        paths.push([{ type: 'field', name: this.#string() }]);
        this.#space();
        const sign = this.#text[this.#at] ?? '';
        this.#at += 1;
        if (sign === ']') break;
        if (sign !== ',') throw new Error('unterminated array');
      }
      return { type: 'union', paths };
    }
    if (closing < 0) throw new Error('unterminated array');
    const inside = rest.slice(0, closing).trim();
    this.#at += closing + 1;
    if (inside === '*') return { type: 'any' };
    const indexes = inside.split(',').map((text) => this.#index(text.trim()));
    const [only] = indexes;
    return indexes.length === 1 && only !== undefined
      ? only
      : { type: 'union', paths: indexes.map((index) => [index]) };
  }

  #index(text: string): Step {
    if (/^-?\d+$/.test(text)) return { type: 'slice', index: Number(text), by: 1 };
    const match = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(text);
    if (match === null) throw new Error(`invalid array index ${text}`);
    const [, from = '', to = '', by = ''] = match;
    return {
      type: 'slice',
      ...(from === '' ? {} : { from: Number(from) }),
      ...(to === '' ? {} : { to: Number(to) }),
      by: Math.max(Number(by || 1), 1),
    };
  }

  #filter(): Step {
    this.#at += 2;
    const left = this.#side();
    this.#space();
    const operator = /^(?:==|!=|<=|>=|<|>)/.exec(this.#rest())?.[0] ?? 'exists';
    if (operator !== 'exists') this.#at += operator.length;
    const right = operator === 'exists' ? null : this.#side();
    this.#space();
    if (!this.#rest().startsWith(')]')) throw new Error('unterminated filter');
    this.#at += 2;
    return { type: 'filter', left, operator, right };
  }

  #side(): Path | JsonValue {
    this.#space();
    const rest = this.#rest();
    if (/^['"]/.test(rest)) return this.#string();
    const literal = /^(?:-?\d+(?:\.\d+)?|true|false|null)(?=[\s)=!<>])/.exec(rest)?.[0];
    if (literal === undefined) return this.#path(')') as unknown as JsonValue;
    this.#at += literal.length;
    return JSON.parse(literal) as JsonValue;
  }

  #string(): string {
    const match = /^(['"])((?:(?!\1)[^\\]|\\.)*)\1/s.exec(this.#rest());
    if (match === null) throw new Error('unterminated quoted string');
    this.#at += match[0].length;
    return (match[2] ?? '').replace(/\\(.)/gs, (_all, sign: string) => ESCAPES[sign] ?? sign);
  }

  #expectClose(): void {
    this.#space();
    if (this.#text[this.#at] !== '}') throw new Error('unclosed action');
    this.#at += 1;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function hex(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
