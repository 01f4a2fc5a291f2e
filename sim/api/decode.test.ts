import { expect, it, test } from 'vitest';
import { decode, decodeError } from './decode.ts';
import { findDuplicates } from './duplicates.ts';
import type { JsonObject } from './meta.ts';
import { schemas } from './schemas/clusterschemas.ts';
import { schemaOf } from './schemas/schema.ts';

const deployment = schemaOf(schemas, 'Deployment');
const inContainer = (fields: JsonObject): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: 'c' }, fields] } } },
});

test.each<[JsonObject, string]>([
  [{ spec: { replica: 1 } }, 'strict decoding error: unknown field "spec.replica"'],
  [
    { foo: 1, ...inContainer({ imagee: 'x' }) },
    'strict decoding error: unknown field "foo", unknown field "spec.template.spec.containers[1].imagee"',
  ],
  [
    { spec: { replicas: '3' } },
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    inContainer({ env: [{ name: 'A', value: 1 }] }),
    'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
  ],
  [
    { spec: { template: { spec: { containers: {} } } } },
    'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
  ],
  [
    inContainer({ resources: { limits: { cpu: '1 core' } } }),
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    { spec: { template: { spec: { dnsPolicy: true } } } },
    'json: cannot unmarshal bool into Go struct field PodSpec.spec.template.spec.dnsPolicy of type v1.DNSPolicy',
  ],
  [{ metadata: [] }, 'json: cannot unmarshal array into Go struct field Deployment.metadata of type v1.ObjectMeta'],
])('%j', (body, want) => {
  expect(decodeError(decode(body, deployment).problems, true)).toBe(want);
});

it('names the place and what was probably meant', () => {
  const { problems } = decode(inContainer({ imagee: 'x' }), deployment);
  expect(problems).toEqual([
    {
      kind: 'unknown',
      path: ['spec', 'template', 'spec', 'containers', 1, 'imagee'],
      message: 'unknown field "spec.template.spec.containers[1].imagee"',
      suggestion: 'image',
    },
  ]);
});

it('lets unknown fields pass when not strict, but drops them', () => {
  const { object, problems } = decode({ spec: { replica: 1, replicas: 2 } }, deployment);
  expect(decodeError(problems, false)).toBeUndefined();
  expect(object).toEqual({ spec: { replicas: 2 } });
});

it('drops what the encoder of upstream leaves out and keeps what it writes', () => {
  const body = {
    metadata: { creationTimestamp: null, namespace: '', labels: {} },
    spec: { replicas: 0, paused: false, strategy: {}, selector: {} },
  };
  expect(decode(body, deployment).object).toEqual({
    metadata: {},
    spec: { replicas: 0, paused: false, strategy: {}, selector: {} },
  });
});

it('finds fields that a text has twice in one object', () => {
  const text = '{"a":1,"b":[{"c":"x, \\"a\\":","c":2},{"c":{"a":[1,{}],"a":3}}],"a":{"b":1}}';
  expect(decodeError(findDuplicates(text), true)).toBe(
    'strict decoding error: duplicate field "b[0].c", duplicate field "b[1].c.a", duplicate field "a"',
  );
});
