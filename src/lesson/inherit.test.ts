import { expect, test } from 'vitest';
import { Session } from '../../sim/index.ts';
import { readLesson } from './read.ts';

const HEAD = '---\ntitle: t\ndescription: d\n---\n\n';
const STAGE = `${HEAD}<Stage id="s" scenario="own" />\n`;

const OTHER = `${HEAD}<Stage id="s" scenario="two" />

<Do run="kubectl create deployment web --image=nginx:1.27 --replicas=2">do</Do>

<Beats for="s"><Beat id="b" at="note scheduler/bound pod/web-*">bound</Beat></Beats>

<Do run="kubectl get pods">look</Do> <Do fault="kill node/node-2">kill</Do>
`;

function scenarioOf(files: Readonly<Record<string, string>>) {
  const other = readLesson('other.mdx', OTHER, () => 'nodes: 2\nseed: 3\nimages: [nginx:1.27]\n');
  const elsewhere = { readOther: (id: string) => (id === 'a/b' ? other : undefined), others: ['a/b'] };
  const { lesson, problems } = readLesson('x.mdx', STAGE, (name) => files[name], elsewhere);
  expect(problems).toEqual([]);
  return lesson.scenarios['own'] ?? {};
}

test('extends: what is said replaces, maps are merged, lists grow', () => {
  const scenario = scenarioOf({
    'scenario.base.yaml': 'title: Base\nnodes: 2\nimages: [a]\ntimings: { nodeMonitorPeriod: 5s, etcdFsync: 2ms }',
    'scenario.mid.yaml': 'extends: base\nimages: [b]',
    'scenario.own.yaml': 'extends: mid\ntitle: Own\ntimings: { etcdFsync: 9ms }\nfaults: [{ at: -1m, fault: repair }]',
  });
  expect(scenario).toEqual({
    title: 'Own',
    nodes: 2,
    images: ['a', 'b'],
    timings: { nodeMonitorPeriod: '5s', etcdFsync: '9ms' },
    network: {},
    objects: [],
    users: [],
    faults: [{ at: '-1m', fault: 'repair' }],
  });
});

test('from: the cluster is as the other page leaves it, quiet, at 0', () => {
  const scenario = scenarioOf({ 'scenario.own.yaml': 'from: a/b\ntitle: After' });
  expect(scenario.done?.map(({ line }) => line)).toEqual([
    'kubectl create deployment web --image=nginx:1.27 --replicas=2',
    'kill node/node-2',
  ]);
  const session = new Session({ scenario, plan: [], goals: [] });
  expect(session.now).toBe(0);
  expect(session.past).toEqual([]);
  expect(session.broken).toEqual(['node-2']);
  expect(
    session
      .peek()
      .objects('pods')
      .map(({ metadata }) => metadata.name.slice(0, 4)),
  ).toEqual(['web-', 'web-']);
});

test('from: faults of the heir come after all that was done', () => {
  const later = scenarioOf({ 'scenario.own.yaml': 'from: a/b\nfaults: [{ at: -10m, fault: start node/node-2 }]' });
  expect(later.done?.every(({ beforeMs }) => beforeMs > 600_000)).toBe(true);
  expect(new Session({ scenario: later, plan: [], goals: [] }).broken).toEqual([]);
});
