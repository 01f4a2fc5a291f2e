import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Pod } from '../../api/kinds/pod.ts';
import { type ScenarioFile, Session } from '../../index.ts';
import { addKinds } from '../kinds.ts';
import { addKubectl } from '../kubectl.ts';
import { endsNow, type Followed, follow } from './follow.ts';
import { parseTarget } from './question.ts';

addKinds();
addKubectl();

const OBJECTS = `
- apiVersion: v1
  kind: Service
  metadata: {name: berths}
  spec: {clusterIP: 10.96.0.80, selector: {app: berth}, ports: [{port: 80, targetPort: 8080}]}
- apiVersion: v1
  kind: Service
  metadata: {name: empty}
  spec: {clusterIP: 10.96.0.81, selector: {app: none}, ports: [{port: 80}]}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: berth}
  spec:
    replicas: 3
    selector: {matchLabels: {app: berth}}
    template:
      metadata: {labels: {app: berth}}
      spec: {terminationGracePeriodSeconds: 1, containers: [{name: berth, image: 'harbour/web:1'}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: truck}
  spec: {nodeName: node-a, containers: [{name: truck, image: 'harbour/web:1'}]}
`;

function sessionWith(more: ScenarioFile = {}): Session {
  const nodes = ['node-a', 'node-b', 'node-c'].map((name) => ({ name }));
  const scenario = {
    nodes,
    etcd: { members: 1 },
    images: ['harbour/web:1'],
    objects: parse(OBJECTS),
    ...more,
  } as const;
  return new Session({ scenario, plan: [], goals: [] });
}

function followed({ timeline }: Session, to: string, stream = 0): Followed {
  const found = follow(timeline, { from: 'default/truck', to, stream });
  if (typeof found === 'string') throw new Error(found);
  return found;
}

const kinds = ({ way }: Followed) => way.hops.map(({ kind }) => kind);

function linesOf({ way }: Followed): readonly string[] {
  const rules = way.hops.find((hop) => hop.kind === 'rules');
  return rules?.kind === 'rules' ? rules.lines : [];
}

describe('a request from a pod to a Service', () => {
  it('is followed from its name to a pod and back, with the rules it met', () => {
    const session = sessionWith();
    const before = session.timeline.world.delivered;
    const found = followed(session, 'berths:80');
    expect(kinds(found).filter((kind) => kind !== 'wire' && kind !== 'rules')).toEqual(['name', 'pod', 'answer']);
    expect(found.way.hops[0]).toMatchObject({ kind: 'name', name: 'berths', address: '10.96.0.80', by: 'rules' });
    expect(found.way).toMatchObject({ outcome: 'ok', pod: expect.stringMatching(/^default\/berth-/) });
    const met = linesOf(found);
    expect(met.find((line) => line.startsWith('-A KUBE-SERVICES'))).toMatch(/-d 10\.96\.0\.80\/32 .*-j KUBE-SVC-/);
    expect(met.filter((line) => line.includes('-j DNAT'))).toHaveLength(1);
    const printed = session.do('ssh node-a "iptables-save"', {});
    expect(printed).toBeUndefined();
    session.seek(session.now + 1000);
    const all = session.terminals.at(-1)?.lines.map(({ text }) => text) ?? [];
    for (const line of met) expect(all, 'as iptables-save prints it').toContain(line);
    expect(before).toBeLessThan(session.timeline.world.delivered);
  });

  it('leaves the cluster alone', () => {
    const session = sessionWith();
    const { delivered, recorded } = session.timeline.world;
    followed(session, 'berths:80', 20);
    expect(session.timeline.world).toMatchObject({ delivered, recorded });
  });

  it('falls on each of three pods about once in three', () => {
    const { stream } = followed(sessionWith(), 'berths:80', 200);
    expect(stream).toMatchObject({ sent: 200, refused: 0, timeouts: 0 });
    expect(stream?.pods.map(({ count }) => count).every((count) => count > 45 && count < 90)).toBe(true);
    expect(stream?.percentiles.map(({ share }) => share)).toEqual([50, 95, 99]);
  });

  it.each([
    ['nftables', /^chain services: /],
    ['ipvs', /^TCP {2}10\.96\.0\.80:80 rr$/],
  ] as const)('meets the rules of %s', (proxyMode, line) => {
    const found = followed(sessionWith({ proxyMode }), 'berths:80');
    expect(found.way.outcome).toBe('ok');
    expect(
      linesOf(found).some((met) => line.test(met)),
      linesOf(found).join('\n'),
    ).toBe(true);
  });
});

