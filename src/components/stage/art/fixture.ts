import type {
  Flight,
  Scene,
  SceneMember,
  SceneNode,
  ScenePod,
  SceneProcess,
  SceneReplica,
} from '../../../../sim/view/scene.ts';

/** Scenes made by hand, for tests and for looking at the drawings: the moment of the design mocks, and its accidents. */
export function mockScene(nodes = 3): Scene {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const list = Array.from({ length: nodes }, (_, index) =>
    nodeOf(`node-${names[index] ?? index + 1}`, CARGO[index] ?? []),
  );
  return {
    now: 1530,
    clock: '1.530 s',
    actors: [
      { ...process('kubectl', 'kubectl', 'you, ashore', ''), kind: 'kubectl', isListening: true },
      { ...process('kube-apiserver', 'kube-apiserver', 'radio operator', ''), kind: 'apiserver', isListening: false },
      { ...process('etcd', 'etcd', 'the ledger', 'rev 1049'), kind: 'etcd', isListening: false },
      {
        ...process('kube-scheduler', 'kube-scheduler', 'the planner', 'queue empty'),
        kind: 'scheduler',
        isListening: true,
      },
      {
        ...process('kube-controller-manager', 'controller-manager', 'the foreman', 'web: 3 wanted, 3 recorded'),
        kind: 'controllers',
        isListening: true,
      },
    ],
    nodes: list,
    unscheduled: [],
    replicas: [],
    services: [{ id: 'service/default/web', name: 'web', clusterIp: '10.96.0.12', readyEndpoints: 2, endpoints: 2 }],
    etcd: {
      members: [],
      revision: 1049,
      recent: [
        { key: 'web-2kq', object: 'pod/web-6f9c-2kq', value: 'node-a', revision: 1047 },
        { key: 'web-8vd', object: 'pod/web-6f9c-8vd', value: 'node-c', revision: 1048 },
        { key: 'web-x7p', object: 'pod/web-6f9c-x7p', value: 'node-b', revision: 1049 },
      ],
    },
    flights: nodes < 2 ? [] : [patch],
    recent:
      nodes < 2
        ? []
        : [
            { number: 10, from: 'kube-apiserver', to: 'etcd', kind: 'store', radio: false },
            { number: 11, from: 'kube-apiserver', to: 'kubelet/node-b', kind: 'watch', radio: true },
            { number: 12, from: 'kubelet/node-b', to: 'containerd/node-b', kind: 'local', radio: false },
          ],
    traffic: { inFlight: 1, routineInFlight: 0, served: 12 },
  };
}

/** The same harbour after accidents: a ship without power, one cut off, the planner away, crates that no ship takes. */
export function brokenScene(): Scene {
  const scene = mockScene();
  const [a, b, c] = scene.nodes as readonly [SceneNode, SceneNode, SceneNode];
  const lost = { fault: 'power', status: 'NotReady', isReady: false, isListening: false } as const;
  return {
    ...scene,
    now: 61_250,
    clock: '1 min 1.3 s',
    actors: scene.actors.map((actor) =>
      actor.kind === 'scheduler' ? { ...actor, isUp: false, isListening: false } : actor,
    ),
    nodes: [
      { ...a, pods: [...a.pods.map((pod) => ({ ...pod, shape: 'leaving', status: 'Terminating' }) as const)] },
      {
        ...b,
        ...lost,
        kubelet: { ...b.kubelet, isUp: false },
        proxy: { ...b.proxy, isUp: false },
        runtime: { ...b.runtime, isUp: false },
        pods: b.pods.map((pod) => ({ ...pod, shape: 'lost', status: 'Running' }) as const),
        serves: [],
      },
      {
        ...c,
        fault: 'cable',
        status: 'Ready,SchedulingDisabled',
        isCordoned: true,
        isListening: false,
        pulling: 'nginx:1.27',
      },
    ],
    unscheduled: [podOf('web-6f9c-k2m', 'B', 500, 'pending'), podOf('api-1', 'A', 4000, 'pending')],
    flights: [],
    recent: [{ number: 31, from: 'kube-controller-manager', to: 'kube-apiserver', kind: 'request', radio: true }],
  };
}

/** Several copies of the ledger: a leader, followers, one that has stopped; with five, an old leader that is cut off. */
export function copiesScene(members: 3 | 5): Scene {
  const scene = mockScene();
  const copies = Array.from({ length: members }, (_, index) => memberOf(index));
  const old = { ...memberOf(4), role: 'leader', fault: 'cable', term: 2, last: 810, committed: 809 } as const;
  const actors = scene.actors.map((actor) =>
    actor.kind === 'etcd' ? { ...actor, line: 'rev 1049, etcd-1 leads' } : actor,
  );
  return { ...scene, actors, etcd: { ...scene.etcd, members: members === 3 ? copies : [...copies.slice(0, 4), old] } };
}

