import type { Endpoint, LabCase, LabCluster } from 'cluster-lab';

/** Nobody has these addresses: a connection to one of them gets no answer. */
const [DEAD, DEAD_TOO] = ['10.244.9.8', '10.244.9.9'];

export const cases: readonly LabCase[] = [
  {
    id: 'ready',
    says: 'Ready endpoints of all slices get rules; one that says nothing of it is ready.',
    async run(cluster) {
      const silent = { addresses: ['10.244.2.51'], nodeName: 'node-b' };
      await slice(cluster, 'web-1', [at('10.244.1.50', 'ready'), at('10.244.2.50', 'unready'), silent]);
      await slice(cluster, 'web-2', [at('10.244.3.50', 'ready')]);
      await cluster.wait('2s');
      expectRules(cluster, 'node-a', ['10.244.1.50', '10.244.2.51', '10.244.3.50']);
    },
  },
  {
    id: 'once',
    says: 'An endpoint that is in two slices gets its rules once.',
    async run(cluster) {
      await slice(cluster, 'web-1', [at('10.244.1.50', 'ready'), at('10.244.2.50', 'ready')]);
      await slice(cluster, 'web-2', [at('10.244.2.50', 'ready')]);
      await cluster.wait('2s');
      expectRules(cluster, 'node-a', ['10.244.1.50', '10.244.2.50']);
    },
  },
  {
    id: 'ending',
    says: 'Endpoints that end and still serve are used, but only when none is ready.',
    async run(cluster) {
      const rest = [at('10.244.2.50', 'ending'), at('10.244.2.51', 'gone'), at('10.244.2.52', 'unready')];
      await slice(cluster, 'web-1', [at('10.244.1.50', 'ready'), ...rest]);
      await cluster.wait('2s');
      expectRules(cluster, 'node-a', ['10.244.1.50']);
      await cluster.kubectl('kubectl delete endpointslice web-1');
      await slice(cluster, 'web-1', rest);
      await cluster.wait('2s');
      expectRules(cluster, 'node-a', ['10.244.2.50']);
    },
  },
  {
    id: 'local',
    says: 'Traffic with a policy Local stays on the node, where the same rule holds for its own endpoints.',
    async run(cluster) {
      await cluster.kubectl(`kubectl patch service web -p '{"spec":{"internalTrafficPolicy":"Local"}}'`);
      const ready = [at('10.244.2.50', 'ready', 'node-b'), at('10.244.2.51', 'unready', 'node-b')];
      await slice(cluster, 'web-1', [at('10.244.1.50', 'ending', 'node-a'), ...ready]);
      await cluster.wait('2s');
      expectRules(cluster, 'node-b', ['10.244.2.50'], 'local');
      expectRules(cluster, 'node-a', ['10.244.1.50'], 'local');
      expectRules(cluster, 'node-a', ['10.244.2.50']);
    },
  },
  {
    id: 'none',
    says: 'Without a usable endpoint there are no rules, and callers are refused at once.',
    async run(cluster) {
      await slice(cluster, 'web-1', [at('10.244.2.50', 'unready'), at('10.244.2.51', 'gone')]);
      await call(cluster, 500);
      await cluster.wait('4s');
      expectRules(cluster, 'node-a', []);
      const { refused, unanswered } = await outcomes(cluster, 'caller');
      cluster.expect(refused > 0, 'The caller was refused not once.');
      cluster.expect(unanswered === 0, `The caller has waited ${unanswered} times in vain.`);
    },
  },
  {
    id: 'ejects',
    says: 'Three failed connections within 10 s leave an endpoint out of the rules of that node.',
    async run(cluster) {
      const good = await goodAndDead(cluster);
      const failed = await failuresUntil(cluster, () => !used(cluster, 'node-a').includes(DEAD));
      cluster.expect(failed > 2, `The endpoint was left out after ${failed} failed connections.`);
      cluster.expect(failed < 7, `${failed} connections have failed, and the endpoint is still in the rules.`);
      expectRules(cluster, 'node-a', [good]);
      expectRules(cluster, 'node-b', [good, DEAD]);
    },
  },
  {
    id: 'forgets',
    says: 'Failures more than 10 s old are forgotten.',
    async run(cluster) {
      await goodAndDead(cluster, 5500);
      for (let step = 0; step < 25; step++) {
        await cluster.wait('2s');
        if (used(cluster, 'node-a').includes(DEAD)) continue;
        const { unanswered } = await outcomes(cluster, 'caller');
        cluster.expect(false, `${unanswered} failures, at least 5.5 s apart, were enough to leave the endpoint out.`);
      }
    },
  },
  {
    id: 'returns',
    says: 'An endpoint that was left out is tried again after 15 s.',
    async run(cluster) {
      await goodAndDead(cluster);
      await failuresUntil(cluster, () => !used(cluster, 'node-a').includes(DEAD));
      await cluster.wait('12s');
      cluster.expect(!used(cluster, 'node-a').includes(DEAD), 'It was back in the rules after 12 s.');
      await cluster.wait('5s');
      cluster.expect(used(cluster, 'node-a').includes(DEAD), 'After 17 s it is still left out.');
    },
  },
  {
    id: 'panic',
    says: 'When all of them have failed, all are used.',
    async run(cluster) {
      await slice(cluster, 'web-1', [at(DEAD, 'ready'), at(DEAD_TOO, 'ready')]);
      await call(cluster, 500);
      await cluster.wait('3s');
      const lengths: number[] = [];
      for (let step = 0; step < 30; step++) {
        await cluster.wait('500ms');
        lengths.push(used(cluster, 'node-a').length);
      }
      cluster.expect(!lengths.includes(0), 'There were no rules, although two endpoints are ready.');
      cluster.expect(lengths.includes(1), 'Neither of the two was left out.');
      const later = lengths.slice(lengths.indexOf(1));
      cluster.expect(later.includes(2), 'Both fail, and one of them is used alone.');
    },
  },
  {
    id: 'wreck',
    says: 'When a node loses its power, the truck loses fewer than 20 of its next 80 calls.',
    async run(cluster) {
      await cluster.wait('2s');
      const before = await outcomes(cluster, 'truck');
      cluster.fault('kill node/node-c');
      await cluster.wait('40s');
      const after = await outcomes(cluster, 'truck');
      const lost = after.unanswered - before.unanswered;
      cluster.expect(lost < 20, `The truck has lost ${lost} calls.`);
    },
  },
];

