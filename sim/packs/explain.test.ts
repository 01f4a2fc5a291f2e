import { describe, expect, it } from 'vitest';
import { drawPlan } from '../../cli/fuzz/draw.ts';
import { createCluster, nodeShape, serializeWorld, shapeOf, type Timeline } from '../index.ts';
import type { Value } from '../kernel/value.ts';
import { act } from '../scenario/ahead.ts';
import { type Explanation, explain } from './explain.ts';
import { addKinds } from './kinds.ts';
import { addKubectl } from './kubectl.ts';

addKinds();
addKubectl();

const TAINT = [{ key: 'dedicated', value: 'cranes', effect: 'NoSchedule' }] as const;

const shape = shapeOf({
  etcd: { members: 1 },
  seed: 5,
  nodes: [nodeShape('node-a'), nodeShape('node-b'), nodeShape('node-c', { taints: TAINT })],
  objects: [pod('idle', '1500m', 'node-a'), pod('early', '300m'), pod('huge', '9')],
});

function pod(name: string, cpu: string, nodeName?: string) {
  const containers = [{ name: 'c', image: 'nginx:1.27', resources: { requests: { cpu } } }];
  const spec = nodeName === undefined ? { containers } : { containers, nodeName };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
}

function play(timeline: Timeline, line: string, document?: object): void {
  const files = { 'pod.yaml': { text: '', documents: document === undefined ? [] : [document as Value] } };
  expect(act(timeline, line, `run-${timeline.commands.length + 1}`, files)).toBeUndefined();
  timeline.advance(timeline.now + 3000);
}

function explained(timeline: Timeline, name: string, id?: number): Explanation {
  const found = explain(timeline, shape, id === undefined ? { pod: name } : { pod: name, id });
  if (found.type !== 'explained') throw new Error(found.sentence);
  return found;
}

describe('a decision explained', () => {
  const timeline = createCluster(shape);
  play(timeline, 'kubectl apply -f pod.yaml', pod('tea', '250m'));
  play(timeline, 'kubectl apply -f pod.yaml', pod('steel', '1800m'));
  play(timeline, 'kubectl taint nodes node-c dedicated-');

  it('names both sides of each comparison, and sums what it scores', () => {
    const tea = explained(timeline, 'default/tea');
    expect(tea).toMatchObject({ node: 'node-b', attempt: 1, filters: expect.arrayContaining(['TaintToleration']) });
    const [a, b, c] = tea.nodes;
    const fit = tea.filters.indexOf('NodeResourcesFit');
    expect(a?.filters[fit]).toEqual({
      verdict: 'passes',
      reasons: [],
      facts: ['asks 250m cpu, 500m free of 2000m'],
    });
    expect(c?.filters[tea.filters.indexOf('TaintToleration')]).toMatchObject({
      verdict: 'refuses',
      facts: ['taint dedicated=cranes:NoSchedule, not tolerated'],
    });
    expect(c?.filters[fit]?.verdict).toBe('not asked');
    expect(c?.scores).toEqual([]);
    for (const node of [a, b]) {
      const sum = tea.scorers.reduce(
        (total, { weight }, at) => total + weight * (node?.scores[at]?.normalized ?? 0),
        0,
      );
      expect(node?.total).toBe(sum);
    }
    expect(b?.total).toBeGreaterThan(a?.total ?? 0);
  });

  it('tells a refusal as its condition and its Event do, and knows later tries', () => {
    const last = explained(timeline, 'default/steel');
    expect(last.others.map(({ node }) => node)).toEqual(['', 'node-c']);
    expect(last).toMatchObject({ node: 'node-c', attempt: 2, scorers: [] });
    const first = explained(timeline, 'default/steel', last.others[0]?.id);
    const noted = timeline.past.find(
      (record) => record.type === 'noted' && record.note.what === 'scheduler/unschedulable',
    );
    const message = noted?.type === 'noted' ? noted.note['message'] : '';
    expect(first.decision).toMatchObject({ type: 'rejected', message });
    expect(message).toMatch(/^0\/3 nodes are available: 1 node\(s\) had untolerated taint\(s\), 2 Insufficient cpu\./);
  });

  it('finds the decision behind a note, a binding and an Event', () => {
    const steel = explained(timeline, 'default/steel').others.map(({ id }) => id);
    const about = timeline.past.filter((record) => {
      if (record.type === 'noted') return record.by === 'kube-scheduler' && record.note.about === 'pod/steel';
      return (
        record.type === 'sent' &&
        record.message.from === 'kube-scheduler' &&
        record.message.kind === 'request' &&
        /steel/.test(text(record.message.body))
      );
    });
    const found = about.map(({ seq }) => {
      const answer = explain(timeline, shape, { pod: '', seq });
      return answer.type === 'explained' && answer.pod === 'default/steel' ? steel.indexOf(answer.id) : -1;
    });
    expect(new Set(found)).toEqual(new Set([0, 1]));
    expect(found).toEqual(found.toSorted());
  });

  it('knows what was decided while the cluster booted', () => {
    const early = explained(timeline, 'default/early');
    expect(early.id).toBeLessThan(0);
    expect(early.at).toBeLessThan(0);
    expect(early.decision).toMatchObject({ type: 'chosen', node: early.node });
    const huge = explained(timeline, 'default/huge');
    const condition = huge.decision.type === 'rejected' ? huge.decision.message : '';
    expect(serializeWorld(timeline.world)).toContain(condition);
  });

  it('says why there is nothing to explain', () => {
    const sentence = (name: string) => explain(timeline, shape, { pod: name });
    expect(sentence('default/idle')).toMatchObject({ sentence: expect.stringMatching(/came with spec.nodeName/) });
    expect(sentence('default/nobody')).toMatchObject({ sentence: expect.stringMatching(/has not heard/) });
  });

  it('leaves the present as it is', () => {
    const before = [serializeWorld(timeline.world), timeline.past.length];
    explained(timeline, 'default/tea');
    expect([serializeWorld(timeline.world), timeline.past.length]).toEqual(before);
  });
});

it('decides again as it was decided, in clusters drawn at random', () => {
  let compared = 0;
  for (const seed of [3, 14, 27, 31]) {
    const plan = drawPlan(seed, 8);
    const timeline = createCluster(plan.shape);
    for (const { line, waitMs } of plan.steps) {
      act(timeline, line, `run-${timeline.commands.length + 1}`, {});
      timeline.advance(timeline.now + Math.min(waitMs, 20_000));
    }
    const all = explain(timeline, plan.shape, { pod: '' });
    const sample = all.type === 'explained' ? all.others.filter((_, index) => index % 2 === 0) : [];
    for (const { id } of sample) {
      const found = explain(timeline, plan.shape, { pod: '', id });
      if (found.type !== 'explained') throw new Error(found.sentence);
      const { decision, nodes, node } = found;
      expect(decision.type === 'chosen' ? decision.node : '').toBe(node);
      const winner = nodes.find((row) => row.node === node);
      if (decision.type === 'chosen') expect(winner?.total).toBe(decision.score);
      for (const { filters } of nodes)
        for (const { reasons, facts } of filters) expect(agree(reasons, facts)).toBe(true);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(6);
});

/** Where a resource is said to be insufficient, more is asked than free; and nowhere else. */
function agree(reasons: readonly string[], facts: readonly string[]): boolean {
  return facts.every((fact) => {
    const match = /^asks (\d+)m cpu, (-?\d+)m free/.exec(fact);
    return match === null || Number(match[1]) > Number(match[2]) === reasons.includes('Insufficient cpu');
  });
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
