import { describe, expect, it } from 'vitest';
import type { Endpoint, EndpointSlice } from '../../sim/api/kinds/endpointslice.ts';
import type { ServiceRule } from '../../sim/protocol/network.ts';
import { nodes, PODS } from '../node/cluster.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const web = { image: 'harbour/web:1.0' };

/** Three nodes with a server each, a Service, its slice, and a client on node-1 that asks five times a second. */
function harbour(endpoints: readonly string[] = ['10.244.1.2', '10.244.2.2', '10.244.3.2'], config: object = {}) {
  const made = nodes(3, {}, config);
  for (const number of [1, 2, 3]) made.addPod(`web-${number}`, {}, web, `node-${number}`);
  made.call('POST', SERVICES, { metadata: { name: 'web' }, spec: { ports: [{ port: 80, targetPort: 8080 }] } });
  const slice = (ips: readonly string[]): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-abcde', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: ips.map((ip): Endpoint => {
      return { addresses: [ip], conditions: { ready: true }, nodeName: `node-${ip.split('.')[2]}` };
    }),
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  });
  made.call('POST', SLICES, slice(endpoints));
  made.run(4000);
  const startClient = (target = 'web') => {
    const env = Object.entries({ TARGET: target, INTERVAL_MS: '200' }).map(([name, value]) => ({ name, value }));
    made.addPod('client', {}, { image: 'harbour/client:1.0', env });
    made.run(3000);
  };
  const counts = () => {
    const found = made.inspect('containerd/node-1')['containers'] as { name: string; podUid: string; program: never }[];
    return found.map(({ program }) => program as Counts).find((program) => program?.servers !== undefined) as Counts;
  };
  const replaceSlice = (ips: readonly string[]) => made.call('PUT', `${SLICES}/web-abcde`, slice(ips));
  const rules = (node: string) => made.inspect(`network/${node}`)['rules'] as (ServiceRule & { packets: number })[];
  return { ...made, startClient, counts, replaceSlice, rules };
}

interface Counts {
  readonly sent: number;
  readonly ok: number;
  readonly refused: number;
  readonly timedOut: number;
  readonly servers: readonly (readonly [string, number])[];
}

describe('a Service', () => {
  it('spreads connections over its endpoints, wherever they are', () => {
    const { startClient, run, counts, rules } = harbour();
    startClient();
    run(60_000);
    const { ok, refused, timedOut, servers } = counts();
    expect({ refused, timedOut }).toEqual({ refused: 0, timedOut: 0 });
    expect(ok).toBeGreaterThan(290);
    expect(servers.map(([name]) => name).sort()).toEqual(['hello from web-1', 'hello from web-2', 'hello from web-3']);
    for (const [, count] of servers) expect(count / ok).toBeCloseTo(1 / 3, 1);
    const [rule] = rules('node-1');
    const hits = rule?.endpoints.map((endpoint) => (endpoint as { packets?: number }).packets ?? 0) ?? [];
    expect(hits.reduce((sum, each) => sum + each, 0)).toBe(rule?.packets);
  });

  it('sends nothing to an endpoint that has gone, once kube-proxy has heard', () => {
    const { simulation, startClient, run, counts, replaceSlice } = harbour();
    startClient();
    simulation.powerOff('node-3');
    run(20_000);
    const before = counts();
    expect(before.timedOut).toBeGreaterThan(10);
    replaceSlice(['10.244.1.2', '10.244.2.2']);
    run(3000);
    const after = counts().timedOut;
    run(20_000);
    expect(counts().timedOut).toBe(after);
  });

  it('refuses when it has no endpoints', () => {
    const { startClient, counts } = harbour([]);
    startClient();
    expect(counts().ok).toBe(0);
    expect(counts().refused).toBeGreaterThan(5);
  });

  it('goes on by the old rules when kube-proxy is down, and catches up when it is back', () => {
    const { simulation, startClient, run, counts, replaceSlice, rules } = harbour(['10.244.1.2']);
    startClient();
    simulation.crash('kube-proxy/node-1');
    replaceSlice(['10.244.1.2', '10.244.2.2']);
    run(10_000);
    expect(counts().servers.map(([name]) => name)).toEqual(['hello from web-1']);
    expect(rules('node-2')[0]?.endpoints).toHaveLength(2);
    simulation.restart('kube-proxy/node-1');
    run(10_000);
    expect(counts().servers).toHaveLength(2);
  });

  it('takes away what its earlier life wrote, although nothing is left to write', () => {
    const { simulation, run, call, rules } = harbour();
    simulation.crash('kube-proxy/node-1');
    call('DELETE', `${SLICES}/web-abcde`);
    call('DELETE', `${SERVICES}/web`);
    run(1000);
    expect(rules('node-1')).toHaveLength(1);
    simulation.restart('kube-proxy/node-1');
    run(3000);
    expect(rules('node-1')).toEqual([]);
  });

  it('restores rules at most once a second', () => {
    const { replaceSlice, run, records } = harbour();
    const from = records.length;
    for (const last of [4, 5, 6, 7, 8]) replaceSlice([`10.244.1.${last}`]);
    run(3000);
    const restores = records.slice(from).flatMap((record) => {
      const isRestore = record.type === 'delivered' && record.message.kind === 'restore';
      return isRestore && record.message.to === 'network/node-2' ? [record.at] : [];
    });
    expect(restores).toHaveLength(2);
    expect((restores[1] ?? 0) - (restores[0] ?? 0)).toBeGreaterThanOrEqual(1000);
  });
});

