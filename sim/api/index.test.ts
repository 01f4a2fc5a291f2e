import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { accessSchemas, schemas as bodies } from '../index.ts';
import { addKinds } from '../packs/kinds.ts';
import { decode, decodeError } from './decode.ts';
import { apiVersionOf, ledger, pathOf, resourceOfKind, resourceOfWord, resources } from './index.ts';
import type { JsonObject, KubeObject } from './meta.ts';
import type { Resource, Schema } from './resource.ts';
import { renderFieldError } from './status.ts';

addKinds();

const MANIFESTS = new URL('../../../shared/manifests/', import.meta.url);
const GOLDEN = new URL('../../../shared/upstream/golden-objects/', import.meta.url);

describe.skipIf(!existsSync(MANIFESTS))('manifests of the documentation', () => {
  const files = existsSync(MANIFESTS)
    ? readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
    : [];
  const objects = files.sort().flatMap((file) => readObjects(file));
  const known = objects.filter(({ resource }) => resource !== undefined);

  it('has objects of the kinds that are served', () => {
    expect(new Set(known.map(({ body }) => body.kind))).toEqual(
      new Set(
        (
          'Pod Deployment ReplicaSet Service Namespace ClusterRole Role RoleBinding LimitRange PodDisruptionBudget ' +
          'ResourceQuota PersistentVolume PersistentVolumeClaim NetworkPolicy Ingress StatefulSet DaemonSet ' +
          'Job HorizontalPodAutoscaler'
        ).split(' '),
      ),
    );
  });

  test.each(known.map((item) => [item.file, item] as const))('%s', (file, { body, resource }) => {
    if (resource === undefined) throw new Error('no resource');
    const { object, problems } = decode(body, resource.schema);
    if (file === 'pods/pod-with-node-affinity.yaml') {
      expect(decodeError(problems, true)).toMatch(/^json: cannot unmarshal array into Go struct field /);
      return;
    }
    expect(problems).toEqual([]);
    const prepared = resource.prepareForCreate(resource.defaults(inNamespace(object, resource)));
    expect(resource.validate(prepared)).toEqual([]);
    expect(resource.validate(prepared, prepared)).toEqual([]);
    expect((resource.refusals?.(inNamespace(object, resource)) ?? []).map(renderFieldError)).toEqual(
      (REFUSED[`${file} ${body.kind}`] ?? []).map((text) => expect.stringContaining(text)),
    );
  });
});

/** What the manifests use that is not simulated. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {};

/** Kinds that are served and of which the folder holds no object. */
const WITHOUT_GOLDEN = (
  'APIService ControllerRevision Endpoints IngressClass LocalSubjectAccessReview ReplicationController StorageClass ' +
  'SubjectAccessReview TokenReview'
).split(' ');

function readObjects(file: string): readonly { file: string; body: JsonObject; resource: Resource | undefined }[] {
  return parseAllDocuments(readFileSync(new URL(file, MANIFESTS), 'utf8'))
    .map((document) => document.toJS() as JsonObject | null)
    .filter((body) => body !== null)
    .map((body) => ({ file, body, resource: resourceOfKind(String(body.apiVersion), String(body.kind)) }));
}

function inNamespace(object: JsonObject, resource: Resource): KubeObject {
  const metadata = object.metadata as JsonObject;
  const namespace = resource.namespaced ? { namespace: 'default' } : {};
  return { ...object, metadata: { ...metadata, ...namespace } } as unknown as KubeObject;
}

describe.skipIf(!existsSync(GOLDEN))('objects with every field filled', () => {
  const files = existsSync(GOLDEN) ? readdirSync(GOLDEN).filter((name) => name.endsWith('.json')) : [];
  const golden = files.flatMap((file) => {
    const body = JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8')) as JsonObject;
    const resource = resourceOfKind(String(body.apiVersion), String(body.kind));
    const schema = resource?.schema ?? bodies.get(String(body.kind)) ?? accessSchemas.get(String(body.kind));
    return schema === undefined ? [] : [[file, body, schema] as const];
  });

  it('are there for every kind that is served, but for those that upstream has none of', () => {
    const known = golden.map(([, , schema]) => schema);
    const without = resources.filter(({ schema }) => !known.includes(schema)).map(({ kind }) => kind);
    expect(without.sort()).toEqual(WITHOUT_GOLDEN);
    const unknown = files.filter((file) => !golden.some(([name]) => name === file));
    expect(unknown).toEqual([]);
  });

  test.each(golden)('%s decodes without loss', (_, body, schema) => {
    expect(decode(body, schema)).toEqual({ object: body, problems: [] });
  });
});