describe('a request that fails', () => {
  it('is refused where a Service has no endpoint', () => {
    const found = followed(sessionWith(), 'empty:80');
    expect(found.way.outcome).toBe('refused');
    expect(found.way.hops.find((hop) => hop.kind === 'rules')).toMatchObject({ end: 'REJECT' });
    expect(linesOf(found).at(-1)).toContain('has no endpoints');
  });

  it.each([
    ['berth', 'Ingress', 'ingress', /^berth-/],
    ['truck', 'Egress', 'egress', /^truck$/],
  ])('dies at the wall round %s for %s', (app, type, side, pod) => {
    const wall = `
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: wall}
  spec: {podSelector: {matchLabels: {app: ${app}}}, policyTypes: [${type}]}
`;
    const objects = parse(
      `${OBJECTS}${wall}`.replace('metadata: {name: truck}', 'metadata: {name: truck, labels: {app: truck}}'),
    );
    const found = followed(sessionWith({ addons: ['network-policy'], objects }), 'berths:80');
    expect(found.way.outcome).toBe('timeout');
    expect(found.way.hops.at(-1)).toMatchObject({ kind: 'policy', side, pod: expect.stringMatching(pod) });
  });

  it('has no address where no Service has the name', () => {
    expect(followed(sessionWith(), 'nothing:80').way.outcome).toBe('unresolved');
  });

  it('is refused by a pod that does not listen there', () => {
    const session = sessionWith();
    const { pod } = followed(session, 'berths:80').way;
    const pods = session.peek().objects('pods') as readonly Pod[];
    const podIP = pods.find(({ metadata }) => `default/${metadata.name}` === pod)?.status?.podIP;
    expect(followed(session, `${podIP}:81`).way).toMatchObject({ outcome: 'refused', pod });
  });

  it('dies on the way to a machine without power', () => {
    const session = sessionWith();
    session.do('kill node/node-b', {});
    session.do('kill node/node-c', {});
    const ways = Array.from({ length: 1 }, () => followed(session, 'berths:80', 60));
    expect(ways[0]?.stream?.timeouts).toBeGreaterThan(20);
  });

  it('goes to an address that no pod has, by rules that nobody renews', () => {
    const session = sessionWith();
    session.do('stop kube-proxy/node-a', {});
    session.do('kubectl delete deployment berth --wait=false', {});
    session.seek(session.now + 20_000);
    const { way } = followed(session, 'berths:80');
    expect(way.outcome).toBe('timeout');
    expect(way.hops.at(-1)).toMatchObject({ kind: 'nobody', address: expect.stringMatching(/^10\.244\./) });
  });

  it('cannot begin where there is no power', () => {
    const session = sessionWith();
    session.do('kill node/node-a', {});
    expect(follow(session.timeline, { from: 'default/truck', to: 'berths:80', stream: 0 })).toBe(
      'node-a has no power: nothing is sent from there.',
    );
    expect(follow(session.timeline, { from: 'default/none', to: 'berths:80', stream: 0 })).toMatch(/^There is no pod/);
    expect(follow(session.timeline, { from: 'default/truck', to: 'berths', stream: 0 })).toMatch(/is no place/);
  });
});

describe('a name in a cluster with DNS', () => {
  const session = sessionWith({ addons: ['dns'] });

  it('is asked for at kube-dns, like any other packet, and then the request is sent', () => {
    const found = followed(session, 'berths:80');
    const [asks, rules] = found.way.hops;
    expect(asks).toMatchObject({ kind: 'lookup', name: 'berths.default.svc.cluster.local', server: '10.96.0.10' });
    expect(rules).toMatchObject({
      kind: 'rules',
      to: expect.stringMatching(/:53$/),
      pod: expect.stringMatching(/^kube-system\/coredns-/),
    });
    expect(rules?.kind === 'rules' ? rules.lines.join('\n') : '').toContain('-p udp');
    const name = found.way.hops.find(({ kind }) => kind === 'name');
    expect(name).toMatchObject({ by: 'coredns', address: '10.96.0.80', pod: expect.stringMatching(/^kube-system\//) });
    expect(kinds(found).slice(-2)).toEqual(['pod', 'answer']);
    expect(found.way).toMatchObject({ outcome: 'ok', pod: expect.stringMatching(/^default\/berth-/) });
  });

  it('is refused at once where no server is ready, and asked for once more', () => {
    const empty = sessionWith({ addons: ['dns'] });
    empty.do('kubectl scale deployment coredns -n kube-system --replicas=0', {});
    empty.seek(empty.now + 10_000);
    const found = followed(empty, 'berths:80');
    expect(kinds(found)).toEqual(['lookup', 'rules', 'unanswered', 'lookup', 'rules', 'unanswered', 'answer']);
    expect(found.way.hops.at(-1)).toMatchObject({ outcome: 'unresolved', text: expect.stringMatching(/^Temporary/) });
  });

  it('is waited for twice five seconds where nobody has the address', () => {
    const gone = sessionWith({ addons: ['dns'] });
    gone.do('kubectl delete service kube-dns -n kube-system', {});
    gone.seek(gone.now + 10_000);
    const { hops } = followed(gone, 'berths:80').way;
    expect(hops.filter(({ kind }) => kind === 'unanswered')).toMatchObject([
      { why: 'timeout', ms: 5001, isLast: false },
      { why: 'timeout', ms: 10_001, isLast: true },
    ]);
  });
});

it('knows where requests may begin and end', () => {
  const { pods, services } = endsNow(sessionWith().timeline);
  expect(pods).toContainEqual({ pod: 'default/truck', node: 'node-a' });
  expect(services).toEqual(expect.arrayContaining(['berths:80', 'empty:80']));
});

it.each([
  ['web:80', { host: 'web', port: 80 }],
  [' http://10.96.0.1:443/ ', { host: '10.96.0.1', port: 443 }],
  ['web', undefined],
  ['web:0', undefined],
  ['web:70000', undefined],
  ['We b:80', undefined],
])('%s is read', (text, target) => expect(parseTarget(text)).toEqual(target));
