import type { LabCase, LabCluster } from 'cluster-lab';

export const cases: readonly LabCase[] = [
  {
    id: 'fuller',
    says: 'Of two nodes of one size, the one with a pod on it is chosen.',
    async run(cluster) {
      await aboard(cluster, 'first', 'node-b', '500m', '512Mi');
      await bring(cluster, 'next', '250m', '256Mi');
      expectOn(cluster, 'next', 'node-b');
    },
  },
  {
    id: 'shares',
    says: 'A small node that is half full is fuller than a large one with the same pods.',
    async run(cluster) {
      await aboard(cluster, 'large', 'node-c', '1', '256Mi');
      await aboard(cluster, 'small', 'node-a', '1', '256Mi');
      await bring(cluster, 'next', '250m', '256Mi');
      expectOn(cluster, 'next', 'node-a');
    },
  },
  {
    id: 'memory',
    says: 'Memory counts as much as CPU.',
    async run(cluster) {
      await aboard(cluster, 'thinker', 'node-a', '500m', '64Mi');
      await aboard(cluster, 'keeper', 'node-b', '250m', '3Gi');
      await bring(cluster, 'next', '100m', '64Mi');
      expectOn(cluster, 'next', 'node-b');
    },
  },
  {
    id: 'fills',
    says: 'Eight small pods fill one node; the others stay empty.',
    async run(cluster) {
      await aboard(cluster, 'first', 'node-a', '100m', '64Mi');
      for (let index = 1; index < 8; index++) await bring(cluster, `crate-${index}`, '200m', '64Mi');
      const nodes = new Set(cluster.pods().map(({ spec }) => spec.nodeName));
      cluster.expect(nodes.size === 1, `They are on ${[...nodes].join(', ')}.`);
    },
  },
  {
    id: 'in-range',
    says: 'Every number is between 0 and 100, so that the scheduler takes it.',
    async run(cluster) {
      await aboard(cluster, 'first', 'node-b', '1900m', '3Gi');
      await bring(cluster, 'next', '100m', '64Mi');
      const event = cluster.event('FailedScheduling');
      cluster.expect(event === '', `The scheduler says: ${event}`);
      expectOn(cluster, 'next', 'node-b');
    },
  },
];

/** A pod that is on its node already. */
async function aboard(cluster: LabCluster, name: string, node: string, cpu: string, memory: string): Promise<void> {
  await cluster.create(podOf(name, cpu, memory, { nodeName: node }));
  await cluster.wait('2s');
}

/** A pod that the scheduler has to place. */
async function bring(cluster: LabCluster, name: string, cpu: string, memory: string): Promise<void> {
  await cluster.create(podOf(name, cpu, memory, {}));
  await cluster.wait('2s');
}

function podOf(name: string, cpu: string, memory: string, more: object): object {
  const containers = [{ name: 'web', image: 'nginx:1.27', resources: { requests: { cpu, memory } } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...more } };
}

function expectOn(cluster: LabCluster, name: string, wanted: string): void {
  const node = cluster.pods().find(({ metadata }) => metadata.name === name)?.spec.nodeName ?? 'no node';
  cluster.expect(node === wanted, `Pod ${name} is on ${node}, not on ${wanted}.`);
}
