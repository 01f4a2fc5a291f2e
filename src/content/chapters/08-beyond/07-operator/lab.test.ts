import type { Deployment, Kiosk, LabCase, LabCluster, Service } from 'cluster-lab';

interface Slice {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly targetRef?: { readonly name?: string } }[];
}

export const cases: readonly LabCase[] = [
  {
    id: 'creates',
    says: 'A Kiosk gets a Deployment and a Service of its name, and the Service chooses the pods.',
    async run(cluster) {
      await cluster.wait('300ms');
      const { spec } = deployment(cluster);
      const [image = ''] = spec.template.spec.containers.map((container) => container.image);
      const made = `${spec.replicas} replicas of ${image}`;
      cluster.expect(made === '2 replicas of nginx:1.27', `The Deployment has ${made}, not 2 of nginx:1.27.`);
      const { selector = {} } = service(cluster).spec;
      const labels = spec.template.metadata?.labels ?? {};
      const isChosen = Object.entries(selector).every(([key, value]) => labels[key] === value);
      cluster.expect(isChosen && Object.keys(selector).length > 0, 'The Service’s selector does not choose the pods.');
    },
  },
  {
    id: 'owns',
    says: 'Both name the Kiosk as their controller.',
    async run(cluster) {
      await cluster.wait('100ms');
      const { uid } = kiosk(cluster).metadata;
      for (const plural of ['deployments', 'services']) {
        const owners = find<Service>(cluster, plural)?.metadata.ownerReferences ?? [];
        const owner = owners.find(({ controller }) => controller);
        cluster.expect(owner?.uid === uid, `Of the ${plural}, tickets does not name the Kiosk as its controller.`);
      }
    },
  },
  {
    id: 'reports',
    says: 'The status tells how many windows are open, and of which generation it speaks.',
    async run(cluster) {
      await cluster.wait('3s');
      expectStatus(cluster, 'open', 2);
      expectStatus(cluster, 'observedGeneration', 1);
      expectReady(cluster, 'True');
    },
  },
  {
    id: 'quiet',
    says: 'When all is as it should be, it writes nothing, not even after a restart.',
    async run(cluster) {
      await cluster.wait('3s');
      const before = cluster.writes().length;
      await cluster.kubectl('kubectl annotate kiosk tickets looked=at');
      cluster.fault('stop my-operator');
      cluster.fault('start my-operator');
      await cluster.wait('200ms');
      const more = cluster.writes().slice(before);
      cluster.expect(more.length === 0, `It has sent ${more.length} more writes, the first: ${more[0]}`);
    },
  },
  {
    id: 'goes',
    says: 'A Kiosk that is being deleted gets nothing new, and nothing is left of it.',
    async run(cluster) {
      await cluster.wait('100ms');
      const before = cluster.writes().length;
      await cluster.kubectl('kubectl delete kiosk tickets --cascade=foreground --wait=false');
      await cluster.wait('300ms');
      const made = cluster
        .writes()
        .slice(before)
        .filter((line) => line.startsWith('POST'));
      cluster.expect(made.length === 0, `While the Kiosk was on its way out, it has sent ${made.length}× ${made[0]}`);
      await cluster.wait('5s');
      for (const plural of ['kiosks.port.example', 'deployments', 'services', 'pods']) {
        const left = cluster.objects<Kiosk>(plural).filter(({ metadata }) => metadata.name.startsWith('tickets'));
        cluster.expect(left.length === 0, `Of the ${plural}, ${left.length} are left.`);
      }
    },
  },
  {
    id: 'leaves-others',
    says: 'A Deployment of the same name that is not its own is left alone, and Ready is False.',
    async run(cluster) {
      await cluster.kubectl('kubectl create deployment snacks --image=nginx:1.28');
      await create(cluster, 'snacks', 2);
      await cluster.wait('100ms');
      const { metadata, spec } = deployment(cluster, 'snacks');
      const isChanged = spec.replicas !== 1 || (metadata.ownerReferences ?? []).length > 0;
      cluster.expect(!isChanged, 'The Deployment snacks, which somebody made by hand, was changed.');
      expectReady(cluster, 'False', 'snacks');
    },
  },
  {
    id: 'follows',
    says: 'When the Kiosk changes, the Deployment follows.',
    async run(cluster) {
      await cluster.wait('100ms');
      await change(cluster, { windows: 3, image: 'nginx:1.28' });
      await cluster.wait('100ms');
      const { spec } = deployment(cluster);
      const images = spec.template.spec.containers.map(({ image }) => image).join(', ');
      cluster.expect(images === 'nginx:1.28', `The Deployment runs ${images}, not nginx:1.28.`);
      cluster.expect(spec.replicas === 3, `The Deployment has ${spec.replicas} replicas, not 3.`);
    },
  },
  {
    id: 'shares',
    says: 'Fields that others have set stay as they are, also when the image changes.',
    async run(cluster) {
      await cluster.wait('100ms');
      const [container] = deployment(cluster).spec.template.spec.containers;
      const more = { name: container?.name, resources: { limits: { memory: '64Mi' } } };
      const patch = { spec: { template: { spec: { containers: [more] } } } };
      await cluster.kubectl(`kubectl patch deployment tickets -p '${JSON.stringify(patch)}'`);
      await cluster.wait('100ms');
      await change(cluster, { image: 'nginx:1.28' });
      await cluster.wait('100ms');
      const [now] = deployment(cluster).spec.template.spec.containers;
      cluster.expect(now?.image === 'nginx:1.28', `The Deployment runs ${now?.image}, not nginx:1.28.`);
      const limit = now?.resources?.limits?.['memory'] ?? 'none';
      cluster.expect(limit === '64Mi', `The memory limit that somebody set was 64Mi, and is ${limit}.`);
    },
  },
  {
    id: 'truth',
    says: 'Ready is True only when all windows run what the newest generation asks for.',
    async run(cluster) {
      await cluster.wait('3s');
      await change(cluster, { image: 'nginx:unheard-of' });
      for (let step = 0; step < 50; step++) {
        await cluster.wait('5ms');
        if (kiosk(cluster).status?.observedGeneration === 2) expectReady(cluster, 'False');
      }
      expectStatus(cluster, 'observedGeneration', 2);
    },
  },
  {
    id: 'repairs',
    says: 'What somebody deletes comes back, and what somebody scales by hand is scaled back.',
    async run(cluster) {
      await cluster.wait('100ms');
      await cluster.kubectl('kubectl delete service tickets');
      await cluster.kubectl('kubectl scale deployment tickets --replicas=1');
      await cluster.wait('100ms');
      cluster.expect(find<Service>(cluster, 'services') !== undefined, 'The Service does not come back.');
      const { replicas } = deployment(cluster).spec;
      cluster.expect(replicas === 2, `The Deployment still has ${replicas} replicas, not 2.`);
      await cluster.kubectl('kubectl delete deployment tickets');
      await cluster.wait('100ms');
      cluster.expect(find<Deployment>(cluster, 'deployments') !== undefined, 'The Deployment does not come back.');
    },
  },
  {
    id: 'apart',
    says: 'Two Kiosks do not mix: each Service finds the pods of its own.',
    async run(cluster) {
      await create(cluster, 'snacks', 1);
      await cluster.wait('3s');
      expectEndpoints(cluster, 'snacks', 1);
      expectEndpoints(cluster, 'tickets', 2);
    },
  },
  {
    id: 'survives',
    says: 'Killed in the middle of its work, it goes on where it was.',
    async run(cluster) {
      await cluster.wait('10ms');
      cluster.fault('stop my-operator');
      await cluster.wait('1s');
      cluster.fault('start my-operator');
      await cluster.wait('3s');
      expectEndpoints(cluster, 'tickets', 2);
      expectReady(cluster, 'True');
    },
  },
];

