import { beforeAll, describe, expect, it } from 'vitest';
import { deployment } from '../../cluster/commands.ts';
import {
  act,
  type ClusterShape,
  createCluster,
  defaultShape,
  nodeShape,
  peekAt,
  serializeWorld,
  shapeOf,
  type Timeline,
} from '../../index.ts';
import type { Value } from '../../kernel/value.ts';
import type { LabCall, ScoreInput } from '../../protocol/lab.ts';
import { addKinds } from '../kinds.ts';
import { addKubectl } from '../kubectl.ts';
import { addLab } from '../lab.ts';
import { addReplicas } from '../replicas.ts';
import { lookInside } from './inside.ts';
import type { Cell, Inside } from './section.ts';

addKinds();
addKubectl();
addReplicas();
addLab();

function open(timeline: Timeline, part: string): Inside {
  const found = lookInside(timeline, part);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** The rows of a table, each cell with its second line. */
function rowsOf(inside: Inside, title: string): readonly (readonly string[])[] {
  const found = inside.sections.find((one) => one.title === title);
  if (found?.type !== 'table') throw new Error(`${inside.title} has no table ${title}`);
  return found.rows.map((row) => row.map(textOf));
}

const textOf = ({ text, more }: Cell) => (more === undefined ? text : `${text} (${more})`);

let runs = 0;

/** Carries lines out one after the other, a second each. */
function after(base: Timeline, lines: readonly string[], documents: readonly object[] = []): Timeline {
  const timeline = base.fork();
  const files = { 'file.yaml': { text: '', documents: documents as readonly Value[] } };
  for (const line of lines) {
    expect(act(timeline, line, `run-${++runs}`, files)).toBeUndefined();
    timeline.advance(timeline.now + 1000);
  }
  return timeline;
}

const shape: ClusterShape = {
  ...defaultShape(2, 3),
  etcd: { members: 1 },
  images: ['nginx:1.27', 'busybox:1.36'],
  addons: ['dns', 'network-policy', 'cloud', 'provisioner', 'metrics-server'],
};
let booted: Timeline;
beforeAll(() => {
  booted = createCluster(shape, { freeze: true });
});

it('every process of a cluster with all addons can be opened, and looking changes nothing', () => {
  const before = serializeWorld(booted.world);
  const shut = booted.world.actors
    .map(({ name }) => name)
    .filter((name) => typeof lookInside(booted, name) === 'string');
  expect(shut, 'the person, and who has set up the cluster').toEqual(['reader', 'bootstrap']);
  const { others = [] } = open(booted, 'etcd');
  expect(others).toEqual(
    expect.arrayContaining(['coredns/node-2', 'metrics-server', 'policy-agent/node-2', 'kubectl']),
  );
  for (const part of others) expect(JSON.parse(JSON.stringify(open(booted, part)))).toEqual(open(booted, part));
  expect(serializeWorld(booted.world)).toBe(before);
  const stopped = after(booted, ['stop metrics-server']);
  expect(open(stopped, 'metrics-server')).toMatchObject({
    summary: expect.stringMatching(/^It is stopped/),
    sections: [],
  });
});

describe('inside the addons', () => {
  it('CoreDNS: names with their records, and who asked', () => {
    const timeline = after(booted, [
      'kubectl create deployment web --image=nginx:1.27',
      'kubectl expose deployment web --port=80',
      'kubectl run asks --image=busybox:1.36 --restart=Never -- wget -qO- -T 2 http://web',
    ]);
    timeline.advance(timeline.now + 5000);
    const [inside = open(timeline, '')] = ['coredns/node-1', 'coredns/node-2']
      .map((part) => open(timeline, part))
      .filter((one) => rowsOf(one, 'The last questions').length > 0);
    const objects = peekAt(timeline.simulation).objects('services');
    const service = objects.find(({ metadata }) => metadata.name === 'web') as unknown as {
      spec: { clusterIP: string };
    };
    const name = 'web.default.svc.cluster.local';
    expect(rowsOf(inside, 'Names of Services')).toContainEqual([name, `A ${service.spec.clusterIP}`]);
    const [last] = rowsOf(inside, 'The last questions');
    const ip = expect.stringMatching(/^10\.244\.[12]\.\d+$/);
    expect(last?.slice(1)).toEqual([ip, name, `A ${service.spec.clusterIP}`]);
    expect(inside.summary).toMatch(/^kube-system\/coredns-\S+ has answered 1 question since/);
  });

  it('CoreDNS on a node that has none of its containers', () => {
    const timeline = after(booted, ['kubectl scale deployment coredns -n kube-system --replicas=0']);
    timeline.advance(timeline.now + 10_000);
    expect(open(timeline, 'coredns/node-1').summary).toMatch(/^No container of CoreDNS runs on node-1/);
    expect(open(timeline, 'etcd').others).not.toContain('coredns/node-1');
  });

  it('metrics-server: two samples of each thing, what they come to, and what it was asked', () => {
    const early = after(booted, ['kubectl run web --image=nginx:1.27']);
    early.advance(early.now + 20_000);
    const samples = rowsOf(open(early, 'metrics-server'), 'Samples of containers').map(([pod]) => pod);
    expect(samples).toContain('default/web (web)');
    early.advance(early.now + 30_000);
    const timeline = after(early, ['kubectl top nodes']);
    const inside = open(timeline, 'metrics-server');
    const { output } = (
      peekAt(timeline.simulation).inspect('kubectl') as { runs: { output: { text: string }[] }[] }
    ).runs.at(-1) ?? { output: [] };
    const top = output.slice(1).map(({ text }) => text.split(/\s+/).slice(0, 2));
    const rows = rowsOf(inside, 'Samples of nodes').map(([node, , , cpu]) => [node, cpu]);
    expect(rows.length).toBe(2);
    expect(rows).toEqual(top);
    expect(rowsOf(inside, 'The last requests')[0]?.slice(1)).toEqual(['GET /apis/metrics.k8s.io/v1beta1/nodes', '200']);
  });

  it('cloud-controller-manager and provisioners: their queue, and what they have made', () => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: {
        storageClassName: 'nfs-client',
        accessModes: ['ReadWriteMany'],
        resources: { requests: { storage: '1Gi' } },
      },
    };
    const lines = [
      'kubectl create deployment web --image=nginx:1.27',
      'kubectl expose deployment web --port=80 --type=LoadBalancer',
      'kubectl apply -f file.yaml',
    ];
    const timeline = after(booted, lines, [claim]);
    const busy = open(timeline, 'cloud-controller-manager');
    expect(rowsOf(busy, 'Work queue')).toEqual([['default/web', expect.stringMatching(/^in work/)]]);
    timeline.advance(timeline.now + 6000);
    const cloud = open(timeline, 'cloud-controller-manager');
    expect(rowsOf(cloud, 'Work queue')).toEqual([]);
    expect(rowsOf(cloud, 'Load balancers of the cloud')).toEqual([['203.0.113.1', 'default/web', 'in its status']]);
    const volumes = rowsOf(open(timeline, 'nfs-subdir-external-provisioner'), 'Its volumes');
    expect(volumes.map((row) => row.slice(1))).toEqual([['default/data', 'Bound', 'Delete']]);
    expect(rowsOf(open(timeline, 'local-path-provisioner'), 'Its volumes')).toEqual([]);
  });

  it('the agent of network policies: what holds for each pod, and whether the kernel has it', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'only-b' },
      spec: {
        podSelector: { matchLabels: { run: 'a' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr: '10.9.0.0/16', except: ['10.9.1.0/24'] } }], ports: [{ port: 80 }] }],
      },
    };
    const timeline = after(booted, ['kubectl run a --image=nginx:1.27', 'kubectl apply -f file.yaml'], [policy]);
    timeline.advance(timeline.now + 4000);
    const pod = peekAt(timeline.simulation)
      .objects('pods')
      .find(({ metadata }) => metadata.name === 'a') as unknown as {
      spec: { nodeName: string };
      status: { podIP: string };
    };
    expect(rowsOf(open(timeline, `policy-agent/${pod.spec.nodeName}`), 'What it has written')).toEqual([
      [
        'a',
        pod.status.podIP,
        'only this (10.9.0.0/16 but 10.9.1.0/24, on port 80)',
        'everything passes',
        'in the kernel',
      ],
    ]);
  });

  it('kubectl: its kubeconfig, and each line with how it ended', () => {
    const timeline = after(booted, ['kubectl get pod none', 'kubectl get pods --watch']);
    expect(rowsOf(open(timeline, 'kubectl'), 'Commands').map(([line, , stands]) => [line, stands])).toEqual([
      ['kubectl get pods --watch', 'waits (listens to a watch)'],
      ['kubectl get pod none', 'exit code 1'],
    ]);
  });
});

