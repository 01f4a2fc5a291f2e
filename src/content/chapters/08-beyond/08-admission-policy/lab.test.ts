import type { LabCase, LabCluster } from 'cluster-lab';

const PORT = 'registry.port.example:5000';
const DIGEST = `sha256:${'4b1d'.repeat(16)}`;

export const cases: readonly LabCase[] = [
  {
    id: 'admits',
    says: 'What is in order gets in: images of the port with a tag, and the label owner.',
    async run(cluster) {
      await letsIn(cluster, {});
      await letsIn(cluster, { images: [`${PORT}/till:1.4`, `${PORT}/coffee/mill:2.0-b`], replicas: 5 });
    },
  },
  {
    id: 'registry',
    says: 'An image from elsewhere is refused, also from a registry whose name begins like the port’s.',
    async run(cluster) {
      await refuses(cluster, { images: ['nginx:1.27'] });
      await refuses(cluster, { images: [`${PORT}/till:1.4`, 'nginx:1.27'] });
      await refuses(cluster, { images: [`${PORT}1/till:1.4`] });
    },
  },
  {
    id: 'pinned',
    says: 'Each image has a tag other than latest, or a digest.',
    async run(cluster) {
      await refuses(cluster, { images: [`${PORT}/till:latest`] });
      await refuses(cluster, { images: [`${PORT}/till`] });
      await letsIn(cluster, { images: [`${PORT}/latest-news:2.1`] });
      await letsIn(cluster, { images: [`${PORT}/till@${DIGEST}`] });
    },
  },
  {
    id: 'init',
    says: 'Init containers are judged as well.',
    async run(cluster) {
      await refuses(cluster, { init: ['busybox:1.36'] });
      await refuses(cluster, { init: [`${PORT}/setup:latest`] });
      await letsIn(cluster, { init: [`${PORT}/setup:1.0`] });
    },
  },
  {
    id: 'tells',
    says: 'The refusal names the images that are wrong, and no others.',
    async run(cluster) {
      const said = await refuses(cluster, { images: ['nginx:1.27', `${PORT}/till:1.4`, 'redis:7'] });
      for (const image of ['nginx:1.27', 'redis:7'])
        cluster.expect(said.includes(image), `It does not name ${image}: ${said}`);
      cluster.expect(!said.includes('till:1.4'), `It names till:1.4, which is in order: ${said}`);
    },
  },
  {
    id: 'updates',
    says: 'A change is judged as a new Deployment is.',
    async run(cluster) {
      await types(cluster, 'set image deployment/till till=nginx:1.27', 'refused');
      await types(cluster, `set image deployment/till till=${PORT}/till:1.5`, 'done');
    },
  },
  {
    id: 'owner',
    says: 'The label owner is there and stays as it is. Who never had one may be given one.',
    async run(cluster) {
      await refuses(cluster, { labels: 'none' });
      await refuses(cluster, { labels: { tier: 'web' } });
      await types(cluster, 'label deployment till owner=bo --overwrite', 'refused');
      await types(cluster, 'label deployment till owner-', 'refused');
      await types(cluster, 'label deployment till shift=night', 'done');
      await types(cluster, 'label deployment barrow owner=ana', 'done');
    },
  },
  {
    id: 'numbers',
    says: 'More replicas than the ConfigMap port-rules allows are refused, through both doors. None at all are fine.',
    async run(cluster) {
      await refuses(cluster, { replicas: 10 });
      await types(cluster, 'scale deployment till --replicas=10', 'refused');
      await types(cluster, 'scale deployment till --replicas=0', 'done');
      await write(cluster, { most: '10' });
      await types(cluster, 'scale deployment till --replicas=10', 'done');
    },
  },
  {
    id: 'closed',
    says: 'While the ConfigMap makes no sense, or is gone, nothing new comes in.',
    async run(cluster) {
      await write(cluster, { most: 'plenty' });
      await refuses(cluster, {});
      await cluster.kubectl('kubectl -n office delete configmap port-rules');
      await cluster.wait('10ms');
      await refuses(cluster, {});
    },
  },
  {
    id: 'guarded',
    says: 'A Deployment with the label guarded: "true" is not deleted. Others may be.',
    async run(cluster) {
      await types(cluster, 'delete deployment till --wait=false', 'refused');
      await types(cluster, 'delete deployment barrow --wait=false', 'done');
    },
  },
  {
    id: 'crew',
    says: 'Accounts in kube-system may delete it all the same, and no other account: so a namespace can go.',
    async run(cluster) {
      const robot = '--as=system:serviceaccount:shop:robot --as-group=system:masters';
      await types(cluster, `delete deployment till --wait=false ${robot}`, 'refused');
      await cluster.kubectl('kubectl delete namespace shop --wait=false');
      await cluster.wait('8s');
      const left = cluster.objects<Named>('deployments').filter(({ metadata }) => metadata.namespace === 'shop');
      const names = left.map(({ metadata }) => metadata.name).join(', ');
      cluster.expect(left.length === 0, `The namespace shop is to go, and cannot: ${names} is still there.`);
    },
  },
];

