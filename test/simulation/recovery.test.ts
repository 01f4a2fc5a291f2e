import { expect, test } from 'vitest';
import { objectsIn } from '../../sim/cluster/peek.ts';
import type { Timeline } from '../../sim/index.ts';
import { act, createCluster, defaultShape, foldTerminals, runToExit } from '../../sim/index.ts';
import { addEtcdctl } from '../../sim/packs/etcdctl.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl, addTerminalProgram } from '../../sim/packs/kubectl.ts';

// The record is saved, lost with all its disks, and brought back from the copy: the cluster goes on from there.

addKinds();
addKubectl();
addEtcdctl(addTerminalProgram);

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const BUMP = '--bump-revision 1000000000 --mark-compacted';

/** A cluster at which lines are typed one after the other. */
function harbour(members: 1 | 3, seed = 1) {
  const timeline = createCluster({ ...defaultShape(2, seed), etcd: { members } });
  let count = 0;
  const wait = (seconds: number) => timeline.advance(timeline.now + seconds * 1000);
  return {
    timeline,
    wait,
    /** Carries a line out; gives its exit code and what it printed. */
    type(line: string): readonly [number | undefined, string] {
      const run = `run-${++count}`;
      expect(act(timeline, line, run, {}), line).toBeUndefined();
      runToExit(timeline, run);
      const found = foldTerminals(timeline.past).find(({ id }) => id === run);
      return [found?.exitCode, found?.lines.map(({ text }) => text).join('\n') ?? ''];
    },
    pods: () => namesOf(timeline, 'pods'),
  };
}

function namesOf(timeline: Timeline, plural: string): readonly string[] {
  return objectsIn(timeline.simulation, plural).map(({ metadata }) => metadata.name);
}

function restore(member: string, machine: string, members: readonly string[], more: string): string {
  const cluster = members.map((name) => `${name}=https://${name}:2380`).join(',');
  const own = `--name ${member} --initial-cluster ${cluster} --initial-advertise-peer-urls https://${member}:2380`;
  return `ssh ${machine} etcdutl snapshot restore safe.db ${own} --data-dir /var/lib/etcd ${more}`;
}

/** What runs on the nodes, against the record. */
function disagreements(timeline: Timeline): readonly string[] {
  const runtimes = timeline.world.actors.filter(({ component }) => component === 'containerd');
  const running = runtimes.flatMap(({ name }) => {
    const { containers, sandboxes } = timeline.simulation.inspect(name) as unknown as Runtime;
    return containers
      .filter(({ state }) => state === 'running')
      .map(({ sandbox }) => sandboxes.find(({ id }) => id === sandbox)?.name ?? '');
  });
  const recorded = namesOf(timeline, 'pods');
  return [
    ...running.filter((pod) => !recorded.includes(pod)).map((pod) => `${pod} runs without a record`),
    ...recorded.filter((pod) => !running.includes(pod)).map((pod) => `${pod} does not run`),
  ];
}

interface Runtime {
  readonly containers: readonly { readonly sandbox: string; readonly state: string }[];
  readonly sandboxes: readonly { readonly id: string; readonly name: string }[];
}

test('three members lose everything and come back from a copy, with the revision bumped', () => {
  const { timeline, type, wait, pods } = harbour(3);
  type('kubectl create deployment old --image=nginx:1.27 --replicas=2');
  wait(15);
  const before = pods();
  expect(type('etcdctl snapshot save safe.db')[1]).toMatch(/^Error: snapshot must be requested to one selected node/);
  expect(type('etcdctl --endpoints=etcd-2:2379 snapshot save safe.db')).toEqual([
    0,
    'Snapshot saved at safe.db\nServer version 3.6.0',
  ]);
  type('kubectl scale deployment old --replicas=3');
  type('kubectl create deployment lost --image=nginx:1.27');
  wait(15);
  expect(pods()).toHaveLength(4);
  for (const member of MEMBERS) type(`wipe ${member}`);
  wait(30);
  expect(type('kubectl get pods')[0]).toBe(1);
  for (const member of MEMBERS) expect(type(restore(member, member, MEMBERS, BUMP))).toEqual([0, '']);
  expect(type(restore('etcd-0', 'etcd-0', MEMBERS, BUMP))[1]).toMatch(/^Error: data-dir .* not empty/);
  for (const member of MEMBERS) type(`start ${member}`);
  wait(120);
  expect(pods()).toEqual(before);
  expect(namesOf(timeline, 'deployments')).toEqual(['old']);
  expect(disagreements(timeline)).toEqual([]);
  expect(type('etcdctl endpoint health')[0]).toBe(0);
  expect(type('kubectl scale deployment old --replicas=3')[0]).toBe(0);
  wait(15);
  expect(pods()).toHaveLength(3);
  expect(disagreements(timeline)).toEqual([]);
});

test('without a bump nobody lists again: what was made after the copy runs on unrecorded, and nobody ends it', () => {
  const { timeline, type, wait, pods } = harbour(1);
  type('kubectl create deployment old --image=nginx:1.27');
  wait(15);
  const before = pods();
  type('etcdctl snapshot save safe.db');
  type('kubectl create deployment lost --image=nginx:1.27');
  wait(15);
  const orphans = pods().filter((pod) => !before.includes(pod));
  type('wipe etcd');
  type(restore('etcd', 'control-plane', ['etcd'], ''));
  type('start etcd');
  wait(90);
  expect(pods()).toEqual(before);
  expect(disagreements(timeline)).toEqual(orphans.map((pod) => `${pod} runs without a record`));
});

test('a member that lost its disk is removed, added again as a learner, and promoted: all with etcdctl', () => {
  const { type, wait } = harbour(3);
  const idOf = (name: string) => {
    const line = type('etcdctl member list')[1]
      .split('\n')
      .find((one) => one.includes(`https://${name}:2380`));
    return line?.split(',')[0] ?? '';
  };
  const old = idOf('etcd-2');
  type('wipe etcd-2');
  type('start etcd-2');
  wait(5);
  expect(type('etcdctl endpoint health')).toEqual([1, expect.stringContaining('etcd-2:2379 is unhealthy')]);
  expect(type(`etcdctl member remove ${old}`)[1]).toMatch(/^Member +\w+ removed from cluster +\w+$/);
  expect(type('etcdctl member add etcd-2 --peer-urls=https://etcd-2:2380 --learner')[0]).toBe(0);
  wait(20);
  const id = idOf('etcd-2');
  expect(id).not.toBe(old);
  expect(type(`etcdctl member promote ${id}`)[0]).toBe(0);
  expect(type('etcdctl endpoint health')[0]).toBe(0);
  expect(type(`etcdctl move-leader ${id}`)[1]).toMatch(new RegExp(`^Leadership transferred from \\w+ to ${id}$`));
});

test('a copy put under one follower alone is found out: the leader knows that its log was longer', () => {
  const { timeline, type, wait } = harbour(3);
  type('etcdctl --endpoints=etcd-1:2379 snapshot save safe.db');
  type('wipe etcd-1');
  type(restore('etcd-1', 'etcd-1', MEMBERS, ''));
  type('start etcd-1');
  wait(5);
  const refusals = timeline.past.flatMap((record) =>
    record.type === 'noted' && record.note.what === 'etcd/refused' ? [String(record.note['text'])] : [],
  );
  expect(refusals[0]).toMatch(/^tocommit\(\d+\) is out of range \[lastIndex\(3\)\]\. Was the raft log corrupted/);
  expect(type('kubectl get nodes')[0]).toBe(0);
});