it('inside the address of several API servers: who is well, and whose connection goes where', () => {
  const several = createCluster({ ...defaultShape(1, 1), apiServers: 3 }, { freeze: true });
  const before = open(several, 'load-balancer');
  expect(before.summary).toMatch(/^3 of 3 API servers are well\./);
  const counted = rowsOf(before, 'Servers').map((row) => Number(row[3]));
  expect(counted.reduce((sum, one) => sum + one)).toBe(rowsOf(before, 'Connections').length);
  expect(rowsOf(before, 'Connections').map(([client]) => client)).toContain('kubelet on node-1');
  const timeline = after(several, ['kill node/control-plane-2']);
  timeline.advance(timeline.now + 3500);
  const [, row] = rowsOf(open(timeline, 'load-balancer'), 'Servers');
  expect(row?.[1]).toMatch(/^up \([12] checks? in a row says? otherwise\)$/);
  timeline.advance(timeline.now + 8000);
  expect(rowsOf(open(timeline, 'load-balancer'), 'Servers')[1]?.[1]).toMatch(/^down/);
});

describe('inside a lab', () => {
  const labShape = (lab: 'score-plugin' | 'replicaset-controller') =>
    shapeOf({
      etcd: { members: 1 },
      seed: 5,
      lab,
      nodes: [nodeShape('node-a'), nodeShape('node-b')],
      images: ['nginx:1.27'],
    });

  it('the score plugin: what it was asked, and the numbers that it gave', () => {
    const answer = ({ asks }: { readonly asks: unknown }): Value => {
      const { nodes } = (asks as LabCall).input as ScoreInput;
      return { ok: true, output: { scores: nodes.map((_, index) => 10 * index) }, state: { seen: 1 }, logs: ['hello'] };
    };
    const timeline = createCluster(labShape('score-plugin'), { answer });
    expect(open(timeline, 'my-score-plugin').summary).toBe('It has no program yet.');
    timeline.command(deployment('score-plugin', '0123456789abcdef'));
    timeline.advance(timeline.now + 2000);
    const scored = after(timeline, ['kubectl run tea --image=nginx:1.27']);
    const inside = open(scored, 'my-score-plugin');
    expect(rowsOf(inside, 'The last calls').map((row) => row.slice(1))).toEqual([
      ['default/tea', 'node-a, node-b', 'node-a 0, node-b 10'],
    ]);
    expect(rowsOf(inside, 'Its log').map(([, line]) => line)).toEqual(['hello']);
    const program = inside.sections.find(({ title }) => title === 'The program');
    expect(program?.type === 'facts' && program.facts.map(([, is]) => is.text)).toEqual([
      '0123456789abcdef',
      '{"seen":1}',
      'never',
    ]);
  });

  it('the controller: its calls with their writes, and why it ended', () => {
    let isWell = true;
    const answer = (): Value =>
      isWell
        ? { ok: true, output: { writes: [], requeueAfterMs: 60_000 }, state: null, logs: [] }
        : {
            ok: false,
            failure: { kind: 'thrown', message: 'TypeError: no', line: 4, stack: [] },
            logs: ['last words'],
          };
    const timeline = createCluster(labShape('replicaset-controller'), { answer });
    timeline.command(deployment('replicaset-controller', '0123456789abcdef'));
    timeline.advance(timeline.now + 2000);
    const web = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } },
      },
    };
    const called = after(timeline, ['kubectl apply -f file.yaml'], [web]);
    const inside = open(called, 'my-replicaset-controller');
    expect(rowsOf(inside, 'The last calls')[0]?.slice(1)).toEqual([
      'default/web',
      'nothing to write (to be called again in 60000 ms)',
    ]);
    expect(rowsOf(inside, 'Work queue')[0]?.[1]).toMatch(/^will look again/);
    isWell = false;
    const crashed = after(called, ['kubectl scale replicaset web --replicas=3']);
    crashed.advance(crashed.now - 900);
    const ended = open(crashed, 'my-replicaset-controller');
    expect(rowsOf(ended, 'The last calls')[0]?.[2]).toBe('it crashed (TypeError: no, in line 4)');
    expect(rowsOf(ended, 'Its log')[0]?.[1]).toBe('last words');
  });
});
