import type { LabCase } from 'cluster-lab';

export const cases: readonly LabCase[] = [
  {
    id: 'creates',
    says: 'It creates a pod.',
    async run(cluster) {
      await cluster.wait('1s');
      cluster.expect(cluster.created() > 0, 'It has created no pod.');
    },
  },
];
