import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/meta.ts';
import { parseGoal, startGoals } from '../scenario/tracker.ts';
import { addCel } from './cel.ts';

addCel();

function node(name: string, spec: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec } as KubeObject;
}

const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 3 },
} as KubeObject;

function look(kind: string, cel: string, nodes: readonly KubeObject[]) {
  const goal = parseGoal({ hold: kind, cel });
  if (typeof goal === 'string') return goal;
  const [state] = startGoals([goal], (plural) => (plural === 'nodes' ? nodes : plural === 'deployments' ? [web] : []));
  return [state?.state, state?.now];
}

const TAINTED = { taints: [{ key: 'a', effect: 'NoSchedule' }] };

describe('goals with cel', () => {
  it.each([
    ['nodes', 'nodes.all(n, !has(n.spec.taints))', ['holding', 'so for all 2'], [node('a'), node('b')]],
    ['nodes', 'nodes.all(n, !has(n.spec.taints))', ['broken', 'not so for b'], [node('a'), node('b', TAINTED)]],
    ['node', 'nodes.exists(n, has(n.spec.taints))', ['broken', 'so for none of 1'], [node('a')]],
    ['nodes', 'nodes.exists(n, has(n.spec.taints))', ['holding', 'so for b'], [node('a'), node('b', TAINTED)]],
    ['nodes', 'size(nodes) == 2', ['broken', '1'], [node('a')]],
    ['nodes', 'size(nodes) > 0 && size(pods) == 0', ['holding', 'so'], [node('a')]],
    ['deploy', 'deployments[0].spec.replicas + 1 == 4', ['holding', '4'], []],
    ['nodes', 'nodes.all(n, n.spec.taints[0].key == "a")', ['broken', 'No such key: taints.'], [node('a')]],
  ] as const)('hold="%s" cel="%s" is %s', (kind, cel, expected, nodes) => {
    expect(look(kind, cel, nodes)).toEqual(expected);
  });

  it.each([
    ['nodes', 'nodez.all(n, true)', 'Unknown variable: nodez.'],
    ['nodes', 'nodes.all(n, true', 'Expected RPAREN, got EOF.'],
    ['nodes', 'size(nodes)', 'It gives int, not true or false.'],
    ['nodes', 'size(pods) == 0', 'The expression does not look at nodes.'],
    ['ships', 'size(nodes) == 0', '"ships" is no kind here: beside cel=, reach and hold name one.'],
    ['nodes', 'timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T00:00:00Z")', /^timestamp\(\) is not known/],
  ] as const)('hold="%s" cel="%s" is refused', (kind, cel, sentence) => {
    expect(look(kind, cel, [])).toMatch(sentence);
  });

  it('asks about a kind that a definition describes, by its plural', () => {
    const look = (hold: string, cel: string, ferries: readonly object[]) => {
      const goal = parseGoal({ hold, cel });
      if (typeof goal === 'string') return goal;
      const of = (plural: string) => (plural === 'ferries.port.example' ? ferries : []) as KubeObject[];
      return startGoals([goal], of)[0]?.now;
    };
    const kind = 'ferries.port.example';
    const blue = { kind: 'Ferry', metadata: { name: 'blue' }, spec: { decks: 2 } };
    expect(look(kind, 'ferries.all(f, f.spec.decks == 2)', [blue])).toBe('so for all 1');
    expect(look(kind, 'ferries.exists(f, f.spec.decks > size(pods) + 2)', [blue])).toBe('so for none of 1');
    expect(look(kind, 'size(pods) == 0', [])).toBe('The expression does not look at ferries.');
    expect(look('nodes', 'size(nodes) == size(ferries)', [])).toBe('Unknown variable: ferries.');
    expect(look('services.port.example', 'size(services) == 0', [])).toMatch(/^services is a list already/);
  });

  it('did and never have no cel', () => {
    expect(parseGoal({ did: 'kubectl get', cel: 'size(pods) == 0' })).toBe(
      'cel belongs to reach and hold, not to did.',
    );
  });
});