type State = 'ready' | 'unready' | 'ending' | 'gone';

const CONDITIONS: Readonly<Record<State, Endpoint['conditions']>> = {
  ready: { ready: true, serving: true, terminating: false },
  unready: { ready: false, serving: false, terminating: false },
  ending: { ready: false, serving: true, terminating: true },
  gone: { ready: false, serving: false, terminating: true },
};

function at(address: string, state: State, nodeName = 'node-b'): Endpoint {
  return { addresses: [address], conditions: CONDITIONS[state], nodeName };
}

/** A slice of the Service `web`. */
async function slice(cluster: LabCluster, name: string, endpoints: readonly Endpoint[]): Promise<void> {
  await cluster.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints,
  });
}

/** A caller on node-a that asks the Service `web`. */
async function call(cluster: LabCluster, everyMs: number): Promise<void> {
  const env = [
    { name: 'TARGET', value: 'web' },
    { name: 'INTERVAL_MS', value: String(everyMs) },
  ];
  const spec = { nodeName: 'node-a', containers: [{ name: 'caller', image: 'harbour/client:1', env }] };
  await cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'caller' }, spec });
}

/** Two ready endpoints of `web`: a pod that answers, and an address that nobody has. Gives the pod's address. */
async function goodAndDead(cluster: LabCluster, everyMs = 500): Promise<string> {
  const shop = cluster.pods().find(({ metadata }) => metadata.name === 'shop-b');
  const good = shop?.status?.podIP ?? '';
  await slice(cluster, 'web-1', [at(good, 'ready'), at(DEAD, 'ready')]);
  await call(cluster, everyMs);
  await cluster.wait('2s');
  return good;
}

/** How many calls of the caller got no answer until something is so, or until there were seven. */
async function failuresUntil(cluster: LabCluster, isSo: () => boolean): Promise<number> {
  for (let step = 0; step < 40; step++) {
    await cluster.wait('1s');
    const { unanswered } = await outcomes(cluster, 'caller');
    if (isSo() || unanswered > 6) return unanswered;
  }
  return 0;
}

async function outcomes(cluster: LabCluster, pod: string): Promise<{ refused: number; unanswered: number }> {
  const log = await cluster.kubectl(`kubectl logs ${pod}`);
  return { refused: log.split('refused').length - 1, unanswered: log.split('no answer').length - 1 };
}

function used(cluster: LabCluster, node: string, policy: 'cluster' | 'local' = 'cluster'): readonly string[] {
  const rules = cluster.rules(node, 'web');
  if (rules === undefined) throw new Error(`${node} has no rules for the Service web.`);
  return rules[policy];
}

function expectRules(
  cluster: LabCluster,
  node: string,
  wanted: readonly string[],
  policy: 'cluster' | 'local' = 'cluster',
): void {
  const [is, should] = [used(cluster, node, policy), wanted].map((list) => [...list].sort().join(', ') || 'nothing');
  const which = policy === 'local' ? 'its local traffic' : 'the Service web';
  cluster.expect(is === should, `${node} has rules for ${which} to ${is}, not to ${should}.`);
}
