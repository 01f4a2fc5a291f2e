import { beforeAll, describe, expect, it } from 'vitest';
import { act, createCluster, defaultShape, fold, peekAt, type Timeline } from '../index.ts';
import { project } from './project.ts';
import type { SceneMember } from './scene.ts';
import type { Step } from './step.ts';
import { TimelineFold } from './timeline.ts';

/** Three members; the leader loses its lines to both others, and gets them back. */
describe('an election', () => {
  let cluster: Timeline;
  let steps: readonly Step[];
  let old: string;
  let others: readonly string[];
  const members = (): readonly SceneMember[] => project(peekAt(cluster.simulation)).etcd.members;
  const named = (id: string): SceneMember => members().find((member) => member.id === id) as SceneMember;

  beforeAll(() => {
    cluster = createCluster(defaultShape(1, 3), { freeze: true });
    old = members().find(({ role }) => role === 'leader')?.id ?? '';
    others = members().flatMap(({ id }) => (id === old ? [] : [id]));
    expect(act(cluster, `cut link/${[old, ...others].join('/')}`, '', {})).toBeUndefined();
    cluster.advance(10_000);
    act(cluster, `heal link/${[old, ...others].join('/')}`, '', {});
    cluster.advance(12_000);
    steps = fold(cluster.past);
  });

  it('is told in sentences: who asks, who votes, who leads, who gives up', () => {
    const told = steps.map(({ plain }) => plain);
    const [winner = ''] = others.filter((id) => named(id).role === 'leader');
    const voter = others.find((id) => id !== winner);
    expect(told[0]).toBe(`You cut the lines between ${old} and ${others.join(' and ')}. All run on.`);
    const term = named(winner).term;
    const expected = [
      `${winner}, a copy of the ledger, stands for election, and begins term ${term}.`,
      `${winner}, a copy of the ledger, asks ${[old, voter].sort().join(' and ')} to vote for it in term ${term}.`,
      `${voter}, a copy of the ledger, votes for ${winner} in term ${term}.`,
      `${winner}, a copy of the ledger, has the votes of a majority, and leads in term ${term}.`,
      `${old}, a copy of the ledger, is leader no longer: it has heard no majority for an election timeout.`,
      `${old}, a copy of the ledger, follows ${winner} in term ${term}.`,
    ];
    expect(told).toEqual(expect.arrayContaining(expected));
    expect(told.filter((plain) => /notes: |undefined/.test(plain))).toEqual([]);
  });

  it('is over quickly, and a cut-off member that asks around for ever is no news', () => {
    const during = steps.filter(({ sentAt }) => sentAt > 4000 && sentAt < 10_000);
    expect(during.filter(({ from }) => from === old)).toEqual([]);
  });

  it('shows in the picture what each member believes of itself', () => {
    expect(new Set(members().map(({ term }) => term)).size).toBe(1);
    cluster.seek(1500);
    expect(members().filter(({ role }) => role === 'leader').length).toBeGreaterThan(0);
    expect(named(old)).toMatchObject({ fault: 'link', isUp: true });
    const lead = members().find(({ id, role }) => id !== old && role === 'leader');
    expect(lead?.term).toBeGreaterThan(1);
    cluster.seek(12_000);
    expect(named(old)).toMatchObject({ fault: '', role: 'follower', leader: lead?.id });
  });

  it('has a lane for each copy below the API server, and none for a line', () => {
    const actors = cluster.world.actors.map(({ name }) => name);
    const { lanes } = new TimelineFold().view(cluster.past, 12_000, actors);
    expect(lanes.slice(1, 5).map(({ id }) => id)).toEqual(['kube-apiserver', 'etcd-0', 'etcd-1', 'etcd-2']);
    expect(lanes.some(({ id }) => id.startsWith('link/') || id === 'kubelet/etcd-0')).toBe(false);
  });

  it('leaves heartbeats out of history, and nothing that they bring about', () => {
    const messages = cluster.past.flatMap((record) => ('message' in record ? [record.message] : []));
    const pulse = messages.filter(({ kind }) => kind === 'heartbeat');
    expect(pulse.length).toBeLessThan(messages.length / 10);
    expect(messages.some(({ kind }) => kind === 'append')).toBe(true);
    expect(messages.some(({ kind }) => kind === 'vote')).toBe(true);
  });
});
