import { expect, it } from 'vitest';
import { deployment } from '../cluster/commands.ts';
import { createCluster, nodeShape, shapeOf, type Timeline } from '../index.ts';
import type { Value } from '../kernel/value.ts';
import type { LabCall, ScoreInput } from '../protocol/lab.ts';
import { act } from '../scenario/ahead.ts';
import { type Explanation, explain } from './explain.ts';
import { addKinds } from './kinds.ts';
import { addKubectl } from './kubectl.ts';
import { addLab } from './lab.ts';

addKinds();
addKubectl();
addLab();

const shape = shapeOf({
  etcd: { members: 1 },
  seed: 5,
  lab: 'score-plugin',
  nodes: [nodeShape('node-a'), nodeShape('node-b'), nodeShape('node-c', { cpu: '1' })],
  objects: [podOf('early', '1500m')],
});

function podOf(name: string, cpu: string) {
  const containers = [{ name: 'c', image: 'nginx:1.27', resources: { requests: { cpu } } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { containers } };
}

/** Gives each node the number that the test wants for it; what is not a number is a failure of the program. */
function clusterWith(numbers: Readonly<Record<string, number>>): Timeline {
  const answer = (question: { readonly asks: unknown }): Value => {
    const { nodes } = (question.asks as LabCall).input as ScoreInput;
    const scores = nodes.map((node) => numbers[(node as { readonly name: string }).name] ?? 0);
    return { ok: true, output: { scores }, state: null, logs: [] };
  };
  const timeline = createCluster(shape, { answer });
  timeline.command(deployment('score-plugin', '0123456789abcdef'));
  return timeline;
}

function bring(timeline: Timeline, name: string, cpu: string): void {
  const files = { 'pod.yaml': { text: '', documents: [podOf(name, cpu) as Value] } };
  expect(act(timeline, 'kubectl apply -f pod.yaml', `run-${timeline.commands.length + 1}`, files)).toBeUndefined();
}

function explained(timeline: Timeline, pod: string): Explanation {
  const found = explain(timeline, shape, { pod: `default/${pod}` });
  if (found.type !== 'explained') throw new Error(found.sentence);
  return found;
}

it('shows the numbers that the plugin of a lab gave, and no others', () => {
  const timeline = clusterWith({ 'node-a': 10, 'node-b': 75, 'node-c': 40 });
  bring(timeline, 'tea', '250m');
  timeline.advance(3000);
  const tea = explained(timeline, 'tea');
  expect(tea).toMatchObject({ node: 'node-b', scorers: [{ plugin: 'MyScore', weight: 1 }] });
  expect(tea.decision).toMatchObject({ type: 'chosen', node: 'node-b', score: 75, tied: 1 });
  expect(tea.nodes.map(({ scores, total }) => [scores[0]?.raw, total])).toEqual([
    [10, 10],
    [75, 75],
    [40, 40],
  ]);
});

it('shows the filters, and says why there are no numbers', () => {
  const timeline = clusterWith({ 'node-a': 101 });
  bring(timeline, 'steel', '1500m');
  while (!timeline.past.some((record) => record.type === 'sent' && record.message.kind === 'score')) timeline.step();
  const waiting = explained(timeline, 'steel');
  expect(waiting).toMatchObject({ node: '', scorers: [] });
  expect(waiting.decision).toMatchObject({ type: 'unscored', sentence: expect.stringMatching(/has not answered yet/) });
  timeline.advance(3000);
  const failed = explained(timeline, 'steel');
  const event = 'plugin "MyScore" returns an invalid score 101';
  expect(failed.decision).toMatchObject({ type: 'unscored', feasible: 2, sentence: expect.stringContaining(event) });
  expect(failed.nodes.map(({ isFeasible, total }) => [isFeasible, total])).toEqual([
    [true, 0],
    [true, 0],
    [false, 0],
  ]);
});

it('knows what the plugin said while the cluster booted, and needs no numbers for a single node', () => {
  const timeline = clusterWith({});
  const early = explained(timeline, 'early');
  expect(early.id).toBeLessThan(0);
  expect(early).toMatchObject({ node: '', decision: { sentence: expect.stringMatching(/it has no program yet$/) } });
  act(timeline, 'kubectl cordon node-a', 'run-9', {});
  timeline.advance(2000);
  bring(timeline, 'last', '1200m');
  timeline.advance(5000);
  expect(explained(timeline, 'last').decision).toMatchObject({ type: 'chosen', node: 'node-b', feasible: 1 });
});
