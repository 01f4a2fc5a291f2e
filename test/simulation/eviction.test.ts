import { describe, expect, it } from 'vitest';
import type { Node } from '../../sim/api/kinds/node.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes } from '../node/cluster.ts';

addKinds();

const MINUTE = 60_000;
const LEAK = { image: 'harbour/leaker:1', env: [{ name: 'LEAK_MIB', value: '4' }] };

type Cluster = ReturnType<typeof nodes>;

function condition(cluster: Cluster, type: string) {
  const node = cluster.get('/api/v1/nodes/node-1') as unknown as Node;
  return node.status?.conditions?.find((each) => each.type === type);
}

function holding(mebibytes: number, request?: string) {
  const env = [
    { name: 'START_MIB', value: String(mebibytes) },
    { name: 'LEAK_MIB', value: '0.001' },
  ];
  const resources = request === undefined ? {} : { resources: { requests: { memory: request } } };
  return { image: 'harbour/leaker:1', env, ...resources };
}

describe('memory', () => {
  it('below 100Mi a pod ends as upstream says, and the condition holds for five minutes', () => {
    const cluster = nodes(1, { memory: '1Gi', disk: '20Gi' });
    cluster.addPod('leak', {}, LEAK);
    cluster.addPod('calm', {}, { image: 'harbour/web:1' });
    cluster.run(4 * MINUTE);
    const { phase, reason, message, conditions } = cluster.status('leak');
    expect([phase, reason]).toEqual(['Failed', 'Evicted']);
    expect(message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+(Ki|Mi)\. Container c was using \d+(Ki|Mi), request is 0, has larger consumption of memory\. $/,
    );
    expect(conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
      message,
    });
    expect(cluster.status('calm').phase).toBe('Running');
    expect(cluster.events('leak').at(-2)).toBe(`Evicted: ${message}`);
    expect(cluster.events('node-1')).toContain('EvictionThresholdMet: Attempting to reclaim memory');
    expect(cluster.events('node-1')).toContain(
      'NodeHasInsufficientMemory: Node node-1 status is now: NodeHasInsufficientMemory',
    );
    expect(condition(cluster, 'MemoryPressure')).toMatchObject({
      status: 'True',
      reason: 'KubeletHasInsufficientMemory',
      message: 'kubelet has insufficient memory available',
    });
    cluster.run(4.5 * MINUTE);
    expect(condition(cluster, 'MemoryPressure')?.status).toBe('False');
    const told = cluster.requests('PATCH', /nodes\/node-1\/status$/).flatMap(({ at, body }) => {
      const own = (body as unknown as Node).status?.conditions?.find(({ type }) => type === 'MemoryPressure');
      return own?.reason === undefined ? [] : [{ at, status: own.status }];
    });
    expect(told.map(({ status }) => status)).toEqual(['True', 'False']);
    const [begin, end] = told.map(({ at }) => at);
    expect((end ?? 0) - (begin ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect((end ?? 0) - (begin ?? 0)).toBeLessThanOrEqual(5 * MINUTE + 20_000);
  });

  it('a pod within its requests outlives those beyond; of these the one furthest beyond goes first', () => {
    const hard = { evictionHard: { 'memory.available': '300Mi' } };
    const cluster = nodes(1, { memory: '2Gi', disk: '20Gi', eviction: hard });
    cluster.addPod('asked', {}, holding(700, '800Mi'));
    cluster.addPod('small', {}, holding(260));
    cluster.addPod('large', {}, holding(300, '100Mi'));
    cluster.run(MINUTE);
    expect(cluster.notes('kubelet/evicted')).toEqual([]);
    cluster.addPod('last', {}, holding(200, '250Mi'));
    cluster.run(MINUTE);
    expect(cluster.notes('kubelet/evicted').map(({ note }) => note.about)).toEqual(['pod/small']);
    expect(cluster.status('small').message).toContain('Threshold quantity: 300Mi, available: ');
  });

  it('a soft threshold counts after its grace period, and gives grace', () => {
    const eviction = {
      evictionHard: { 'memory.available': '100Mi' },
      evictionSoft: { 'memory.available': '500Mi' },
      evictionSoftGracePeriodMs: { 'memory.available': 90_000 },
      evictionMaxPodGracePeriod: 20,
    };
    const cluster = nodes(1, { memory: '1Gi', disk: '20Gi', eviction });
    const since = cluster.addPod('hold', {}, holding(300));
    cluster.run(5 * MINUTE);
    const [evicted] = cluster.notes('kubelet/evicted');
    expect(evicted?.at).toBeGreaterThanOrEqual(since + 90_000);
    expect(evicted?.at).toBeLessThan(since + 120_000);
    expect(cluster.notes('containerd/sigterm')[0]?.note['timeoutMs']).toBe(20_000);
    expect(cluster.status('hold').reason).toBe('Evicted');
  });

  it('under pressure BestEffort pods are turned away, others are not', () => {
    const cluster = nodes(1, { memory: '1Gi', disk: '20Gi' });
    cluster.addPod('leak', {}, LEAK);
    cluster.run(3 * MINUTE);
    cluster.addPod('poor', {}, { image: 'harbour/web:1' });
    cluster.addPod('rich', {}, { image: 'harbour/web:1', resources: { requests: { memory: '16Mi' } } });
    cluster.run(20_000);
    expect(cluster.status('poor')).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    });
    expect(cluster.status('rich').phase).toBe('Running');
  });
});

describe('disk', () => {
  it('unused images go first; a pod that writes on is evicted', () => {
    const cluster = nodes(1, { disk: '4Gi', memory: '4Gi' }, { images: ['mysql:8.0', 'perl:5.34'] });
    cluster.addPod('keep', {}, { image: 'harbour/hoarder:1', env: [{ name: 'WRITE_MIB', value: '12' }] });
    cluster.run(3.4 * MINUTE);
    expect(cluster.notes('kubelet/evicted')).toEqual([]);
    expect(cluster.notes('kubelet/image-removed').length).toBe(2);
    expect(condition(cluster, 'DiskPressure')?.status).toBe('True');
    cluster.run(4 * MINUTE);
    expect(cluster.status('keep').message).toMatch(
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: \d+, available: \d+(Ki)?\. Container c was using \d+(Ki|Mi), request is 0, has larger consumption of ephemeral-storage\. $/,
    );
    expect(condition(cluster, 'DiskPressure')).toMatchObject({
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
    });
    cluster.addPod('rich', {}, { image: 'harbour/web:1', resources: { requests: { memory: '16Mi' } } });
    cluster.run(10_000);
    expect(cluster.status('rich').message).toBe('Pod was rejected: The node had condition: [DiskPressure]. ');
  });
});