describe.each(['iptables', 'nftables', 'ipvs'] as const)('a node port in %s mode', (proxyMode) => {
  const serve = (spec: object) => {
    const made = harbour(undefined, { proxyMode });
    const ports = [{ port: 80, targetPort: 8080, nodePort: 30_080 }];
    made.call('PUT', `${SERVICES}/web`, { metadata: { name: 'web' }, spec: { type: 'NodePort', ports, ...spec } });
    made.run(3000);
    return made;
  };

  it('of another node is answered, masqueraded on the way', () => {
    const { startClient, run, counts, notes, call } = serve({});
    startClient('10.0.0.2:30080');
    run(8000);
    expect(counts()).toMatchObject({ refused: 0, timedOut: 0 });
    expect(counts().servers).toHaveLength(3);
    const ways = notes('netfilter/translated').map(({ note }) => note);
    expect(new Set(ways.map((note) => note['node']))).toEqual(new Set(['node-2']));
    expect(ways.every((note) => note['masqueraded'] === true)).toBe(true);
    expect(call('GET', `${PODS}/web-3/log`).body).toContain('from 10.0.0.2');
  });

  it('leads to its own pods alone, with the source as it was, when the policy is Local', () => {
    const { startClient, run, counts, call } = serve({ externalTrafficPolicy: 'Local' });
    startClient('10.0.0.2:30080');
    run(8000);
    const { ok, timedOut, refused } = counts();
    if (proxyMode === 'ipvs') {
      expect(counts().servers.map(([name]) => name)).toEqual(['hello from web-2']);
      expect(call('GET', `${PODS}/web-2/log`).body).toContain('from 10.244.1.3');
    } else expect({ isWell: ok > 20, timedOut, refused }).toEqual({ isWell: true, timedOut: 0, refused: 0 });
  });
});

describe('programs', () => {
  it('reach a pod by its address, and are told what does not resolve', () => {
    const { addPod, run, call } = harbour();
    addPod(
      'one',
      { restartPolicy: 'Never' },
      { image: 'busybox:1.36', command: ['wget', '-qO-', '10.244.3.2:8080'] },
      'node-2',
    );
    addPod('two', { restartPolicy: 'Never' }, { image: 'harbour/client:1.0', args: ['nobody'] }, 'node-2');
    run(4000);
    expect(call('GET', `${PODS}/one/log`).body).toBe('hello from web-3\n');
    expect(String(call('GET', `${PODS}/two/log`).body).split('\n')[1]).toBe('1: no Service of that name');
  });
});
