import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resourceOfKind } from '../index.ts';
import type { JsonObject, KubeObject } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { applyConflict } from './conflicts.ts';
import { ownershipOf } from './ownership.ts';
import { applyConfiguration, entriesOf, recordUpdate, type Writer } from './updater.ts';

const deployments = resourceOfKind('apps/v1', 'Deployment') as Resource;
const { schema } = deployments;
const by = (manager: string, subresource = ''): Writer => ({ manager, apiVersion: 'apps/v1', subresource });

function deployment(spec: JsonObject, metadata: JsonObject = {}): KubeObject {
  const whole = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', ...metadata }, spec };
  return whole as unknown as KubeObject;
}

function container(image: string, more: JsonObject = {}): JsonObject {
  return { name: 'nginx', image, ...more };
}

const template = (containers: readonly JsonObject[]): JsonObject => ({
  template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
});

const config = (replicas: number | undefined, image: string): KubeObject =>
  deployment({ ...(replicas === undefined ? {} : { replicas }), ...template([container(image)]) });

function apply(live: KubeObject, next: KubeObject, manager: string, isForced = false): KubeObject {
  const applied = applyConfiguration(live, next, schema, by(manager), isForced, 1000);
  if (!applied.ok) throw new Error(applyConflict(applied.conflicts).message);
  return applied.object;
}

const nothing = deployment({}, {});

describe('a create', () => {
  it('gives its writer every field, in the tree that kubectl shows', () => {
    const created = deployments.defaults(config(1, 'nginx'));
    const [row] = entriesOf(recordUpdate(undefined, created, schema, by('kubectl-create'), 0));
    expect(row).toEqual({
      manager: 'kubectl-create',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:spec': {
          'f:progressDeadlineSeconds': {},
          'f:replicas': {},
          'f:revisionHistoryLimit': {},
          'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"nginx"}': {
                  '.': {},
                  'f:image': {},
                  'f:imagePullPolicy': {},
                  'f:name': {},
                  'f:resources': {},
                  'f:terminationMessagePath': {},
                  'f:terminationMessagePolicy': {},
                },
              },
              'f:dnsPolicy': {},
              'f:restartPolicy': {},
              'f:schedulerName': {},
              'f:securityContext': {},
              'f:terminationGracePeriodSeconds': {},
            },
          },
        },
      },
    });
  });
});

describe('an update', () => {
  it('takes over what it changes, and nothing else', () => {
    const first = recordUpdate(undefined, config(1, 'nginx'), schema, by('one'), 0);
    const scaled = recordUpdate(
      first,
      { ...first, spec: { ...(first.spec as JsonObject), replicas: 5 } },
      schema,
      by('two'),
      1,
    );
    const rows = entriesOf(scaled).map(({ manager, fieldsV1 }) => [manager, JSON.stringify(fieldsV1)]);
    expect(rows.find(([manager]) => manager === 'two')?.[1]).toBe('{"f:spec":{"f:replicas":{}}}');
    expect(rows.find(([manager]) => manager === 'one')?.[1]).not.toContain('f:replicas');
  });

  it('of the status owns status fields only', () => {
    const first = recordUpdate(undefined, config(1, 'nginx'), schema, by('one'), 0);
    const withStatus = { ...first, status: { replicas: 1 } } as unknown as KubeObject;
    const rows = entriesOf(recordUpdate(first, withStatus, schema, by('manager', 'status'), 1));
    const row = rows.find(({ subresource }) => subresource === 'status');
    expect(row).toMatchObject({ subresource: 'status', fieldsV1: { 'f:status': { 'f:replicas': {} } } });
  });
});

