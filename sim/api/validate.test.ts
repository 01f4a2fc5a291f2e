import { describe, expect, it, test } from 'vitest';
import { decode } from './decode.ts';
import { resourceOfWord } from './index.ts';
import type { JsonObject, JsonValue, KubeObject } from './meta.ts';
import { applyMergePatch } from './patch/mergepatch.ts';
import type { Resource } from './resource.ts';
import { invalid, renderFieldError } from './status.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } };

const good: Readonly<Record<string, JsonObject>> = {
  pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec: template.spec },
  deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  },
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  node: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
};

function prepare(word: string, change: JsonValue): { resource: Resource; object: KubeObject } {
  const resource = resourceOfWord(word);
  if (resource === undefined) throw new Error(`no kind ${word}`);
  const { object, problems } = decode(applyMergePatch(good[word], change), resource.schema);
  expect(problems).toEqual([]);
  return { resource, object: resource.prepareForCreate(resource.defaults(object as unknown as KubeObject)) };
}

function texts(word: string, change: JsonValue, old?: JsonValue): readonly string[] {
  const { resource, object } = prepare(word, change);
  const before = old === undefined ? undefined : prepare(word, old).object;
  return resource.validate(object, before).map(renderFieldError);
}

const container = (fields: JsonObject) => ({ spec: { containers: [{ name: 'c', image: 'i', ...fields }] } });
const rfc1123 =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

test.each(Object.keys(good))('a good %s has no errors', (word) => {
  expect(texts(word, {})).toEqual([]);
});

test.each<[string, string, JsonValue, readonly string[]]>([
  ['a name in capitals', 'pod', { metadata: { name: 'Web' } }, [`metadata.name: Invalid value: "Web": ${rfc1123}`]],
  ['no containers', 'pod', { spec: { containers: null } }, ['spec.containers: Required value']],
  ['no image', 'pod', { spec: { containers: [{ name: 'c' }] } }, ['spec.containers[0].image: Required value']],
  [
    'a strange restart policy',
    'pod',
    { spec: { restartPolicy: 'Sometimes' } },
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
  ],
  [
    'a request above its limit',
    'pod',
    container({ resources: { requests: { cpu: '300m' }, limits: { cpu: '0.2' } } }),
    ['spec.containers[0].resources.requests: Invalid value: "300m": must be less than or equal to cpu limit of 200m'],
  ],
  [
    'a port out of range',
    'pod',
    container({ ports: [{ containerPort: 70000 }] }),
    ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
  ],
  [
    'a probe without handler',
    'pod',
    container({ readinessProbe: { periodSeconds: 5 } }),
    ['spec.containers[0].readinessProbe: Required value: must specify a handler type'],
  ],
  [
    'a mount without volume',
    'pod',
    container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
  ],
  [
    'two containers of one name',
    'pod',
    {
      spec: {
        containers: [
          { name: 'c', image: 'i' },
          { name: 'c', image: 'i' },
        ],
      },
    },
    ['spec.containers[1].name: Duplicate value: "c"'],
  ],
  [
    'seconds on a NoSchedule toleration',
    'pod',
    { spec: { tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] } },
    [
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": ' +
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
    ],
  ],
  [
    'no selector',
    'deployment',
    { spec: { selector: null } },
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'both rolling numbers zero',
    'deployment',
    { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } } },
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  ],
  [
    'negative replicas',
    'deployment',
    { spec: { replicas: -1 } },
    ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ],
  ['a service without ports', 'service', { spec: { ports: null } }, ['spec.ports: Required value']],
  [
    'two nameless ports',
    'service',
    { spec: { ports: [{ port: 80 }, { port: 81 }] } },
    ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
  ],
  [
    'an unknown taint effect',
    'node',
    { spec: { taints: [{ key: 'k', effect: 'Never' }] } },
    [
      'spec.taints[0].effect: Unsupported value: "Never": ' +
        'supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
])('%s', (_, word, change, want) => {
  expect(texts(word, change)).toEqual(want);
});

describe('updates', () => {
  it('may change the image of a pod and nothing else of its containers', () => {
    expect(texts('pod', container({ image: 'j' }), container({}))).toEqual([]);
    expect(texts('pod', container({ command: ['x'] }), container({}))).toEqual([
      expect.stringMatching(/^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]/),
    ]);
    const two = { spec: { containers: [...container({}).spec.containers, { name: 'd', image: 'i' }] } };
    expect(texts('pod', two, container({}))).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
  });

  it('may not change the selector of a Deployment', () => {
    const other = {
      spec: { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } },
    };
    expect(texts('deployment', other, {})).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    ]);
  });

  it('count the generation of a Deployment when spec or annotations change, and keep its status', () => {
    const { resource, object } = prepare('deployment', {});
    const old = { ...object, status: { replicas: 1 } };
    const scaled = { ...object, spec: { ...(object.spec as JsonObject), replicas: 2 }, status: { replicas: 9 } };
    expect(resource.prepareForUpdate(scaled, old)).toMatchObject({
      metadata: { generation: 2 },
      status: { replicas: 1 },
    });
    expect(resource.prepareForUpdate(object, old).metadata.generation).toBe(1);
    const noted = { ...object, metadata: { ...object.metadata, annotations: { a: 'b' } } };
    expect(resource.prepareForUpdate(noted, old).metadata.generation).toBe(2);
  });
});

it('sets the status of a new pod whatever was sent', () => {
  const { object } = prepare('pod', { status: { phase: 'Running' } });
  expect(object.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  const limits = { cpu: '1', memory: '1Gi' };
  expect(prepare('pod', container({ resources: { limits } })).object.status).toMatchObject({ qosClass: 'Guaranteed' });
  const requests = { cpu: '1' };
  expect(prepare('pod', container({ resources: { requests } })).object.status).toMatchObject({ qosClass: 'Burstable' });
});

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['localhost:5000/nginx', 'Always'],
  ['nginx@sha256:abc', 'IfNotPresent'],
])('the pull policy of %s is %s', (image, want) => {
  const { object } = prepare('pod', container({ image }));
  const spec = object.spec as { readonly containers: readonly { readonly imagePullPolicy?: string }[] };
  expect(spec.containers[0]?.imagePullPolicy).toBe(want);
});

it('renders 422 as upstream does', () => {
  const { resource, object } = prepare('deployment', { spec: { replicas: -1, selector: null } });
  const status = invalid(resource, 'web', resource.validate(object));
  expect(status.message).toBe(
    'Deployment.apps "web" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, ' +
      'spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app":"web"}: ' +
      '`selector` does not match template `labels`]',
  );
  expect(status).toMatchObject({
    code: 422,
    reason: 'Invalid',
    details: {
      name: 'web',
      group: 'apps',
      kind: 'Deployment',
      causes: [{ reason: 'FieldValueInvalid', field: 'spec.replicas' }, { reason: 'FieldValueRequired' }, {}],
    },
  });
});
