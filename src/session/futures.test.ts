import { describe, expect, it } from 'vitest';
import { webDeployment } from '../../cli/workloads.ts';
import { type ScenarioFile, Session } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { addLab } from '../../sim/packs/lab.ts';
import type { Difference } from './difference.ts';
import { hashOf } from './frame.ts';
import { futuresAt, type Pair, runPair } from './futures.ts';
import { withSetting } from './settings.ts';

addKinds();
addKubectl();
addLab();

const scenario: ScenarioFile = { nodes: 2, objects: [webDeployment('web', 2)] };
const line = (text: string): Difference => ({ kind: 'line', line: text });

function sessionWith(...lines: readonly string[]): Session {
  const session = new Session({ scenario, plan: [], goals: [] });
  for (const text of lines) {
    session.do(text, {});
    session.seek(session.now + 5000);
  }
  return session;
}

function pairOf(session: Session, difference: Difference, forMs: number): Pair {
  const pair = runPair(session, {}, difference, forMs);
  if (typeof pair === 'string') throw new Error(pair);
  return pair;
}

describe('two futures', () => {
  it('are one until a command is given in the second', () => {
    const session = sessionWith('kubectl scale deployment web --replicas=1');
    const before = hashOf(session);
    const pair = pairOf(session, line('kubectl scale deployment web --replicas=3'), 20_000);
    expect(pair.apartAt).toBe(5000);
    expect(futuresAt(pair, 5000).tables).toEqual([]);
    const { tables, sides, at } = futuresAt(pair, 25_000);
    expect(at).toBe(25_000);
    const web = tables.find(({ title }) => title === 'Deployments')?.rows[0];
    expect(web).toMatchObject({ name: 'web' });
    expect(web?.cells.find(({ column }) => column === 'READY')?.texts).toEqual(['1/1', '3/3']);
    const pods = tables.find(({ title }) => title === 'Pods')?.rows ?? [];
    expect(pods.map(({ only }) => only)).toEqual(['second', 'second']);
    expect(sides[0].printed).toBeUndefined();
    expect(sides[1].printed?.lines.map(({ text }) => text)).toEqual(['deployment.apps/web scaled']);
    expect(hashOf(session)).toEqual(before);
  });

  it('stay one where the difference makes none', () => {
    const pair = pairOf(sessionWith(), { kind: 'setting', setting: 'grace', value: '50s' }, 10_000);
    expect(pair.apartAt).toBeUndefined();
    expect(futuresAt(pair, 10_000).tables).toEqual([]);
  });

  it('leave out what the reader did after the instant they part', () => {
    const session = sessionWith('kubectl get pods', 'kubectl scale deployment web --replicas=5');
    session.seek(4000);
    const pair = pairOf(session, line('kill node/node-2'), 10_000);
    expect(pair.from).toBe(4000);
    const deployments = futuresAt(pair, 14_000).tables.find(({ title }) => title === 'Deployments');
    expect(deployments).toBeUndefined();
  });

  it('with another toleration, the pods of a lost node go earlier', () => {
    const session = sessionWith('kill node/node-2');
    const pair = pairOf(session, { kind: 'setting', setting: 'toleration', value: '30s' }, 120_000);
    const ready = futuresAt(pair, 120_000)
      .tables.find(({ title }) => title === 'Deployments')
      ?.rows[0]?.cells.find(({ column }) => column === 'READY');
    expect(ready?.texts).toEqual(['1/2', '2/2']);
  });

  it('with another grace period, the node is NotReady earlier', () => {
    const pair = pairOf(sessionWith('kill node/node-2'), { kind: 'setting', setting: 'grace', value: '20s' }, 30_000);
    const nodes = futuresAt(pair, 30_000).tables.find(({ title }) => title === 'Nodes');
    const status = nodes?.rows[0]?.cells.find(({ column }) => column === 'STATUS');
    expect(nodes?.rows.map(({ name }) => name)).toEqual(['node-2']);
    expect(status?.texts).toEqual(['Ready', 'NotReady']);
  });

  it('have as many members as the setting says', () => {
    const session = sessionWith('stop etcd-1');
    const pair = pairOf(session, { kind: 'setting', setting: 'members', value: '5' }, 5000);
    expect(
      pair.sessions.map(({ timeline }) => timeline.world.actors.filter(({ component }) => component === 'etcd').length),
    ).toEqual([3, 5]);
  });

  it('refuse what cannot be, in a sentence', () => {
    const session = sessionWith();
    const lab = new Session({ scenario: { lab: 'score-plugin' }, plan: [], goals: [] });
    expect(runPair(lab, {}, line('kubectl get pods'), 1000)).toBe(
      'The program of a lab cannot be in two futures at once.',
    );
    expect(runPair(session, {}, line('kill node/none'), 1000)).toMatch(/^There is no/);
    expect(runPair(session, {}, { kind: 'setting', setting: 'members', value: '4' }, 1000)).toBe(
      '“4” does not do for “Members of etcd”: write 1, 3 or 5.',
    );
  });
});

describe('a setting', () => {
  it.each([
    ['grace', '20s', { timings: { nodeMonitorGracePeriod: '20s' } }],
    ['toleration', ' 30s ', { timings: { defaultToleration: '30s' } }],
    ['election', '1500ms', { timings: { etcdElectionTimeout: '1500ms' } }],
    ['members', '5', { etcd: { members: 5 } }],
    [
      'weight',
      'ImageLocality = 10',
      { scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [{ name: 'ImageLocality', weight: 10 }] } } }] } },
    ],
  ] as const)('%s %s', (setting, value, changed) => expect(withSetting({}, setting, value)).toEqual(changed));

  it.each([
    ['grace', '0s'],
    ['grace', 'soon'],
    ['toleration', '1500ms'],
    ['election', '400ms'],
    ['election', '1050ms'],
    ['members', '2'],
    ['weight', 'ImageLocality'],
    ['weight', 'ImageLocality=0'],
    ['weight', 'ImageLocality=101'],
  ] as const)('%s %s is none', (setting, value) => expect(withSetting({}, setting, value)).toMatch(/does not do/));
});
