import { labelKeyErrors, labelValueErrors } from './formats.ts';
import type { LabelSelector, Labels } from './meta.ts';

/** One condition on a label or field. `values` are sorted; Exists and DoesNotExist have none. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** All requirements must hold. The empty selector matches everything. */
export type Selector = readonly Requirement[];

/** A parse result: the selector, or upstream's error text. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** Whether the labels fulfil every requirement; an absent label fulfils NotIn, as upstream. */
export function matchesSelector(selector: Selector, labels: Labels | undefined): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = labels?.[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'In') return value !== undefined && values.includes(value);
    return value === undefined || !values.includes(value);
  });
}

/**
 * Matches the object form. An absent selector matches nothing, an empty one everything (upstream
 * LabelSelectorAsSelector).
 */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  return selector !== undefined && matchesSelector(fromLabelSelector(selector), labels);
}

/** The object form as requirements, ordered by key as upstream orders them. */
export function fromLabelSelector(selector: LabelSelector): Selector {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => requirement(key, 'In', [value]));
  const rest = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    requirement(key, operator, values),
  );
  return order([...equal, ...rest]);
}

/** A plain map (Service.spec.selector, nodeSelector) as requirements. */
export function fromLabels(labels: Labels): Selector {
  return fromLabelSelector({ matchLabels: labels });
}

/** Canonical text: `app=web,tier in (a,b),!gone`. Parsing it gives the same selector. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatRequirement).join(',');
}

/** The object form as text, as kubectl prints selectors; `<none>` when it selects everything. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '<none>';
  return formatSelector(fromLabelSelector(selector)) || '<none>';
}

/** Parses `-l` text: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas. */
export function parseSelector(text: string): Parsed<Selector> {
  const tokens = tokenize(text);
  const selector: Requirement[] = [];
  if (tokens.length === 0) return { ok: true, value: selector };
  for (let at = 0; ; ) {
    const parsed = parseRequirement(tokens, at);
    if (typeof parsed === 'string')
      return { ok: false, error: isKeyOrNot(tokens[at]) ? `${UNPARSABLE}${parsed}` : parsed };
    selector.push(parsed.requirement);
    at = parsed.next;
    const token = tokens[at];
    if (token === undefined) return { ok: true, value: order(selector) };
    if (token !== ',') return { ok: false, error: found(token, "',' or 'end of string'") };
    at += 1;
    if (!isKeyOrNot(tokens[at])) return { ok: false, error: found(tokens[at] ?? '', "identifier after ','") };
  }
}

/** What goes wrong within a requirement is said to be of one; what stands where none begins is not. */
const UNPARSABLE = 'unable to parse requirement: ';

function isKeyOrNot(token: string | undefined): boolean {
  return token === '!' || (token !== undefined && !SIGNS.includes(token));
}

type Progress = { readonly requirement: Requirement; readonly next: number };

function parseRequirement(tokens: readonly string[], start: number): Progress | string {
  const isNegated = tokens[start] === '!';
  const at = isNegated ? start + 1 : start;
  const key = tokens[at];
  if (key === undefined || SIGNS.includes(key)) {
    return found(key ?? '', isNegated ? 'identifier' : "!, identifier, or 'end of string'");
  }
  const keyErrors = labelKeyErrors(key);
  if (keyErrors.length > 0) return unparsable('key', key, keyErrors);
  if (isNegated) return { requirement: requirement(key, 'DoesNotExist', []), next: at + 1 };
  const operator = tokens[at + 1];
  if (operator === undefined || operator === ',') {
    return { requirement: requirement(key, 'Exists', []), next: at + 1 };
  }
  if (operator === 'in' || operator === 'notin') return parseSet(tokens, at + 2, key, operator);
  if (operator !== '=' && operator !== '==' && operator !== '!=') {
    return found(operator, 'in, notin, =, ==, !=, gt, lt');
  }
  const next = tokens[at + 2];
  const value = next === undefined || next === ',' ? '' : next;
  if (SIGNS.includes(value)) return found(value, 'identifier');
  const valueErrors = labelValueErrors(value);
  if (valueErrors.length > 0) return unparsable(`values[0][${key}]`, value, valueErrors);
  const made = requirement(key, operator === '!=' ? 'NotIn' : 'In', [value]);
  return { requirement: made, next: value === '' ? at + 2 : at + 3 };
}

function parseSet(tokens: readonly string[], start: number, key: string, operator: 'in' | 'notin'): Progress | string {
  if (tokens[start] !== '(') return `found '${tokens[start] ?? ''}' expected: '('`;
  const values: string[] = [];
  let current = '';
  for (let at = start + 1; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token === ')') {
      const made = requirement(key, operator === 'in' ? 'In' : 'NotIn', [...values, current]);
      return { requirement: made, next: at + 1 };
    }
    if (token === ',') {
      values.push(current);
      current = '';
      continue;
    }
    if (SIGNS.includes(token) || current !== '') return found(token, "',' or ')'");
    const errors = labelValueErrors(token);
    if (errors.length > 0) return unparsable(`values[${values.length}][${key}]`, token, errors);
    current = token;
  }
  return found('', "',', ')' or identifier");
}

/** One requirement of a field selector: equality only. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Parses `--field-selector` text: `a=b`, `a==b`, `a!=b`, joined by commas; backslash escapes `,`, `=` and itself. */
export function parseFieldSelector(text: string): Parsed<readonly FieldRequirement[]> {
  const requirements: FieldRequirement[] = [];
  for (const part of splitFields(text)) {
    if (part === '') continue;
    const match = /^((?:[^\\=!]|\\.|!(?!=))*)(==|!=|=)(.*)$/s.exec(part);
    if (match === null) return { ok: false, error: `invalid selector: '${text}'; can't understand '${part}'` };
    const [, field = '', sign, value = ''] = match;
    requirements.push({ field, equal: sign !== '!=', value: unescapeField(value) });
  }
  return { ok: true, value: requirements };
}

/** Whether the values that a Resource's `fields` gives fulfil the selector; an unknown field counts as ''. */
export function matchesFields(
  selector: readonly FieldRequirement[],
  fields: Readonly<Record<string, string>>,
): boolean {
  return selector.every(({ field, equal, value }) => ((fields[field] ?? '') === value) === equal);
}

const SIGNS: readonly string[] = ['(', ')', ',', '!', '=', '==', '!=', '>', '<'];

function tokenize(text: string): readonly string[] {
  return text.match(/==|!=|[(),!=<>]|[^\s(),!=<>]+/g) ?? [];
}

function requirement(key: string, operator: Requirement['operator'], values: readonly string[]): Requirement {
  return { key, operator, values: [...new Set(values)].sort(compareText) };
}

function order(selector: readonly Requirement[]): Selector {
  return selector
    .map((item, index) => ({ item, index }))
    .sort((left, right) => compareText(left.item.key, right.item.key) || left.index - right.index)
    .map(({ item }) => item);
}

function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  if (values.length === 1) return `${key}${operator === 'In' ? '=' : '!='}${values[0]}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
}

function splitFields(text: string): readonly string[] {
  return text.match(/(?:[^\\,]|\\.)+/gs) ?? [];
}

function unescapeField(value: string): string {
  return value.replace(/\\([\\,=])/g, '$1');
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function found(token: string, expected: string): string {
  return `found '${token}', expected: ${expected}`;
}

function unparsable(field: string, value: string, errors: readonly string[]): string {
  return `${field}: Invalid value: ${JSON.stringify(value)}: ${errors.join('; ')}`;
}
