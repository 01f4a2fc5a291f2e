import type { LabCase, LabCluster } from 'cluster-lab';

export const cases: readonly LabCase[] = [
  {
    id: 'creates',
    says: 'A ReplicaSet that wants three pods gets three.',
    async run(cluster) {
      await cluster.wait('10s');
      expectPods(cluster, 3);
    },
  },
  {
    id: 'owns',
    says: 'Each pod carries the labels of the template and names the ReplicaSet as its controller.',
    async run(cluster) {
      await cluster.wait('10s');
      const { uid } = cluster.replicaSet('crates').metadata;
      const pods = cluster.pods();
      cluster.expect(pods.length > 0, 'There is no pod.');
      for (const { metadata } of pods) {
        cluster.expect(metadata.labels?.['app'] === 'crates', `Pod ${metadata.name} has no label app=crates.`);
        const owner = metadata.ownerReferences?.find(({ controller }) => controller);
        cluster.expect(owner?.uid === uid, `Pod ${metadata.name} does not name the ReplicaSet as its controller.`);
      }
    },
  },
  {
    id: 'replaces',
    says: 'A deleted pod is replaced while it is still on its way out.',
    async run(cluster) {
      await cluster.wait('10s');
      const [pod] = cluster.pods();
      cluster.expect(pod !== undefined, 'There is no pod to delete.');
      cluster.type(`kubectl delete pod ${pod?.metadata.name} --wait=false`);
      await cluster.wait('150ms');
      const left = cluster.pods().length;
      cluster.expect(left >= 3, `After 150 ms there are ${left} pods that are not on their way out.`);
    },
  },
  {
    id: 'scales-down',
    says: 'Scaled down to one, it deletes two and creates none.',
    async run(cluster) {
      await cluster.wait('10s');
      await cluster.kubectl('kubectl scale replicaset crates --replicas=1');
      await cluster.wait('10s');
      expectPods(cluster, 1);
      expectCreated(cluster, 3);
    },
  },
  {
    id: 'leaves-others',
    says: 'Pods of others are left alone, and not counted.',
    async run(cluster) {
      await cluster.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'crates-by-hand' },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      });
      await cluster.wait('10s');
      expectPods(cluster, 4);
      const isThere = cluster.pods().some(({ metadata }) => metadata.name === 'crates-by-hand');
      cluster.expect(isThere, 'The pod crates-by-hand, which nobody owns, was deleted.');
    },
  },
  {
    id: 'status',
    says: 'The status tells how many pods there are, and how many are ready.',
    async run(cluster) {
      await cluster.wait('10s');
      const { replicas = 0, readyReplicas = 0 } = cluster.replicaSet('crates').status ?? {};
      cluster.expect(
        replicas === 3 && readyReplicas === 3,
        `The status says ${replicas} replicas, ${readyReplicas} ready; three are there, and ready.`,
      );
    },
  },
  {
    id: 'never-too-many',
    says: 'Although its cache is late, it never creates more pods than are wanted.',
    async run(cluster) {
      await cluster.wait('30ms');
      await cluster.kubectl('kubectl scale replicaset crates --replicas=5');
      await cluster.wait('10s');
      expectCreated(cluster, 5);
      expectPods(cluster, 5);
    },
  },
  {
    id: 'survives',
    says: 'Killed in the middle of its work, it begins again with what the cluster holds.',
    async run(cluster) {
      await cluster.wait('7ms');
      cluster.fault('stop my-replicaset-controller');
      await cluster.wait('1s');
      cluster.fault('start my-replicaset-controller');
      await cluster.wait('10s');
      expectPods(cluster, 3);
      expectCreated(cluster, 3);
    },
  },
];

function expectPods(cluster: LabCluster, wanted: number): void {
  const names = cluster.pods().map(({ metadata }) => metadata.name);
  const list = names.length === 0 ? '' : `: ${names.join(', ')}`;
  cluster.expect(names.length === wanted, `There are ${names.length} pods, not ${wanted}${list}.`);
}

function expectCreated(cluster: LabCluster, wanted: number): void {
  const created = cluster.created();
  cluster.expect(created === wanted, `It has created ${created} pods; ${wanted} were enough.`);
}
