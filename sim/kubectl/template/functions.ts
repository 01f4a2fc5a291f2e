import { decodeText } from '../../api/encodetext.ts';
import type { JsonObject, JsonValue } from '../../api/meta.ts';
import { isMap } from '../../api/patch/patchmeta.ts';
import { TemplateError } from './parse.ts';

type Values = readonly JsonValue[];

const NAMES =
  'and base64decode eq exists ge gt html index le len lt ne not or print printf println slice urlquery'.split(' ');

/** The names of what a template may call: Go's own functions, and the two that kubectl adds. */
export function functionNames(): readonly string[] {
  return NAMES;
}

/** Calls one of them. Whoever evaluates the values of `and` and `or` stops as early as Go does. */
export function callFunction(name: string, values: Values): JsonValue {
  const [first, second] = values;
  switch (name) {
    case 'and':
      return values.find((value) => !isTrue(value)) ?? values.at(-1);
    case 'or':
      return values.find(isTrue) ?? values.at(-1);
    case 'not':
      return !isTrue(first);
    case 'len':
      return lengthOf(first);
    case 'index':
      return values.slice(1).reduce(indexed, first);
    case 'exists':
      return values.slice(1).reduce(indexed, first) !== undefined;
    case 'slice':
      return sliced(first, Number(second ?? 0), values[2] === undefined ? undefined : Number(values[2]));
    case 'base64decode':
      return decoded(String(first));
    case 'eq':
      return values.slice(1).some((other) => isEqual(first, other));
    case 'ne':
      return !isEqual(first, second);
    case 'lt':
      return compare(first, second) < 0;
    case 'le':
      return compare(first, second) <= 0;
    case 'gt':
      return compare(first, second) > 0;
    case 'ge':
      return compare(first, second) >= 0;
    default:
      return textOf(name, values);
  }
}

function textOf(name: string, values: Values): string {
  if (name === 'printf') return formatted(String(values[0]), values.slice(1));
  if (name === 'println') return `${values.map(goText).join(' ')}\n`;
  const text = printed(values);
  if (name === 'html') return text.replace(/[&<>"']/g, (one) => `&${HTML[one]};`);
  return name === 'urlquery' ? encodeURIComponent(text).replace(/%20/g, '+') : text;
}

const HTML: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': '#34', "'": '#39' };

function decoded(text: string): string {
  const value = decodeText(text);
  if (value === undefined) throw new TemplateError('base64 decode failed: illegal base64 data');
  return value;
}

/** Go's truth: not zero, not empty. */
export function isTrue(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? keysOf(value).length > 0 : Boolean(value);
}

/** The fields of an object that are there, in order. */
export function keysOf(value: JsonObject): readonly string[] {
  return Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
}

/** A value as Go's `%v` prints it. */
export function goText(value: JsonValue): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => goText(item)).join(' ')}]`;
  if (!isMap(value)) return String(value);
  const keys = keysOf(value);
  return `map[${keys.map((key) => `${key}:${goText((value as JsonObject)[key])}`).join(' ')}]`;
}

/** The type of a value, as Go's errors name it. */
export function goType(value: JsonValue): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (Array.isArray(value)) return '[]interface {}';
  return isMap(value) ? 'map[string]interface {}' : '<nil>';
}

function lengthOf(value: JsonValue): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isMap(value)) return keysOf(value).length;
  throw new TemplateError(
    value === undefined || value === null ? 'len of nil pointer' : `len of type ${goType(value)}`,
  );
}

function indexed(value: JsonValue, key: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    if (typeof key !== 'number') throw new TemplateError(`cannot index slice/array with type ${goType(key)}`);
    if (key < 0 || key >= value.length) throw new TemplateError(`index out of range: ${key}`);
    return value[key] as JsonValue;
  }
  if (isMap(value)) {
    if (typeof key !== 'string') throw new TemplateError(`value has type ${goType(key)}; should be string`);
    return (value as JsonObject)[key];
  }
  const isNil = value === undefined || value === null;
  throw new TemplateError(isNil ? 'index of untyped nil' : `can't index item of type ${goType(value)}`);
}

function sliced(value: JsonValue, from: number, to: number | undefined): JsonValue {
  if (typeof value !== 'string' && !Array.isArray(value)) {
    throw new TemplateError(`can't slice item of type ${goType(value)}`);
  }
  const end = to ?? value.length;
  if (from < 0 || end > value.length) throw new TemplateError(`index out of range: ${from < 0 ? from : end}`);
  return value.slice(from, end) as JsonValue;
}

function isEqual(left: JsonValue, right: JsonValue): boolean {
  const isThere = [left, right].every((value) => value !== undefined && value !== null);
  if (isThere && goType(left) !== goType(right)) throw new TemplateError('incompatible types for comparison');
  return left === right;
}

function compare(left: JsonValue, right: JsonValue): number {
  for (const value of [left, right]) {
    if (!['string', 'number'].includes(typeof value)) throw new TemplateError('invalid type for comparison');
  }
  if (goType(left) !== goType(right)) throw new TemplateError('incompatible types for comparison');
  const [a, b] = [left as string, right as string];
  return a < b ? -1 : Number(a > b);
}

/** Go's Sprint: a blank between two values of which neither is a text. */
function printed(values: Values): string {
  return values.reduce<string>((text, value, index) => {
    const isApart = index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string';
    return `${text}${isApart ? ' ' : ''}${goText(value)}`;
  }, '');
}

/** A link may bring any template: no width may fill the memory. */
const MOST_WIDE = 10_000;

function formatted(format: string, values: Values): string {
  let used = 0;
  return format.replace(/%(-?)(\d*)([a-zA-Z%])/g, (whole, left: string, width: string, verb: string) => {
    if (verb === '%') return '%';
    if (!'svdq'.includes(verb)) throw new TemplateError(`${whole} is not in this simulator: use %v`);
    if (Number(width) > MOST_WIDE) throw new TemplateError(`${whole} is not in this simulator: it is too wide`);
    if (used >= values.length) return `%!${verb}(MISSING)`;
    const value = values[used++];
    const text = verb === 'q' ? JSON.stringify(String(value)) : goText(value);
    return left === '' ? text.padStart(Number(width)) : text.padEnd(Number(width));
  });
}
