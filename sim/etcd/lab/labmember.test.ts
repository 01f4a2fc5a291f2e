import { expect, it } from 'vitest';
import type { Address, AnyMessage } from '../../kernel/message.ts';
import { linkOf } from '../../kernel/network.ts';
import { Simulation } from '../../kernel/simulation.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import type { Value } from '../../kernel/value.ts';
import { createWorld } from '../../kernel/world.ts';
import type { LabCall, VoteInput } from '../../protocol/lab.ts';
import { castVote, type VoteRequest, type Voter } from '../../raft/vote.ts';
import { etcd } from '../etcd.ts';
import { labMember } from './labmember.ts';

interface Inspected {
  readonly member: string;
  readonly role: string;
  readonly term: number;
  readonly vote: string;
  readonly program: string;
  readonly crashes: number;
}

type Rule = (request: VoteRequest, voter: Voter, call: LabCall) => Value;

const as = (grant: boolean): Value => ({ ok: true, output: { vote: { grant, because: '' } }, state: null, logs: [] });
const always: Rule = () => as(true);
const never: Rule = () => as(false);
const raft: Rule = (request, voter) => as(castVote(request, voter));
const broken: Rule = () => ({ ok: false, failure: { kind: 'thrown', message: 'Error: no', stack: [] }, logs: [] });

/** Three members; etcd-2 asks the rule from the moment it is deployed. Every value is frozen. */
function group(rule: Rule, seed = 12) {
  const names = ['etcd-0', 'etcd-1', 'etcd-2'];
  const records: TraceRecord[] = [];
  const asked: LabCall[] = [];
  const world = createWorld(seed);
  const registry = { etcd: etcd as never, 'etcd-2': labMember as never };
  const simulation = new Simulation(world, registry, { freeze: true, record: (entry) => records.push(entry) });
  const config = { cluster: names };
  for (const name of names) {
    simulation.spawn({ name, machine: name, component: name === 'etcd-2' ? name : 'etcd', config });
  }
  const run = (ms: number): void => {
    const until = world.now + ms;
    for (;;) {
      simulation.runUntil(until);
      const question = simulation.question(until);
      if (question === undefined) return;
      const call = question.asks as LabCall;
      asked.push(call);
      const { request, voter } = call.input as VoteInput;
      world.answer = { message: question.message, value: rule(request as VoteRequest, voter as Voter, call) };
    }
  };
  const look = (name: string) => simulation.inspect(name as Address) as unknown as Inspected;
  const isUp = (name: string) => world.up[world.index.get(name as Address) ?? -1] === true;
  run(3000);
  return {
    world,
    simulation,
    asked,
    run,
    look,
    isUp,
    leaders: () => names.filter((name) => isUp(name) && look(name).role === 'leader'),
    deploy: () => simulation.reinstall('etcd-2' as Address, { ...config, program: 'one' }, []),
    notes: (what: string) =>
      records.flatMap((entry) => (entry.type === 'noted' && entry.note.what === what ? [entry] : [])),
    sent: (kind: string) =>
      records.flatMap((entry) => (entry.type === 'sent' && entry.message.kind === kind ? [entry.message] : [])),
    elected: () => records.filter((entry) => entry.type === 'noted' && entry.note.what === 'etcd/elected').length,
    cut: (a: string, b: string) => world.network.cut.add(linkOf(a, b)),
  };
}

/** The cluster in which etcd-0 or etcd-1 leads, with the program in etcd-2. */
function deployed(rule: Rule) {
  const all = group(rule);
  all.deploy();
  all.run(500);
  const [leader = ''] = all.leaders();
  expect(['etcd-0', 'etcd-1']).toContain(leader);
  return { ...all, leader, other: leader === 'etcd-0' ? 'etcd-1' : 'etcd-0' };
}

it('without a program it votes as etcd does; with one it is the same member, with the disk that it had', () => {
  const all = group(never);
  const before = all.look('etcd-2');
  expect([all.leaders().length, all.asked.length]).toEqual([1, 0]);
  all.deploy();
  all.run(500);
  const { member, term, vote } = before;
  expect(all.look('etcd-2')).toMatchObject({ member, term, vote, role: 'follower', program: 'one' });
});

it('asks with names that people know, does as it is told, and has the vote on disk before it tells', () => {
  const { simulation, leader, other, asked, run, leaders, notes, sent, look } = deployed(raft);
  const { term } = look('etcd-2');
  simulation.crash(leader as Address);
  for (let step = 0; step < 400 && leaders().length === 0; step++) run(10);
  const real = asked.map(({ input }) => input as VoteInput).find(({ request }) => !(request as VoteRequest).isPreVote);
  expect(leaders()).toEqual([other]);
  expect(real).toMatchObject({
    request: { candidate: other, term: term + 1, isPreVote: false, isTransfer: false },
    voter: { term, hearsLeader: false },
  });
  const [granted] = notes('lab/grant');
  expect(granted?.note).toMatchObject({ candidate: other, term: term + 1 });
  const told = sent('voted').find((message: AnyMessage) => message.from === 'etcd-2' && message.to === other);
  expect((told?.sentAt ?? 0) - (granted?.at ?? 0)).toBe(2);
  expect(look('etcd-2')).toMatchObject({ term: term + 1, vote: other });
});

it('a pre-vote changes neither term nor vote, whatever the answer', () => {
  const { simulation, leader, look, run, asked } = deployed(never);
  const before = look('etcd-2');
  simulation.crash(leader as Address);
  run(1400);
  const pre = asked.filter(({ input }) => ((input as VoteInput).request as VoteRequest).isPreVote);
  expect(pre.length).toBeGreaterThan(0);
  expect(look('etcd-2')).toMatchObject({ term: before.term, vote: before.vote });
});

it('a rule that says no while a leader is heard is not disturbed; one that says yes unseats the leader again and again', () => {
  const calm = deployed(raft);
  calm.cut(calm.leader, calm.other);
  const [term, elected] = [calm.look(calm.leader).term, calm.elected()];
  calm.run(8000);
  expect([calm.leaders(), calm.look(calm.leader).term, calm.elected()]).toEqual([[calm.leader], term, elected]);
  const wild = deployed(always);
  wild.cut(wild.leader, wild.other);
  const before = wild.elected();
  wild.run(8000);
  expect(wild.elected() - before).toBeGreaterThan(2);
});

it('a crash of the program gives no vote: the member comes back with its program, its term and its vote', () => {
  const { simulation, leader, look, run, isUp, notes, sent } = deployed(broken);
  const { member, term } = look('etcd-2');
  const answers = () => sent('voted').filter(({ from }) => from === 'etcd-2').length;
  const before = answers();
  simulation.crash(leader as Address);
  for (let step = 0; step < 300 && notes('lab/crashed').length === 0; step++) run(10);
  expect([isUp('etcd-2'), answers() - before]).toEqual([false, 0]);
  expect(notes('lab/crashed')[0]?.note).toMatchObject({ message: 'Error: no', delayMs: 1000 });
  run(1001);
  expect(isUp('etcd-2')).toBe(true);
  expect(look('etcd-2')).toMatchObject({ member, term, program: 'one', crashes: 1 });
});
