import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/meta.ts';
import { evaluate, parseExpectation } from './goals.ts';
import { parseGoal, startGoals, trackGoals } from './tracker.ts';

function pod(name: string, ready: 'True' | 'False', phase = 'Running'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    status: { phase, conditions: [{ type: 'Ready', status: ready }] },
  };
}

function look(text: string, pods: readonly KubeObject[]) {
  const expectation = parseExpectation(text);
  if (typeof expectation === 'string') throw new Error(expectation);
  return evaluate(expectation, (plural) => (plural === 'pods' ? pods : []));
}

describe('expectations are the forms of kubectl wait', () => {
  it.each([
    ['pod/a condition=Ready', [pod('a', 'True')], true, 'Ready=True'],
    ['pod/a condition=Ready=false', [pod('a', 'False')], true, 'Ready=False'],
    ['pod/a condition=Ready', [], false, 'not there yet'],
    ['pods -l app=web condition=Ready', [pod('a', 'True'), pod('b', 'False')], false, 'Ready=True, Ready=False'],
    ['po -l app=web condition=Ready', [pod('a', 'True'), pod('b', 'True')], true, '2 × Ready=True'],
    ['pod -l app=api condition=Ready', [pod('a', 'True')], false, 'not there yet'],
    ['pod/a jsonpath={.status.phase}=Running', [pod('a', 'True')], true, 'Running'],
    ['pod/a jsonpath={.status.phase}=Running', [pod('a', 'True', 'Pending')], false, 'Pending'],
    ['pod/a jsonpath={.status.podIP}', [pod('a', 'True')], false, 'not set'],
    ['pod/a delete', [], true, 'gone'],
    ['pod/a delete', [pod('a', 'True')], false, '1 still there'],
  ] as const)('%s', (text, pods, holds, now) => {
    expect(look(text, pods)).toEqual({ holds, now });
  });

  it.each([
    ['pdo/a condition=Ready', '"pdo" is no kind here.'],
    ['pod/a phase=Running', '"phase=Running" is not condition=TYPE[=STATUS], jsonpath={PATH}[=VALUE] or delete.'],
    ['pod/a -l app=web delete', 'Give a name or a selector (-l), not both.'],
  ])('%s is refused', (text, sentence) => {
    expect(parseExpectation(text)).toBe(sentence);
  });
});

describe('goals in play', () => {
  const goal = (spec: Parameters<typeof parseGoal>[0]) => {
    const parsed = parseGoal(spec);
    if (typeof parsed === 'string') throw new Error(parsed);
    return parsed;
  };
  const seen = (pods: readonly KubeObject[]) => () => pods;

  it('a reach must stay true for two seconds', () => {
    const goals = [goal({ reach: 'pod/a condition=Ready' })];
    let states = startGoals(goals, seen([]));
    const at = (now: number, pods: readonly KubeObject[]) => {
      states = trackGoals(goals, states, now, [], seen(pods));
      return states[0]?.state;
    };
    expect(at(1000, [pod('a', 'True')])).toBe('not yet');
    expect(at(2000, [pod('a', 'False')])).toBe('not yet');
    expect(at(2500, [pod('a', 'True')])).toBe('not yet');
    expect(at(4499, [pod('a', 'True')])).toBe('not yet');
    expect(at(4500, [pod('a', 'True')])).toBe('done');
    expect(at(9000, [pod('a', 'False')])).toBe('done');
  });

  it('after and within bound a reach; a broken hold stays broken', () => {
    const goals = [
      goal({ reach: 'pod/a condition=Ready', after: '10s' }),
      goal({ reach: 'pod/a condition=Ready=False', within: '5s' }),
      goal({ hold: 'pod/a condition=Ready' }),
    ];
    let states = startGoals(goals, seen([pod('a', 'True')]));
    states = trackGoals(goals, states, 6000, [], seen([pod('a', 'False')]));
    states = trackGoals(goals, states, 11_000, [], seen([pod('a', 'True')]));
    states = trackGoals(goals, states, 13_000, [], seen([pod('a', 'True')]));
    expect(states.map(({ state }) => state)).toEqual(['done', 'late', 'broken']);
  });

  it('for says how long a reach must stay true; it belongs to reach alone', () => {
    const goals = [goal({ reach: 'pod/a condition=Ready', for: '20s' })];
    let states = startGoals(goals, seen([pod('a', 'True')]));
    states = trackGoals(goals, states, 19_999, [], seen([pod('a', 'True')]));
    expect(states[0]?.state).toBe('not yet');
    expect(trackGoals(goals, states, 20_000, [], seen([pod('a', 'True')]))[0]?.state).toBe('done');
    expect(parseGoal({ hold: 'pod/a condition=Ready', for: '20s' })).toBe('for belongs to reach, not to hold.');
    expect(parseGoal({ reach: 'pod/a condition=Ready', for: 'soon' })).toBe('"soon" is no duration such as 400s.');
  });

  it('did and never look at commands and records', () => {
    const goals = [goal({ did: 'kubectl describe pod' }), goal({ never: 'command start *' })];
    const typed = (line: string, seq: number) =>
      ({ type: 'commanded', seq, at: 5, id: `command#${seq}`, command: { kind: 'kubectl', line } }) as const;
    const states = startGoals(goals, seen([]));
    const after = trackGoals(goals, states, 5, [typed('kubectl describe pod web', 1)], seen([]));
    expect(after.map(({ state }) => state)).toEqual(['done', 'holding']);
    const fault = { type: 'commanded', seq: 2, at: 6, id: 'command#2' } as const;
    const started = { ...fault, command: { kind: 'fault', fault: { verb: 'start', target: 'node/a' } } };
    expect(trackGoals(goals, after, 6, [started], seen([])).map(({ state }) => state)).toEqual(['done', 'broken']);
  });
});