describe('an apply', () => {
  it('of another value conflicts with the owner, by name and path', () => {
    const live = recordUpdate(undefined, config(1, 'nginx'), schema, by('kubectl-create'), 0);
    const applied = applyConfiguration(live, config(3, 'nginx'), schema, by('kubectl'), false, 1000);
    expect(applied.ok).toBe(false);
    const status = applyConflict(applied.ok ? [] : applied.conflicts);
    expect(status.message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-create" using apps/v1: .spec.replicas',
    );
    expect(status.details?.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl-create" using apps/v1',
        field: '.spec.replicas',
      },
    ]);
  });

  it('lists several conflicts by owner', () => {
    const live = recordUpdate(undefined, config(1, 'nginx'), schema, by('kubectl-create'), 0);
    const applied = applyConfiguration(live, config(3, 'nginx:2'), schema, by('kubectl'), false, 1000);
    expect(applyConflict(applied.ok ? [] : applied.conflicts).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl-create" using apps/v1:\n- .spec.replicas\n' +
        '- .spec.template.spec.containers[name="nginx"].image',
    );
  });

  it('with force takes the field away from its owner', () => {
    const live = recordUpdate(undefined, config(1, 'nginx'), schema, by('kubectl-create'), 0);
    const forced = apply(live, config(3, 'nginx'), 'kubectl', true);
    expect(forced.spec).toMatchObject({ replicas: 3 });
    const [mine, theirs] = entriesOf(forced);
    expect(JSON.stringify(mine?.fieldsV1)).toContain('f:replicas');
    expect(JSON.stringify(theirs?.fieldsV1)).not.toContain('f:replicas');
  });

  it('of the same value shares the field', () => {
    const live = recordUpdate(undefined, config(3, 'nginx'), schema, by('kubectl-create'), 0);
    const shared = apply(live, config(3, 'nginx'), 'kubectl');
    expect(entriesOf(shared).filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('f:replicas'))).toHaveLength(2);
  });

  it('takes away what it no longer applies, unless another owns it', () => {
    const once = apply(nothing, config(3, 'nginx'), 'kubectl');
    expect((apply(once, config(undefined, 'nginx'), 'kubectl').spec as JsonObject).replicas).toBeUndefined();
    const shared = apply(once, config(3, 'nginx'), 'other');
    expect((apply(shared, config(undefined, 'nginx'), 'kubectl').spec as JsonObject).replicas).toBe(3);
  });

  it('merges a list by key, and removes its own item only', () => {
    const both = deployment(template([container('nginx'), { name: 'side', image: 'box' }]));
    const mine = apply(nothing, both, 'kubectl');
    const theirs = apply(mine, deployment(template([{ name: 'theirs', image: 'x' }])), 'other');
    const less = apply(theirs, deployment(template([container('nginx')])), 'kubectl');
    const spec = (less.spec as { template: { spec: { containers: readonly JsonObject[] } } }).template.spec;
    expect(spec.containers.map(({ name }) => name)).toEqual(['nginx', 'theirs']);
  });

  it('that changes nothing keeps its row as it was', () => {
    const once = apply(nothing, config(3, 'nginx'), 'kubectl');
    const twice = applyConfiguration(once, config(3, 'nginx'), schema, by('kubectl'), false, 99_000);
    expect(twice.ok && twice.object).toEqual(once);
  });

  it('to an object nobody recorded conflicts with what was there before', () => {
    const applied = applyConfiguration(config(1, 'nginx'), config(2, 'nginx'), schema, by('kubectl'), false, 1000);
    expect(applyConflict(applied.ok ? [] : applied.conflicts).message).toContain('"before-first-apply" using apps/v1');
  });
});

const RULES = new URL('../../../../shared/upstream/server-side-apply-list-types.json', import.meta.url);
if (!existsSync(RULES)) console.warn('SKIPPED: upstream’s list types are not here to compare with.');

describe.skipIf(!existsSync(RULES))('the list and map types of upstream', () => {
  const rules = JSON.parse(readFileSync(RULES, 'utf8')) as readonly (readonly [string, string, string])[];
  const known = rules.flatMap(([type, field, rule]) => {
    const struct = schemas.get(type.split('.').at(-1) ?? '');
    const found = struct?.fields.get(field);
    return struct === undefined || found === undefined ? [] : [[`${type}.${field}`, struct, found, rule] as const];
  });

  it.each(known)('%s', (_name, struct, field, rule) => {
    const ownership = ownershipOf(struct, field);
    const text = ownership.type === 'list' ? `map[${ownership.keys.join(',')}]` : ownership.type;
    expect(text).toBe(rule === 'map-atomic' ? 'atomic' : rule);
  });

  it('are all but a few known', () => expect(known.length).toBeGreaterThan(30));
});