/** Three API servers behind one address; the first has stopped, and another foreman leads. */
export function serversScene(): Scene {
  const scene = copiesScene(3);
  const one = (of: string, number: number, line: string): SceneReplica => {
    const isUp = line !== '';
    return { id: `${of}-${number}`, of, machine: `control-plane-${number}`, isUp, fault: '', line };
  };
  const balancer = { id: 'load-balancer', of: 'kube-apiserver', machine: 'load-balancer', isUp: true } as const;
  const replicas: readonly SceneReplica[] = [
    one('kube-apiserver', 1, ''),
    one('kube-apiserver', 2, '12 watches open'),
    { ...one('kube-apiserver', 3, '9 watches open'), fault: 'cable' },
    { ...balancer, fault: '', line: '' },
    ...[1, 2, 3].flatMap((number) =>
      ['kube-scheduler', 'kube-controller-manager'].map((of) => one(of, number, number === 2 ? 'leads' : 'stands by')),
    ),
  ];
  return { ...scene, replicas };
}

function memberOf(index: number): SceneMember {
  const isUp = index !== 2;
  return {
    id: `etcd-${index}`,
    isUp,
    fault: '',
    isYours: false,
    role: index === 1 ? 'leader' : isUp ? 'follower' : '',
    term: 3,
    vote: 'etcd-1',
    leader: 'etcd-1',
    last: 812,
    committed: 812,
    applied: 812,
    revision: 1049,
  };
}

/** A fleet: pods are counted only. */
export function fleetScene(): Scene {
  const scene = mockScene();
  const nodes = Array.from({ length: 40 }, (_, index) => ({
    ...nodeOf(`node-${index + 1}`, []),
    podCount: 10 + (index % 3),
  }));
  return { ...scene, nodes, flights: [], recent: [] };
}

const patch: Flight = {
  id: 'kubelet/node-b#12',
  from: 'kubelet/node-b',
  to: 'kube-apiserver',
  kind: 'request',
  label: ['PATCH web-6f9c-x7p/status', 'ContainerCreating'],
  sentAt: 1528,
  at: 1532,
  progress: 0.5,
  routine: false,
  radio: true,
  count: 1,
  step: 12,
};

function podOf(name: string, livery: ScenePod['livery'], cpuMilli: number, shape: ScenePod['shape']): ScenePod {
  const status =
    { running: 'Running', creating: 'ContainerCreating', pending: 'Pending' }[shape as string] ?? 'Running';
  return {
    id: `pod/default/${name}`,
    short: name.startsWith('web') ? (name.split('-').at(-1) ?? '') : name,
    name,
    namespace: 'default',
    owner: `deployment/${name.split('-')[0]}`,
    livery,
    cpuMilli,
    memoryBytes: 0,
    status,
    shape,
    ready: shape === 'running' ? '1/1' : '0/1',
    restarts: 0,
    image: 'nginx:1.27',
    ip: '',
  };
}

const CARGO: readonly (readonly ScenePod[])[] = [
  [podOf('db-0', 'D', 1000, 'running'), podOf('web-6f9c-2kq', 'B', 500, 'running')],
  [podOf('cache-0', 'C', 500, 'running'), podOf('web-6f9c-x7p', 'B', 500, 'creating')],
  [podOf('batch-1', 'A', 1000, 'running'), podOf('web-6f9c-8vd', 'B', 500, 'running')],
  [podOf('one', 'A', 0, 'failed'), podOf('two', 'C', 100, 'done'), podOf('three', 'D', 0, 'running')],
];

function nodeOf(name: string, pods: readonly ScenePod[]): SceneNode {
  const ship = (name.split('-').at(-1) ?? '').toUpperCase();
  const used = pods.reduce((sum, pod) => sum + pod.cpuMilli, 0);
  return {
    id: `node/${name}`,
    name,
    ship,
    status: 'Ready',
    isReady: true,
    isCordoned: false,
    fault: '',
    taints: [],
    cpuMilli: 2000,
    cpuUsedMilli: used,
    memoryBytes: 4 * 2 ** 30,
    memoryUsedBytes: 0,
    slots: 8,
    kubelet: process(`kubelet/${name}`, 'kubelet', `captain of ship ${ship}`, ''),
    proxy: process(`kube-proxy/${name}`, 'kube-proxy', `traffic controller of ship ${ship}`, '2 rules'),
    runtime: process(`containerd/${name}`, 'containerd', `deck crane of ship ${ship}`, ''),
    pulling: '',
    zone: '',
    isListening: true,
    pods,
    podCount: pods.length,
    tally: {},
    served: 4,
    serves: name === 'node-b' ? [] : ['web'],
  };
}

function process(id: string, title: string, port: string, line: string): SceneProcess {
  return { id, title, port, isUp: true, line };
}