type Named = { readonly metadata: { readonly name: string; readonly namespace: string } };

interface Order {
  readonly images?: readonly string[];
  /** Images of init containers. */
  readonly init?: readonly string[];
  readonly labels?: object | 'none';
  readonly replicas?: number;
}

const IN_ORDER = { images: [`${PORT}/till:1.4`], init: [], labels: { owner: 'ana' }, replicas: 1 };

async function letsIn(cluster: LabCluster, order: Order): Promise<void> {
  const said = await create(cluster, order);
  cluster.expect(said.endsWith(' created'), `${inWords(order)} was turned away: ${said}`);
}

async function refuses(cluster: LabCluster, order: Order): Promise<string> {
  const said = await create(cluster, order);
  cluster.expect(isDenied(said), `${inWords(order)} was let in. kubectl says: ${said}`);
  return said;
}

/** Creates a Deployment in the namespace shop that is in order, but for what is said. */
function create(cluster: LabCluster, order: Order): Promise<string> {
  const { images, init, labels, replicas } = { ...IN_ORDER, ...order };
  const name = `order-${cluster.objects('deployments').length}`;
  const containers = images.map((image, index) => ({ name: `c-${index}`, image }));
  const initContainers = init.map((image, index) => ({ name: `i-${index}`, image }));
  const spec = init.length === 0 ? { containers } : { containers, initContainers };
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', ...(labels === 'none' ? {} : { labels }) },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  };
  return cluster.kubectl('kubectl create -f order.yaml', { 'order.yaml': object });
}

/** What sets this Deployment apart. */
function inWords(order: Order): string {
  const { images, init, labels, replicas } = { ...IN_ORDER, ...order };
  const first = init.length === 0 ? '' : ` after ${init.join(' and ')}`;
  const known = labels === 'none' ? 'no labels' : `the labels ${JSON.stringify(labels)}`;
  return `A Deployment of ${images.join(' and ')}${first}, with ${known} and ${replicas} replicas,`;
}

/** Types a line about the namespace shop, which is to be refused or done. */
async function types(cluster: LabCluster, line: string, wanted: 'refused' | 'done'): Promise<void> {
  const said = await cluster.kubectl(`kubectl -n shop ${line}`);
  const way = isDenied(said) ? 'refused' : 'done';
  cluster.expect(way === wanted, `${line}: it was ${way}, not ${wanted}. kubectl says: ${said}`);
}

function isDenied(said: string): boolean {
  return said.includes(' denied request: ') || said.includes('failed to configure binding: ');
}

async function write(cluster: LabCluster, data: object): Promise<void> {
  await cluster.kubectl(`kubectl -n office patch configmap port-rules -p '${JSON.stringify({ data })}'`);
  await cluster.wait('10ms');
}
