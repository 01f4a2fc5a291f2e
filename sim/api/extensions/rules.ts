import type { JsonObject, JsonValue } from '../meta.ts';
import type { FieldError } from '../resource.ts';
import { duplicate, type Errors, forbiddenField, required } from '../validate.ts';
import { isMap, type JsonSchema, type Rule, sortedNames, valuesOf } from './jsonschema.ts';

/** The value of an expression, or why it has none. */
export type Evaluated = { readonly value: unknown } | { readonly error: string };

/** An expression that was read. */
export interface Expression {
  /** Whether it names this variable. */
  uses(variable: string): boolean;
  evaluate(variables: JsonObject): Evaluated;
}

/** The Common Expression Language; its library is a pack's. */
export interface RuleLanguage {
  /** Reads an expression over these variables; a text says what is wrong with it. */
  read(text: string, variables: readonly string[], gives: 'bool' | 'string' | 'any'): Expression | string;
}

/** In use: a pack that serves kinds with rules brings it. */
export const ruling: { language: RuleLanguage | undefined } = { language: undefined };

/** Reads an expression. */
export function readExpression(
  text: string,
  variables: readonly string[],
  gives: 'bool' | 'string' | 'any',
): Expression | string {
  return ruling.language?.read(text, variables, gives) ?? 'no language of expressions is loaded';
}

/** The variables of `x-kubernetes-validations`. */
export const SELF: readonly string[] = ['self', 'oldSelf'];

/**
 * The rules of a schema, from the outside in, on an object that is otherwise valid. A rule about change is asked only
 * where there is something to compare with. Follows apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go;
 * leaves out costs, `optionalOldSelf`, and the ratcheting of values that have not changed.
 */
export function ruleErrors(schema: JsonSchema, value: JsonValue, old: JsonValue, field: string): Errors {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => ask(rule, schema, value, old, field));
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return own;
    const below = value.flatMap((item: JsonValue, index) => {
      return ruleErrors(items, item, counterpart(schema, item, old), `${field}[${index}]`);
    });
    return [...own, ...below];
  }
  if (!isMap(value)) return own;
  const values = valuesOf(schema);
  const below = sortedNames(value).flatMap((name) => {
    const property = schema.properties?.[name] ?? values;
    if (property === undefined) return [];
    const before = isMap(old) ? old[name] : undefined;
    return ruleErrors(property, value[name], before, field === '' ? name : `${field}.${name}`);
  });
  return [...own, ...below];
}

/** The item of the old list with the same keys; lists of another kind have no history. */
function counterpart(schema: JsonSchema, item: JsonValue, old: JsonValue): JsonValue {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old) || !isMap(item)) return undefined;
  return (old as readonly JsonValue[]).find((other) => isMap(other) && keys.every((key) => other[key] === item[key]));
}

function ask(rule: Rule, schema: JsonSchema, self: JsonValue, oldSelf: JsonValue, field: string): Errors {
  const { rule: text = '' } = rule;
  const read = readExpression(text, SELF, 'bool');
  if (typeof read === 'string') return [{ ...invalid(field, schema, self), detail: `rule compile error: ${read}` }];
  if (read.uses('oldSelf') && oldSelf === undefined) return [];
  const variables = oldSelf === undefined ? { self } : { self, oldSelf };
  const answer = read.evaluate(variables);
  if ('error' in answer) {
    const detail = `${answer.error} evaluating rule: ${rule.message?.trim() || text.trim()}`;
    return [{ type: 'Invalid', field: nameOf(field), value: schema.type ?? '', detail }];
  }
  if (answer.value === true) return [];
  return [refusal(rule, schema, self, `${field}${rule.fieldPath ?? ''}`, messageOf(rule, variables))];
}

function messageOf({ rule = '', message = '', messageExpression = '' }: Rule, variables: JsonObject): string {
  const read = messageExpression === '' ? '' : readExpression(messageExpression, SELF, 'string');
  const said = typeof read === 'string' ? undefined : read.evaluate(variables);
  if (said !== undefined && 'value' in said && typeof said.value === 'string' && said.value.trim() !== '') {
    return said.value.trim();
  }
  return message === '' ? `failed rule: ${rule.trim()}` : message.trim();
}

function refusal(rule: Rule, schema: JsonSchema, self: JsonValue, field: string, detail: string): FieldError {
  const at = nameOf(field);
  if (rule.reason === 'FieldValueForbidden') return forbiddenField(at, detail);
  if (rule.reason === 'FieldValueRequired') return required(at, detail);
  if (rule.reason === 'FieldValueDuplicate') return duplicate(at, self);
  return { ...invalid(field, schema, self), detail };
}

/** Of an object or a list the value is not repeated. */
function invalid(field: string, { type }: JsonSchema, self: JsonValue): FieldError {
  const base = { type: 'Invalid' as const, field: nameOf(field), detail: '' };
  return type === 'object' || type === 'array' ? base : { ...base, value: self };
}

function nameOf(field: string): string {
  const name = field.replace(/^\./, '');
  return name === '' ? '<nil>' : name;
}
