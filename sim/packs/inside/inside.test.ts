import { beforeAll, describe, expect, it } from 'vitest';
import { createCluster, nodeShape, peekAt, serializeWorld, shapeOf, type Timeline } from '../../index.ts';
import type { Value } from '../../kernel/value.ts';
import { act } from '../../scenario/ahead.ts';
import { addKinds } from '../kinds.ts';
import { addKubectl } from '../kubectl.ts';
import { lookInside } from './inside.ts';
import type { Cell, Inside, Section } from './section.ts';

addKinds();
addKubectl();

const QUOTA = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'few', namespace: 'default' },
  spec: { hard: { 'count/services': '0' } },
};

function pod(name: string, cpu: string, more: object = {}) {
  const containers = [{ name: 'c', image: 'nginx:1.27', resources: { requests: { cpu } }, ...more }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { containers },
  };
}

let booted: Timeline;
beforeAll(() => {
  const probe = { readinessProbe: { httpGet: { path: '/', port: 80 } } };
  booted = createCluster(
    shapeOf({
      seed: 5,
      nodes: [nodeShape('node-a'), nodeShape('node-b')],
      images: ['nginx:1.27'],
      objects: [
        pod('idle', '500m'),
        pod('huge', '9'),
        pod('probed', '100m', probe),
        pod('lost', '100m', { image: 'no/such:1' }),
      ],
    }),
  );
});

/** A copy of the booted cluster in which these lines were carried out one after the other, each for so long. */
function after(...lines: readonly (readonly [line: string, ms: number])[]): Timeline {
  const timeline = booted.fork();
  const files = { 'pod.yaml': { text: '', documents: [pod('tea', '250m') as Value] } };
  for (const [line, ms] of lines) {
    expect(act(timeline, line, `run-${timeline.commands.length + 1}`, files)).toBeUndefined();
    timeline.advance(timeline.now + ms);
  }
  return timeline;
}

