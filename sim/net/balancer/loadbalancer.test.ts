import { describe, expect, it } from 'vitest';
import { act, createCluster, defaultShape, objectKey, peekAt, runToExit, type Timeline } from '../../index.ts';
import { serializeWorld } from '../../kernel/world.ts';
import { addKinds } from '../../packs/kinds.ts';
import { addKubectl } from '../../packs/kubectl.ts';
import { addReplicas } from '../../packs/replicas.ts';
import type { TerminalRun } from '../../protocol/terminal.ts';
import { CHECK_MS, FALL } from './loadbalancer.ts';

addKinds();
addKubectl();
addReplicas();

const booted = createCluster({ ...defaultShape(2, 1), apiServers: 3, images: ['nginx:1.27'] }, { freeze: true });

/** Types a line and gives what it printed, and its exit code. */
function type(timeline: Timeline, line: string): readonly [string, number | undefined] {
  act(timeline, line, `${timeline.now} ${line}`, {});
  runToExit(timeline, `${timeline.now} ${line}`);
  return said(timeline, line);
}

function said(timeline: Timeline, line: string): readonly [string, number | undefined] {
  const { runs } = peekAt(timeline.simulation).inspect('kubectl') as { runs: readonly TerminalRun[] };
  const run = runs.findLast((one) => one.line === line);
  return [(run?.output ?? []).map(({ text }) => text).join('\n'), run?.exitCode];
}

const holderOf = (timeline: Timeline, name: string) => {
  const lease = peekAt(timeline.simulation)
    .objects('leases')
    .find((object) => objectKey(object) === `kube-system/${name}`);
  return (lease as { spec?: { holderIdentity?: string; leaseTransitions?: number } } | undefined)?.spec;
};

describe('three API servers behind one address', () => {
  it('go on when one ends: writes, watches, and another leader 15 s later', () => {
    const timeline = booted.fork();
    expect(holderOf(timeline, 'kube-controller-manager')?.holderIdentity).toBe(
      'control-plane-1_kube-controller-manager',
    );
    expect(type(timeline, 'kubectl create deployment web --image=nginx:1.27 --replicas=3')[1]).toBe(0);
    timeline.advance(timeline.now + 3000);
    act(timeline, 'stop kube-apiserver-1', '', {});
    const stopped = timeline.now;
    const told: string[] = [];
    for (let n = 0; n < 9; n++) {
      expect(type(timeline, `kubectl create configmap c${n}`)).toEqual([`configmap/c${n} created`, 0]);
      told.push(`default/c${n}`);
    }
    expect(type(timeline, 'kubectl scale deployment web --replicas=5')[1]).toBe(0);
    timeline.advance(stopped + 40_000);
    const keys = peekAt(timeline.simulation).objects('configmaps').map(objectKey);
    expect(keys).toEqual(expect.arrayContaining(told));
    const won = timeline.trace.flatMap((each) =>
      each.type === 'noted' && each.note.what === 'election/won' ? [each.at - stopped] : [],
    );
    expect(won).toHaveLength(2);
    for (const at of won) expect(at > 10_000 && at < 22_000).toBe(true);
    expect(holderOf(timeline, 'kube-scheduler')).toMatchObject({ leaseTransitions: 1 });
    expect(holderOf(timeline, 'kube-scheduler')?.holderIdentity).not.toBe('control-plane-1_kube-scheduler');
    const pods = peekAt(timeline.simulation).objects('pods') as readonly { status?: { phase?: string } }[];
    expect(pods.filter(({ status }) => status?.phase === 'Running')).toHaveLength(5);
    expectNewsComplete(timeline);
  });

  it('leave a server that lost its power after three checks, and nodes stay Ready', () => {
    const timeline = booted.fork();
    act(timeline, 'kill node/control-plane-2', '', {});
    timeline.advance(100_000);
    const notes = timeline.trace.flatMap((each) => (each.type === 'noted' ? [each] : []));
    const down = notes.find(({ note }) => note.what === 'balancer/down');
    expect(down?.note['server']).toBe('kube-apiserver-2');
    expect(down?.at).toBeLessThanOrEqual(CHECK_MS * (FALL + 1));
    expect(notes.map(({ note }) => note.what)).not.toContain('nodelifecycle/node-silent');
    for (const name of ['node-1', 'node-2']) expect(type(timeline, `kubectl label node ${name} floor=2`)[1]).toBe(0);
    timeline.advance(101_000);
    expectNewsComplete(timeline);
    act(timeline, 'start node/control-plane-2', '', {});
    timeline.advance(110_000);
    const { servers } = peekAt(timeline.simulation).inspect('load-balancer') as { servers: readonly object[] };
    expect(servers[1]).toMatchObject({ name: 'kube-apiserver-2', isUp: true });
  });

  it('cannot be asked without their address, and without a server the connection only ends', () => {
    const timeline = booted.fork();
    act(timeline, 'stop load-balancer', '', {});
    expect(type(timeline, 'kubectl get nodes')).toEqual([
      'The connection to the server load-balancer:6443 was refused - did you specify the right host or port?',
      1,
    ]);
    act(timeline, 'start load-balancer', '', {});
    for (const number of [1, 2, 3]) act(timeline, `stop kube-apiserver-${number}`, '', {});
    expect(type(timeline, 'kubectl get nodes')).toEqual(['Unable to connect to the server: EOF', 1]);
  });

  it('give the same history twice', () => {
    const [one, two] = [booted.fork(), booted.fork()];
    for (const timeline of [one, two]) {
      act(timeline, 'stop kube-apiserver-3', '', {});
      type(timeline, 'kubectl create deployment web --image=nginx:1.27');
      timeline.advance(20_000);
    }
    expect(serializeWorld(one.world)).toBe(serializeWorld(two.world));
  });
});

/** What each running process has in its caches of pods and nodes is what etcd has. */
function expectNewsComplete(timeline: Timeline): void {
  const { objects } = peekAt(timeline.simulation);
  const stored = new Map([...objects('pods'), ...objects('nodes')].map((one) => [objectKey(one), one]));
  let looked = 0;
  for (const [name, state] of timeline.world.states) {
    if (!timeline.world.up[timeline.world.index.get(name) ?? 0]) continue;
    const { client } = state as { client?: { caches: ReadonlyMap<string, ReadonlyMap<string, object>> } };
    for (const cache of [client?.caches.get('pods'), client?.caches.get('nodes')]) {
      for (const [key, one] of cache ?? []) {
        looked++;
        expect(one).toEqual(stored.get(key));
      }
    }
  }
  expect(looked).toBeGreaterThan(stored.size);
}
