import type { FieldError } from '../resource.ts';
import { type Errors, forbiddenField, invalidValue, required } from '../validate.ts';
import { type JsonSchema, sortedNames, valuesOf } from './jsonschema.ts';

type Level = 'root' | 'field' | 'item';

/**
 * What keeps a schema from being structural: every value has a type, and what is said of a value by logic says nothing
 * new about its shape. Follows apiextensions-apiserver/pkg/apiserver/schema/validation.go `ValidateStructural`.
 */
export function structuralErrors(schema: JsonSchema, field: string): Errors {
  const errors = [...invariants(schema, 'root', field), ...completeness(schema, schema, field)];
  return errors.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function textOf({ field, type, detail }: FieldError): string {
  return `${field}: ${type}: ${detail}`;
}

function invariants(schema: JsonSchema, level: Level, field: string): FieldError[] {
  const { type = '', items, properties = {}, additionalProperties } = schema;
  const values = valuesOf(schema);
  const isRoot = level === 'root';
  return [
    ...(type === 'array' && items === undefined ? [required(`${field}.items`, 'must be specified')] : []),
    ...(items === undefined ? [] : invariants(items, 'item', `${field}.items`)),
    ...sortedNames(properties).flatMap((name) =>
      isRoot && name === 'metadata' ? [] : invariants(properties[name] ?? {}, 'field', `${field}.properties[${name}]`),
    ),
    ...(isRoot && additionalProperties !== undefined
      ? [forbiddenField(`${field}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(values === undefined ? [] : invariants(values, 'field', `${field}.additionalProperties`)),
    ...extensionErrors(schema, field),
    ...nestedErrors(schema, field, true),
    ...typeErrors(schema, level, field),
    ...(isRoot ? metadataErrors(properties, field) : []),
  ];
}

const MISSING: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function typeErrors(schema: JsonSchema, level: Level, field: string): Errors {
  const { type = '' } = schema;
  const isFree = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (type === '' && !isFree) return [required(`${field}.type`, MISSING[level])];
  return level === 'root' && type !== '' && type !== 'object'
    ? [invalidValue(`${field}.type`, type, 'must be object at the root')]
    : [];
}

/** At the root metadata is what it is; only names may be restricted. */
function metadataErrors(properties: Readonly<Record<string, JsonSchema>>, field: string): Errors {
  const { metadata, ...rest } = properties;
  const strings = ['apiVersion', 'kind'].flatMap((name) => {
    const type = rest[name]?.type;
    const at = `${field}.properties[${name}].type`;
    return rest[name] !== undefined && type !== 'string' ? [invalidValue(at, type ?? '', 'must be string')] : [];
  });
  if (metadata === undefined) return strings;
  const at = `${field}.properties[metadata]`;
  const wrong = metadata.type === 'object' ? [] : [invalidValue(`${at}.type`, metadata.type ?? '', 'must be object')];
  const names = sortedNames(metadata.properties);
  const isBare = sortedNames(metadata).every((name) => ['type', 'properties', 'description'].includes(name));
  const what = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  const isFine = isBare && names.every((name) => name === 'name' || name === 'generateName');
  return [...strings, ...wrong, ...(isFine ? [] : [forbiddenField(at, what)])];
}

function extensionErrors(schema: JsonSchema, field: string): Errors {
  const preserve = 'x-kubernetes-preserve-unknown-fields';
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-int-or-string'] && schema[preserve]) {
    errors.push(invalidValue(`${field}.${preserve}`, true, 'must be false if x-kubernetes-int-or-string is true'));
  }
  if (schema[preserve] === false) {
    errors.push(invalidValue(`${field}.${preserve}`, false, 'must be true or undefined'));
  }
  if (schema.pattern !== undefined && expressionError(schema.pattern) !== undefined) {
    const why = `must be a valid regular expression, but isn't: ${expressionError(schema.pattern)}`;
    errors.push(invalidValue(`${field}.pattern`, schema.pattern, why));
  }
  return errors;
}

function expressionError(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

/** Below allOf, anyOf, oneOf and not nothing may be said that belongs to the shape. */
function nestedErrors(schema: JsonSchema, field: string, isTop: boolean): FieldError[] {
  const isPattern = schema['x-kubernetes-int-or-string'] === true && isTop;
  return [
    ...(isPattern ? [] : lists(schema.anyOf, `${field}.anyOf`)),
    ...(isPattern ? lists(schema.allOf?.slice(1), `${field}.allOf`) : lists(schema.allOf, `${field}.allOf`)),
    ...lists(schema.oneOf, `${field}.oneOf`),
    ...(schema.not === undefined ? [] : nested(schema.not, `${field}.not`)),
  ];
}

function lists(schemas: readonly JsonSchema[] | undefined, field: string): FieldError[] {
  return (schemas ?? []).flatMap((schema, index) => nested(schema, `${field}[${index}]`));
}

const EMPTY: readonly (keyof JsonSchema)[] = ['type', 'title', 'description'];
const UNDEFINED: readonly (keyof JsonSchema)[] = ['additionalProperties', 'default'];
const FALSE: readonly (keyof JsonSchema)[] = [
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
];

function nested(schema: JsonSchema, field: string): FieldError[] {
  const said = (names: readonly (keyof JsonSchema)[], must: string) =>
    names.flatMap((name) => (schema[name] ? [forbiddenField(`${field}.${name}`, `${must} to be structural`)] : []));
  return [
    ...nestedErrors(schema, field, false),
    ...(schema.items === undefined ? [] : nested(schema.items, `${field}.items`)),
    ...sortedNames(schema.properties).flatMap((name) =>
      nested(schema.properties?.[name] ?? {}, `${field}.properties[${name}]`),
    ),
    ...said(EMPTY, 'must be empty'),
    ...said(UNDEFINED, 'must be undefined'),
    ...said(FALSE, 'must be false'),
    ...said(['x-kubernetes-list-map-keys', 'x-kubernetes-validations'], 'must be empty'),
    ...said(['x-kubernetes-list-type', 'x-kubernetes-map-type'], 'must be undefined'),
    ...(schema.properties?.metadata === undefined
      ? []
      : [forbiddenField(`${field}.properties[metadata]`, 'must not be specified in a nested context')]),
  ];
}

/** A field that logic speaks of must be described outside of it. Follows complete.go. */
function completeness(shape: JsonSchema, schema: JsonSchema, field: string): FieldError[] {
  const below = (one: JsonSchema, at: string) => described(shape, one, field, at);
  const inner = sortedNames(shape.properties).flatMap((name) => {
    const property = shape.properties?.[name] ?? {};
    return completeness(property, property, `${field}.properties[${name}]`);
  });
  const items = shape.items === undefined ? [] : completeness(shape.items, shape.items, `${field}.items`);
  const values = valuesOf(shape);
  return [
    ...inner,
    ...items,
    ...(values === undefined ? [] : completeness(values, values, `${field}.additionalProperties`)),
    ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((junctor) =>
      (schema[junctor] ?? []).flatMap((one, index) => below(one, `${field}.${junctor}[${index}]`)),
    ),
    ...(schema.not === undefined ? [] : below(schema.not, `${field}.not`)),
  ];
}

function described(shape: JsonSchema, schema: JsonSchema, shapeField: string, field: string): FieldError[] {
  const errors = sortedNames(schema.properties).flatMap((name): FieldError[] => {
    const known = shape.properties?.[name] ?? valuesOf(shape);
    const at = `${field}.properties[${name}]`;
    if (known === undefined) {
      if (shape['x-kubernetes-preserve-unknown-fields']) return [];
      return [required(`${shapeField}.properties[${name}]`, `because it is defined in ${at}`)];
    }
    return described(known, schema.properties?.[name] ?? {}, `${shapeField}.properties[${name}]`, at);
  });
  if (schema.items === undefined) return errors;
  if (shape.items === undefined) {
    return [...errors, required(`${shapeField}.items`, `because it is defined in ${field}.items`)];
  }
  return [...errors, ...described(shape.items, schema.items, `${shapeField}.items`, `${field}.items`)];
}
