import { expect, it } from 'vitest';
import type { JsonValue } from '../meta.ts';
import { renderFieldError } from '../status.ts';
import { withDefaults } from './defaulting.ts';
import type { JsonSchema } from './jsonschema.ts';
import { pruneBody } from './prune.ts';
import { structuralErrors } from './structural.ts';
import { valueErrors } from './valueerrors.ts';

/** Upstream's texts: kube-openapi/pkg/validation/errors, and apimachinery's field errors around them. */
const rows: readonly (readonly [schema: JsonSchema, value: JsonValue, text: string])[] = [
  [{ type: 'integer' }, 'x', 'Invalid value: "string": spec.a in body must be of type integer: "string"'],
  [{ type: 'integer' }, 1.5, 'Invalid value: "number": spec.a in body must be of type integer: "number"'],
  [{ type: 'string' }, null, 'Invalid value: "null": spec.a in body must be of type string: "null"'],
  [{ type: 'integer', maximum: 3 }, 4, 'Invalid value: 4: spec.a in body should be less than or equal to 3'],
  [
    { type: 'integer', minimum: 3, exclusiveMinimum: true },
    3,
    'Invalid value: 3: spec.a in body should be greater than 3',
  ],
  [{ type: 'integer', multipleOf: 2 }, 3, 'Invalid value: 3: spec.a in body should be a multiple of 2'],
  [{ type: 'string', minLength: 2 }, 'a', 'Invalid value: "a": spec.a in body should be at least 2 chars long'],
  [{ type: 'string', maxLength: 2 }, 'abc', 'Too long: may not be more than 2 bytes'],
  [{ type: 'string', pattern: '^a+$' }, 'b', 'Invalid value: "b": spec.a in body should match \'^a+$\''],
  [{ type: 'string', enum: ['a', 'b'] }, 'c', 'Unsupported value: "c": supported values: "a", "b"'],
  [{ type: 'array', items: { type: 'string' }, maxItems: 1 }, ['a', 'b'], 'Too many: 2: must have at most 1 item'],
  [
    { 'x-kubernetes-int-or-string': true },
    true,
    'Invalid value: "boolean": spec.a in body must be of type integer,string: "boolean"',
  ],
];

it.each(rows)('%j refuses %j', (schema, value, text) => {
  const whole: JsonSchema = { type: 'object', properties: { spec: { type: 'object', properties: { a: schema } } } };
  expect(valueErrors({ spec: { a: value } }, whole, '').map(renderFieldError)).toEqual([`spec.a: ${text}`]);
});

it('what is required, what a set has twice, and what fits', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'string' },
      list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      port: { 'x-kubernetes-int-or-string': true },
      free: { type: 'object', additionalProperties: { type: 'integer' } },
    },
  };
  const texts = (value: JsonValue) => valueErrors(value, schema, 'spec').map(renderFieldError);
  expect(texts({})).toEqual(['spec.a: Required value']);
  expect(texts({ a: '', list: ['x', 'y', 'x'] })).toEqual(['spec.list[2]: Duplicate value: "x"']);
  expect(texts({ a: '', port: '80%', free: { x: 1 } })).toEqual([]);
  expect(texts({ a: '', free: { x: '1' } })).toEqual([
    'spec.free.x: Invalid value: "string": spec.free.x in body must be of type integer: "string"',
  ]);
});

it('drops what is not described, and says where it stood', () => {
  const spec: JsonSchema = { type: 'object', properties: { a: { type: 'string' }, free: FREE } };
  const body = { metadata: { name: 'x', labls: {} }, spec: { a: '1', b: 2, free: { any: 1 } }, more: true };
  const { object, problems } = pruneBody(body, { type: 'object', properties: { spec } });
  expect(object).toEqual({ metadata: { name: 'x' }, spec: { a: '1', free: { any: 1 } } });
  expect(problems.map(({ message }) => message)).toEqual([
    'unknown field "metadata.labls"',
    'unknown field "more"',
    'unknown field "spec.b"',
  ]);
});

const FREE: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

it('fills in defaults, of lists and of what they hold; null stands for absent where it may not stay', () => {
  const item: JsonSchema = { type: 'object', properties: { n: { type: 'integer', default: 1 } } };
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      a: { type: 'string', default: 'x' },
      b: { type: 'string', nullable: true, default: 'y' },
      list: { type: 'array', items: item },
    },
  };
  expect(withDefaults({ a: null, b: null, list: [{}, { n: 2 }] }, schema)).toEqual({
    a: 'x',
    b: null,
    list: [{ n: 1 }, { n: 2 }],
  });
  const whole = { a: 'z', b: 'z' };
  expect(withDefaults(whole, schema)).toBe(whole);
});

it('a schema is structural, or says where it is not', () => {
  const texts = (schema: JsonSchema) => structuralErrors(schema, 's').map(renderFieldError);
  expect(texts({ type: 'object', properties: { spec: { type: 'object' } } })).toEqual([]);
  expect(texts({ properties: { a: {} } })).toEqual([
    's.properties[a].type: Required value: must not be empty for specified object fields',
    's.type: Required value: must not be empty at the root',
  ]);
  expect(texts({ type: 'object', properties: { a: { type: 'array' } } })).toEqual([
    's.properties[a].items: Required value: must be specified',
  ]);
  expect(texts({ type: 'object', anyOf: [{ type: 'object', properties: { b: { minimum: 1 } } }] })).toEqual([
    's.anyOf[0].type: Forbidden: must be empty to be structural',
    's.properties[b]: Required value: because it is defined in s.anyOf[0].properties[b]',
  ]);
});