function open(timeline: Timeline, part: string): Inside {
  const found = lookInside(timeline, part);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

function section<T extends Section['type']>(inside: Inside, title: string, type: T): Extract<Section, { type: T }> {
  const found = inside.sections.find((one) => one.title === title && one.type === type);
  if (found === undefined) throw new Error(`${inside.title} has no ${type} ${title}`);
  return found as Extract<Section, { type: T }>;
}

/** The rows of a table as objects by column. */
function rowsOf(inside: Inside, title: string): readonly Readonly<Record<string, Cell>>[] {
  const { columns, rows } = section(inside, title, 'table');
  return rows.map((row) => Object.fromEntries(row.map((cell, index) => [columns[index] ?? '', cell])));
}

function rowOf(inside: Inside, title: string, column: string, text: string): Readonly<Record<string, Cell>> {
  const found = rowsOf(inside, title).find((row) => row[column]?.text.includes(text));
  if (found === undefined) throw new Error(`${title} has no row with ${text}`);
  return found;
}

const wordsOf = (row: Readonly<Record<string, Cell>>) => Object.values(row).map(({ text }) => text);

describe('inside etcd', () => {
  it('lists the log entry by entry, and who has each', () => {
    const timeline = after(['kubectl apply -f pod.yaml', 31]);
    const row = rowOf(open(timeline, 'etcd'), 'The Raft log', 'Entry', 'pods/default/tea, if there is no such key');
    const holders = ['etcd-0', 'etcd-1', 'etcd-2'].map((member) => row[member]?.text);
    expect(holders, 'the write is under way').not.toEqual(['applied', 'applied', 'applied']);
    timeline.advance(200);
    const later = rowOf(open(timeline, 'etcd'), 'The Raft log', 'Entry', 'pods/default/tea, if there is no such key');
    expect(later).toMatchObject({
      Index: row['Index'],
      'etcd-0': { text: 'applied', mark: 'ok' },
      'etcd-1': { text: 'applied' },
      'etcd-2': { text: 'applied' },
    });
  });

  it('says what a member lacks that does not run, and that nobody leads without a majority', () => {
    const timeline = after(['stop etcd-0', 100], ['kubectl apply -f pod.yaml', 500]);
    const inside = open(timeline, 'etcd-0');
    expect(rowOf(inside, 'The Raft log', 'Entry', 'pods/default/tea')['etcd-0']).toEqual({
      text: 'not there',
      mark: 'none',
    });
    expect(rowOf(inside, 'The leader’s progress', 'Follower', 'etcd-0')['Has up to']?.more).toMatch(/^\d+ behind$/);
    const [leader] = rowsOf(inside, 'Members').filter((row) => row['Role']?.text === 'leader');
    expect(inside.summary).toContain(`${leader?.['Member']?.text} leads in term ${leader?.['Term']?.text}`);
    act(timeline, 'stop etcd-1', 'x', {});
    timeline.advance(timeline.now + 3000);
    expect(open(timeline, 'etcd').summary).toMatch(/^Nobody leads now, so nothing can be written. .* 2 of 3 /);
  });
});

describe('inside the scheduler', () => {
  it('lists who waits, for what, and until when', () => {
    const inside = open(booted, 'kube-scheduler');
    const huge = rowOf(inside, 'Unschedulable pods', 'Pod', 'default/huge');
    expect(huge['Pod']?.pod, 'its tables can be opened').toBe('default/huge');
    expect(huge['Woken by']?.text).toBe('NodeResourcesFit: a Pod goes and a Node comes or changes');
    const { unschedulable } = peekAt(booted.simulation).inspect('kube-scheduler') as { unschedulable: object[] };
    expect(rowsOf(inside, 'Unschedulable pods')).toHaveLength(unschedulable.length);
  });

  it('has the pod of the running cycle in hand, and then counts it in advance', () => {
    const timeline = after(['kubectl apply -f pod.yaml', 1]);
    const seen = new Set<string>();
    while (timeline.step(400)) {
      const { summary, sections } = open(timeline, 'kube-scheduler');
      if (summary.startsWith('It decides about default/tea')) seen.add('in hand');
      const reserved = sections.find(({ title }) => title === 'Counted in advance');
      if (reserved?.type === 'table' && reserved.rows.some(([key]) => key?.text === 'default/tea')) seen.add('assumed');
    }
    expect([...seen]).toEqual(['in hand', 'assumed']);
  });
});

describe('inside the controllers', () => {
  it('tells the caches from the ledger until the news has come', () => {
    const timeline = after(['kubectl apply -f pod.yaml', 1]);
    const isStored = () =>
      peekAt(timeline.simulation)
        .objects('pods')
        .some(({ metadata }) => metadata.name === 'tea');
    while (!isStored() && timeline.step(400));
    const caches = 'Caches against the ledger';
    const early = rowOf(open(timeline, 'kube-controller-manager'), caches, 'Informer', 'pods');
    const stored = peekAt(timeline.simulation)
      .objects('pods')
      .find(({ metadata }) => metadata.name === 'tea');
    const revision = stored?.metadata.resourceVersion;
    expect(early['Difference']?.more).toBe(`default/tea: not here yet, ${revision} there`);
    timeline.advance(5000);
    const late = open(timeline, 'kube-controller-manager');
    expect(rowsOf(late, caches).map((row) => row['Difference']?.text)).toEqual(
      expect.not.arrayContaining(['1 different']),
    );
  });

  it('tells keys in work from those that back off', () => {
    const timeline = booted.fork();
    const files = { 'q.yaml': { text: '', documents: [{ ...QUOTA, spec: { hard: { pods: '0' } } } as Value] } };
    act(timeline, 'kubectl apply -f q.yaml', 'run-1', files);
    timeline.advance(2000);
    act(timeline, 'kubectl create deployment web --image=nginx:1.27', 'run-2', {});
    const seen = new Set<string>();
    while (timeline.step(2600)) {
      for (const row of rowsOf(open(timeline, 'kube-controller-manager'), 'Work queues')) {
        if (row['Loop']?.text === 'replicaset-controller') seen.add(row['Stands']?.text ?? '');
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(['in work', 'backing off']));
  });
});

describe('inside the API server', () => {
  it('shows a request in its stage, and what each one decided', () => {
    const timeline = after(['kubectl apply -f pod.yaml', 1]);
    const chainNow = () => section(open(timeline, 'kube-apiserver'), 'The handler chain', 'chain').requests;
    while (
      !(chainNow()[0]?.text.includes('POST') && chainNow()[0]?.stages.at(-1)?.state === 'here') &&
      timeline.step(400)
    );
    const [post, get] = chainNow();
    expect(post).toMatchObject({
      text: 'kubectl: POST /api/v1/namespaces/default/pods (tea)',
      answer: 'no answer yet',
      origin: 'kubectl apply -f pod.yaml',
    });
    expect(post?.stages.map(({ state }) => state).join(' ')).toBe(
      'passed passed never passed passed passed passed passed here',
    );
    expect(get).toMatchObject({ text: 'kubectl: GET /api/v1/namespaces/default/pods/tea', answer: '404 NotFound' });
    expect(get?.stages.at(-1)).toEqual({ name: 'storage', state: 'done', text: 'read from etcd' });
    timeline.advance(400);
    const done = chainNow().find(({ id }) => id === post?.id);
    const stored = peekAt(timeline.simulation)
      .objects('pods')
      .find(({ metadata }) => metadata.name === 'tea');
    expect(done?.answer).toBe('201');
    expect(done?.stages[5]?.text).toContain('ServiceAccount');
    expect(done?.stages.at(-1)?.text).toMatch(/^written, revision \d+$/);
    expect(Number(/\d+$/.exec(done?.stages.at(-1)?.text ?? '')?.[0])).toBeLessThanOrEqual(
      Number(stored?.metadata.resourceVersion),
    );
  });

  it('ends a request at the stage that refuses it', () => {
    const timeline = after(['kubectl get pods --as=nobody', 300], ['kubectl run Tea --image=nginx', 300]);
    const { requests } = section(open(timeline, 'kube-apiserver'), 'The handler chain', 'chain');
    const list = requests.find(({ answer }) => answer === '403 Forbidden');
    expect(
      list?.stages
        .slice(2)
        .map(({ state }) => state)
        .join(' '),
    ).toBe('passed passed stopped never never never never');
    expect(list?.stages[2]?.text).toBe('as nobody');
    const invalid = requests.find(({ answer }) => answer === '422 Invalid');
    expect(invalid?.stages.slice(5).map(({ state }) => state)).toEqual(['passed', 'stopped', 'never', 'never']);
    expect(invalid?.stages[6]?.text).toContain('metadata.name: Invalid value: "Tea"');
  });
});

describe('inside the API server, changes', () => {
  const chainOf = (timeline: Timeline) =>
    section(open(timeline, 'kube-apiserver'), 'The handler chain', 'chain').requests;
  const admissionOf = (timeline: Timeline, text: string | RegExp) => {
    const found = chainOf(timeline).find((request) => request.text.match(text));
    return found?.stages.slice(5, 8).map(({ state, text: said }) => `${state}: ${said}`);
  };

  it('tells what admission did with an update, of a person and of a kubelet, and with a deletion', () => {
    const timeline = after(['kubectl label pod idle a=b', 200], ['kubectl delete pod idle --wait=false', 400]);
    expect(admissionOf(timeline, /kubectl: PATCH .*idle/)).toEqual([
      'passed: no plugin changed it',
      'passed: it is valid',
      'passed: nobody objects',
    ]);
    const idle = peekAt(booted.simulation)
      .objects('pods')
      .find(({ metadata }) => metadata.name === 'idle') as unknown as { spec: { nodeName: string } };
    expect(admissionOf(timeline, /kubelet.*: PATCH .*idle\/status/)?.[0]).toBe(
      `passed: no plugin changed it; NodeRestriction: the pod is bound to ${idle.spec.nodeName}`,
    );
    expect(admissionOf(timeline, /kubectl: DELETE .*idle/)).toEqual([
      'passed: no plugin changed it',
      'never: a deletion has no object to validate',
      'passed: nobody objects',
    ]);
  });

  it('ends a change at the stage that refuses it', () => {
    const timeline = after(
      ['kubectl delete namespace default', 300],
      [`kubectl patch pod idle -p '{"spec":{"nodeName":"x"}}'`, 300],
    );
    expect(admissionOf(timeline, /DELETE .*namespaces\/default$/)?.[0]).toMatch(
      /^stopped: 403: NamespaceLifecycle: .*this namespace may not be deleted$/,
    );
    expect(admissionOf(timeline, /PATCH .*idle/)?.slice(0, 2)).toEqual([
      'passed: no plugin changed it',
      expect.stringMatching(/^stopped: 422: spec: Forbidden: pod updates may not change fields/),
    ]);
  });

  it('claims nothing about a binding, which is not put through admission here', () => {
    const timeline = after(['kubectl run more --image=nginx:1.27', 400]);
    expect(admissionOf(timeline, /POST .*more\/binding/)).toEqual(Array(3).fill('passed: nothing was noted'));
  });
});

describe('inside a node', () => {
  it('shows workers, probes, back-offs, sandboxes, images, addresses and the rules of the kernel', () => {
    const timeline = after(['kubectl expose pod idle --port=80', 3000]);
    const nodeOf = (name: string) =>
      peekAt(timeline.simulation)
        .objects('pods')
        .find(({ metadata }) => metadata.name === name) as unknown as {
        spec: { nodeName: string };
        status: { podIP: string };
      };
    const lost = open(timeline, `kubelet/${nodeOf('lost').spec.nodeName}`);
    const worker = rowOf(lost, 'kubelet’s pod workers', 'Pod', 'default/lost');
    expect(worker['Waits for']?.text).toMatch(
      /back-off of \d+ (s|min.*) for no\/such:1, until .*; c: ImagePullBackOff$/,
    );
    const probed = open(timeline, `node/${nodeOf('probed').spec.nodeName}`);
    expect(wordsOf(rowOf(probed, 'Probes', 'Pod', 'default/probed')).slice(1, 4)).toEqual([
      'c',
      'Readiness',
      'success',
    ]);
    const { nodeName } = nodeOf('idle').spec;
    const idle = open(timeline, `node/${nodeName}`);
    expect(rowOf(idle, 'Pod addresses', 'Pod', 'default/idle')['Address']?.text).toBe(nodeOf('idle').status.podIP);
    expect(rowOf(idle, 'Images on disk', 'Image', 'nginx:1.27')['Containers']?.text).not.toBe('0');
    expect(rowOf(idle, 'Sandboxes', 'Pod', 'default/idle')['State']).toEqual({ text: 'ready', mark: 'ok' });
    const rules = section(idle, 'Rules of kube-proxy', 'text');
    expect(rules.lines.some((line) => line.includes('default/idle') && line.includes('--dport 80'))).toBe(true);
    expect(lookInside(timeline, 'node/none')).toMatch(/cannot be opened/);
    act(timeline, `kill node/${nodeName}`, 'x', {});
    timeline.advance(timeline.now + 100);
    expect(open(timeline, `node/${nodeName}`).sections.map(({ title }) => title)).toEqual([
      'Processes',
      'Images on disk',
      'Memory and disk',
    ]);
  });
});

it('looking changes nothing', () => {
  const before = serializeWorld(booted.world);
  for (const part of ['etcd', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'node/node-a']) {
    expect(JSON.parse(JSON.stringify(open(booted, part)))).toEqual(open(booted, part));
  }
  expect(serializeWorld(booted.world)).toBe(before);
});
