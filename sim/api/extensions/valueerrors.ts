import type { JsonValue } from '../meta.ts';
import { parseTime } from '../meta.ts';
import { type FieldError, sameJson } from '../resource.ts';
import { duplicate, type Errors, invalidValue, notSupported, required } from '../validate.ts';
import { isMap, type JsonSchema, sortedNames, valuesOf } from './jsonschema.ts';

/**
 * What is wrong with a value by its schema, in the words of upstream's validator. Follows
 * kube-openapi/pkg/validation/validate (schema.go, type.go, validator.go, object_validator.go) and
 * apiextensions-apiserver/pkg/apiserver/schema/listtype. Where upstream's order is that of a map, names are sorted.
 */
export function valueErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  if (value === null || value === undefined) return schema.nullable ? [] : typeErrors(value, schema, field);
  return [
    ...typeErrors(value, schema, field),
    ...logicErrors(value, schema, field),
    ...stringErrors(value, schema, field),
    ...numberErrors(value, schema, field),
    ...listErrors(value, schema, field),
    ...enumErrors(value, schema, field),
    ...objectErrors(value, schema, field),
  ];
}

function typeName(value: JsonValue): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  const wanted = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  const found = typeName(value);
  const fits = wanted.includes(found) || (found === 'integer' && wanted.includes('number'));
  if (wanted.length === 0 || fits) return [];
  const detail = `${field} in body must be of type ${wanted.join(',')}: ${JSON.stringify(found)}`;
  return [{ type: 'TypeInvalid', field: at(field), value: found, detail }];
}

function at(field: string): string {
  return field === '' ? '<nil>' : field;
}

function logicErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  const fitting = (schemas: readonly JsonSchema[]) =>
    schemas.filter((one) => valueErrors(value, one, field).length === 0);
  const whole = (detail: string): FieldError => invalidValue('<nil>', '', `"${field}" must ${detail}`);
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  const errors: FieldError[] = [];
  const isPattern = schema['x-kubernetes-int-or-string'] === true;
  if (anyOf.length > 0 && !isPattern && fitting(anyOf).length === 0) {
    errors.push(whole('validate at least one schema (anyOf)'), ...nearest(value, anyOf, field));
  }
  if (oneOf.length > 0 && fitting(oneOf).length !== 1) {
    const count = fitting(oneOf).length;
    const found = count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`;
    errors.push(whole(`validate one and only one schema (oneOf). ${found}`));
    if (count === 0) errors.push(...nearest(value, oneOf, field));
  }
  if (!isPattern && fitting(allOf).length < allOf.length) {
    errors.push(...allOf.flatMap((one) => valueErrors(value, one, field)), whole('validate all the schemas (allOf)'));
  }
  if (not !== undefined && valueErrors(value, not, field).length === 0) {
    errors.push(whole('not validate the schema (not)'));
  }
  return errors;
}

/** The alternative that is least wrong says why. */
function nearest(value: JsonValue, schemas: readonly JsonSchema[], field: string): Errors {
  const all = schemas.map((schema) => valueErrors(value, schema, field));
  return all.reduce((best, errors) => (errors.length < best.length ? errors : best));
}

function stringErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  if (typeof value !== 'string') return [];
  const { minLength, maxLength, pattern, format } = schema;
  const length = [...value].length;
  const errors: FieldError[] = [];
  if (maxLength !== undefined && length > maxLength) {
    errors.push({ type: 'TooLong', field: at(field), detail: `may not be more than ${maxLength} bytes` });
  }
  if (minLength !== undefined && length < minLength) {
    errors.push(invalidValue(at(field), value, `${field} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    errors.push(invalidValue(at(field), value, `${field} in body should match '${pattern}'`));
  }
  if (format !== undefined && FORMATS[format] !== undefined && !FORMATS[format](value)) {
    const detail = `${field} in body must be of type ${format}: ${JSON.stringify(value)}`;
    errors.push({ type: 'TypeInvalid', field: at(field), value, detail });
  }
  return errors;
}

const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  'date-time': (value) => /^\d{4}-\d\d-\d\d[Tt ]/.test(value) && parseTime(value) !== undefined,
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value) && parseTime(`${value}T00:00:00Z`) !== undefined,
  duration: (value) => /^\s*(\d+(\.\d+)?\s*[a-zµ]+\s*)+$/i.test(value) || value === '0',
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  ipv4: (value) =>
    value.split('.').length === 4 && value.split('.').every((part) => /^\d{1,3}$/.test(part) && +part < 256),
  ipv6: (value) => /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(value),
  uri: (value) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(value),
  uuid: (value) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value),
};

function numberErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  if (typeof value !== 'number') return [];
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const should = (detail: string) => invalidValue(at(field), value, `${field} in body should be ${detail}`);
  const errors: FieldError[] = [];
  if (multipleOf !== undefined && value % multipleOf !== 0) errors.push(should(`a multiple of ${multipleOf}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    errors.push(should(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    errors.push(should(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  }
  return errors;
}

function tooMany(field: string, actual: number, most: number): FieldError {
  const detail = `must have at most ${most} ${most === 1 ? 'item' : 'items'}`;
  return { type: 'TooMany', field: at(field), value: actual, detail };
}

function listErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  if (!Array.isArray(value)) return [];
  const { items, minItems, maxItems } = schema;
  const list = value as readonly JsonValue[];
  const errors = items === undefined ? [] : list.flatMap((item, i) => valueErrors(item, items, `${field}[${i}]`));
  if (minItems !== undefined && list.length < minItems) {
    errors.push(invalidValue(at(field), list.length, `${field} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) errors.push(tooMany(field, list.length, maxItems));
  return [...errors, ...twins(list, schema, field)];
}

/** Items that a set or a map of items has twice. */
function twins(list: readonly JsonValue[], schema: JsonSchema, field: string): Errors {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: JsonValue): JsonValue =>
    type === 'map' && isMap(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
  return list.flatMap((item, index) => {
    const isTwin = list.slice(0, index).some((other) => sameJson(keyOf(other), keyOf(item)));
    return isTwin ? [duplicate(`${field}[${index}]`, keyOf(item))] : [];
  });
}

function enumErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  if (schema.enum === undefined || schema.enum.some((one) => sameJson(one, value))) return [];
  const texts = schema.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return [notSupported(at(field), value, texts)];
}

function objectErrors(value: JsonValue, schema: JsonSchema, field: string): Errors {
  if (!isMap(value)) return [];
  const { properties = {}, minProperties, maxProperties } = schema;
  const names = sortedNames(value);
  const below = (name: string) => (field === '' ? name : `${field}.${name}`);
  const errors: FieldError[] = [];
  if (minProperties !== undefined && names.length < minProperties) {
    errors.push(
      invalidValue(at(field), names.length, `${field} in body should have at least ${minProperties} properties`),
    );
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    errors.push(tooMany(field, names.length, maxProperties));
  }
  for (const name of schema.required ?? []) if (value[name] === undefined) errors.push(required(below(name)));
  const values = valuesOf(schema);
  for (const name of names) {
    const property = properties[name] ?? values;
    if (property !== undefined && value[name] !== undefined) {
      errors.push(...valueErrors(value[name], property, below(name)));
    }
  }
  return errors;
}