test.each([
  ['po', 'pods'],
  ['Deployment', 'deployments'],
  ['deployments.apps', 'deployments'],
  ['deployments.v1.apps', 'deployments'],
  ['deployments.v2.apps', undefined],
  ['deploy.v2.apps', 'deployments'],
  ['svc', 'services'],
  ['leases', 'leases'],
  ['deployments.batch', undefined],
  ['horses', undefined],
])('the word %s means %s', (word, plural) => {
  expect(resourceOfWord(word)?.plural).toBe(plural);
});

it('builds paths', () => {
  const paths = resources.map((resource) => pathOf(resource, 'default', 'x'));
  expect(paths).toContain('/api/v1/nodes/x');
  expect(paths).toContain('/apis/apps/v1/namespaces/default/deployments/x');
  expect(pathOf({ group: '', version: 'v1', plural: 'pods', namespaced: true }, '')).toBe('/api/v1/pods');
  expect(pathOf({ group: '', version: 'v1', plural: 'pods', namespaced: true }, 'a', 'b', 'log')).toBe(
    '/api/v1/namespaces/a/pods/b/log',
  );
});

it('has one row of the ledger for a field, and only for fields that the schemas know', () => {
  const rows = ledger().map(({ kind, field }) => `${kind} ${field}`);
  expect(new Set(rows).size).toBe(rows.length);
  for (const { kind, field } of ledger()) {
    const resource = resources.find((item) => item.kind === kind);
    const path = field.replace(/:.*/, '').split('.');
    let schema = resource?.schema;
    for (const [index, step] of path.entries()) {
      const type = schema?.fields.get(step.replace('[]', ''))?.type;
      expect(type, `${kind} ${field}`).toBeDefined();
      const inner = type?.type === 'list' ? type.of : type;
      expect(inner?.type === 'struct' || index === path.length - 1, `${kind} ${field}`).toBe(true);
      schema = inner?.type === 'struct' ? inner.struct : undefined;
    }
  }
});

/** Fields that say who or what an object is; every other field of a spec is decided in the ledger. */
const PLAIN = /\.name$|^Deployment spec\.(selector|template)$|^Pod spec\.volumes\[\]\.name$/;

it('decides every field of the specs that people write', () => {
  const undecided = (kind: string, schema: Schema, prefix: string): readonly string[] =>
    [...schema.fields.values()].flatMap(({ name, type }) => {
      const inner = type.type === 'list' ? type.of : type;
      const path = `${prefix}${name}${type.type === 'list' ? '[]' : ''}`;
      const rules = ledger()
        .filter((row) => row.kind === kind)
        .map(({ field }) => field.replace(/:.*/, ''));
      if (PLAIN.test(`${kind} ${path}`) || rules.includes(path) || rules.includes(`${prefix}${name}`)) return [];
      const isSplit = inner.type === 'struct' && rules.some((rule) => rule.startsWith(`${path}.`));
      return isSplit ? undecided(kind, inner.struct, `${path}.`) : [`${kind} ${path}`];
    });
  const specs = ['Pod', 'Deployment', 'Service', 'Node'].flatMap((kind) => {
    const spec = resources.find((item) => item.kind === kind)?.schema.fields.get('spec')?.type;
    return spec?.type === 'struct' ? undecided(kind, spec.struct, 'spec.') : [`${kind} has no spec`];
  });
  expect(specs).toEqual([]);
});

it('names every kind once', () => {
  const names = resources.map((resource) => `${apiVersionOf(resource)} ${resource.kind}`);
  expect(new Set(names).size).toBe(names.length);
});
