import { describe, expect, it } from 'vitest';
import { PODS, podBody, withDefault } from './testing/cluster.ts';

const MERGE = { 'content-type': 'application/merge-patch+json' };
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };

describe('create', () => {
  it('defaults, admits, identifies and stores an object', () => {
    const { call } = withDefault();
    const { status, body } = call('POST', PODS, { body: podBody('web') });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        namespace: 'default',
        resourceVersion: '3',
        generation: 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: {
        restartPolicy: 'Always',
        priority: 0,
        serviceAccountName: 'default',
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
          { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
    expect(body.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(call('GET', `${PODS}/web`).body).toEqual(body);
  });
});

describe('patch', () => {
  it('merges strategically', () => {
    const { call } = withDefault();
    call('POST', PODS, { body: podBody('web') });
    const patched = call('PATCH', `${PODS}/web`, {
      headers: STRATEGIC,
      body: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } },
    });
    expect(patched).toMatchObject({
      status: 200,
      body: { metadata: { resourceVersion: '4' }, spec: { containers: [{ image: 'nginx:2' }] } },
    });
    expect(
      call('PATCH', `${PODS}/web`, { headers: MERGE, body: { metadata: { labels: { app: null } } } }).body.metadata
        .labels,
    ).toBeUndefined();
  });
});
