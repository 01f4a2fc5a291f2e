import { describe, expect, it } from 'vitest';
import { ControlPlane } from '../../test/controllers/controlplane.ts';
import type { Pod } from '../api/kinds/pod.ts';

describe('left-over pods', () => {
  it('of a node that was deleted end after the quarantine', () => {
    const plane = new ControlPlane({ nodes: ['node-1', 'node-2'] });
    const spec = { containers: [{ name: 'c', image: 'nginx:1' }], nodeName: 'node-2' };
    plane.post('/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare' },
      spec,
    } as Pod);
    plane.run(5000);
    plane.kill('node-2');
    plane.send({ method: 'DELETE', path: '/api/v1/nodes/node-2' });
    const deleted = plane.now;
    plane.run(39_000);
    expect(plane.pods()).toHaveLength(1);
    plane.run(42_000);
    expect(plane.pods()).toEqual([]);
    const [note] = plane.notes('podgc/collected');
    expect((note?.at ?? 0) - deleted).toBeGreaterThanOrEqual(40_000);
    const [patch] = plane.requests(/^PATCH .*pods\/bare\/status$/);
    expect(patch?.body).toMatchObject({
      status: { phase: 'Failed', conditions: [{ reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }] },
    });
  });

  it('that wait on a node out of service are ended by force', () => {
    const plane = new ControlPlane({ nodes: ['node-1', 'node-2'] });
    plane.deploy('web', 2);
    plane.run(5000);
    plane.kill('node-2');
    plane.run(70_000);
    const taints = [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }];
    const headers = { 'content-type': 'application/merge-patch+json' };
    const path = '/api/v1/nodes/node-2';
    plane.send({ method: 'PATCH', path, headers, body: { spec: { taints } } });
    plane.run(25_000);
    expect(plane.pods().map(({ spec }) => spec.nodeName)).toEqual(['node-1', 'node-1']);
  });

  it('beyond the threshold end, the oldest first', () => {
    const plane = new ControlPlane({ config: { terminatedPodGcThreshold: 1 }, startMs: 1_000_000 });
    for (const name of ['a', 'b', 'c']) {
      const spec = { containers: [{ name: 'c', image: 'nginx:1' }], nodeName: 'x' };
      const metadata = { name };
      plane.post('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec } as Pod);
      plane.merge(`/api/v1/namespaces/default/pods/${name}/status`, { status: { phase: 'Succeeded' } });
      plane.run(1100);
    }
    plane.run(20_000);
    expect(plane.pods().map(({ metadata }) => metadata.name)).toEqual(['c']);
  });
});