type Named = { readonly metadata: { readonly name: string } };

function find<O extends Named>(cluster: LabCluster, plural: string, name = 'tickets'): O | undefined {
  return cluster.objects<O>(plural).find(({ metadata }) => metadata.name === name);
}

function deployment(cluster: LabCluster, name = 'tickets'): Deployment {
  const found = find<Deployment>(cluster, 'deployments', name);
  if (found === undefined) throw new Error(`There is no Deployment ${name}.`);
  return found;
}

function service(cluster: LabCluster): Service {
  const found = find<Service>(cluster, 'services');
  if (found === undefined) throw new Error('There is no Service tickets.');
  return found;
}

function kiosk(cluster: LabCluster, name = 'tickets'): Kiosk {
  const found = find<Kiosk>(cluster, 'kiosks.port.example', name);
  if (found === undefined) throw new Error(`There is no Kiosk ${name}.`);
  return found;
}

async function create(cluster: LabCluster, name: string, windows: number): Promise<void> {
  await cluster.create({
    apiVersion: 'port.example/v1',
    kind: 'Kiosk',
    metadata: { name },
    spec: { image: 'nginx:1.27', windows },
  });
}

async function change(cluster: LabCluster, spec: object): Promise<void> {
  await cluster.kubectl(`kubectl patch kiosk tickets --type=merge -p '${JSON.stringify({ spec })}'`);
}

function expectEndpoints(cluster: LabCluster, service: string, wanted: number): void {
  const slices = cluster.objects<Slice>('endpointslices');
  const mine = slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
  const pods = mine.flatMap(({ endpoints = [] }) => endpoints.map(({ targetRef }) => targetRef?.name));
  const list = pods.length === 0 ? '' : `: ${pods.join(', ')}`;
  cluster.expect(pods.length === wanted, `The Service ${service} finds ${pods.length} pods, not ${wanted}${list}.`);
}

function expectStatus(cluster: LabCluster, field: 'open' | 'observedGeneration', wanted: number): void {
  const value = kiosk(cluster).status?.[field];
  cluster.expect(value === wanted, `The status has ${field} ${value ?? 'not set'}, not ${wanted}.`);
}

function expectReady(cluster: LabCluster, wanted: string, name = 'tickets'): void {
  const { status } = kiosk(cluster, name);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'not set';
  cluster.expect(ready === wanted, `The condition Ready of ${name} is ${ready}, not ${wanted}.`);
}
