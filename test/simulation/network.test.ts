import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../sim/api/meta.ts';
import { act, createCluster, foldTerminals, nodeShape, runToExit, shapeOf, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

addKinds();
addKubectl();

const server = (name: string, node: string, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  ...{ spec: { nodeName: node, containers: [{ name: 'c', image: 'harbour/web:1.0' }], ...spec } },
});
const caller = (name: string, target: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  ...{
    spec: {
      nodeName: 'node-a',
      containers: [{ name: 'c', image: 'harbour/client:1.0', env: [{ name: 'TARGET', value: target }] }],
    },
  },
});
const service = (name: string, spec: object): KubeObject => {
  const ports = [{ port: 80, targetPort: 8080 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, ...{ spec: { ports, ...spec } } };
};

const objects = [
  service('web', { selector: { app: 'web' } }),
  service('peers', { selector: { app: 'web' }, clusterIP: 'None' }),
  service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
  service('away', { type: 'ExternalName', externalName: 'db.example.com' }),
  server('web-0', 'node-a', { hostname: 'zero', subdomain: 'peers' }),
  server('web-1', 'node-b'),
  caller('by-service', 'web'),
  caller('by-pod', 'zero.peers:8080'),
  caller('by-alias', 'alias.default'),
  caller('by-nothing', 'away'),
];

function cluster(more: readonly KubeObject[] = []): Timeline {
  const addons = ['dns', 'network-policy'] as const;
  const nodes = ['node-a', 'node-b'].map((name) => nodeShape(name));
  const shape = shapeOf({ etcd: { members: 1 }, nodes, objects: [...objects, ...more], addons });
  return createCluster(shape, { freeze: true });
}

let count = 0;
function type(timeline: Timeline, line: string, files: Readonly<Record<string, string>> = {}): string {
  const run = `run ${count++}`;
  const parsed = Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)] as const);
  act(timeline, line, run, Object.fromEntries(parsed));
  runToExit(timeline, run);
  const found = foldTerminals(timeline.past).find(({ id }) => id === run);
  return (found?.lines ?? []).map(({ text }) => text).join('\n');
}

describe('cluster DNS', () => {
  it('finds Services, pods with a host name, and aliases, by the search path', () => {
    const timeline = cluster();
    timeline.advance(timeline.now + 20_000);
    const last = (pod: string) => type(timeline, `kubectl logs ${pod} --tail=1`);
    expect(last('by-service')).toMatch(/hello from web-[01]/);
    expect(last('by-pod')).toContain('hello from web-0');
    expect(last('by-alias')).toMatch(/hello from web-[01]/);
    expect(last('by-nothing')).toContain('no Service of that name');
    const tried = timeline.past.flatMap((record) => {
      const isTry = record.type === 'noted' && record.note.what === 'dns/answered';
      return isTry ? [`${record.note['name']} ${record.note['code']}`] : [];
    });
    expect(tried).toContain('alias.default.default.svc.cluster.local NXDOMAIN');
    expect(tried).toContain('alias.default.svc.cluster.local NOERROR');
  });
});

describe('NetworkPolicies', () => {
  const deny = (spec: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${spec}\n`;

  it('make connections wait in vain that no rule allows, until they are gone', () => {
    const timeline = cluster();
    const last = (pod: string) => type(timeline, `kubectl logs ${pod} --tail=1`);
    const from = '[{podSelector: {matchLabels: {app: by-pod}}}]';
    const only = deny(`{podSelector: {matchLabels: {app: web}}, ingress: [{from: ${from}, ports: [{port: 8080}]}]}`);
    const applied = type(timeline, 'kubectl apply -f p.yaml', { 'p.yaml': only });
    expect(applied).toBe('networkpolicy.networking.k8s.io/p created');
    timeline.advance(timeline.now + 8000);
    expect(last('by-service')).toContain('no answer within');
    expect(last('by-pod')).toContain('hello from web-0');
    const drops = timeline.past.flatMap((record) => {
      return record.type === 'noted' && record.note.what === 'policy/dropped' ? [record] : [];
    });
    expect(drops.length).toBeGreaterThan(2);
    const ends = drops.map(({ note }) => `${note['from']} ${note['to']}`);
    expect(drops.filter(({ routine }) => !routine).length, 'the first between two ends is news').toBe(
      new Set(ends).size,
    );
    act(timeline, 'stop policy-agent/node-a', 'stop-a', {});
    act(timeline, 'stop policy-agent/node-b', 'stop-b', {});
    type(timeline, 'kubectl delete networkpolicy p');
    timeline.advance(timeline.now + 5000);
    expect(last('by-service')).toContain('no answer within');
    act(timeline, 'start policy-agent/node-a', 'start-a', {});
    act(timeline, 'start policy-agent/node-b', 'start-b', {});
    timeline.advance(timeline.now + 8000);
    expect(last('by-service')).toMatch(/hello from web-[01]/);
  });

  it('let a pod reach its own node, and no other', () => {
    const hosts = ['node-a', 'node-b'].map((node) => {
      const pod = server(`on-${node}`, node, { hostNetwork: true });
      return { ...pod, metadata: { name: pod.metadata.name } };
    });
    const callers = [caller('own-node', '10.0.0.1:8080'), caller('other-node', '10.0.0.2:8080')];
    const timeline = cluster([...hosts, ...callers]);
    timeline.advance(timeline.now + 5000);
    const last = (pod: string) => type(timeline, `kubectl logs ${pod} --tail=1`);
    expect([last('own-node'), last('other-node')].map((line) => /hello from node-[ab]/.test(line))).toEqual([
      true,
      true,
    ]);
    type(timeline, 'kubectl apply -f p.yaml', { 'p.yaml': deny('{podSelector: {}, policyTypes: [Egress]}') });
    timeline.advance(timeline.now + 5000);
    expect(last('other-node')).toContain('no answer within');
    expect(last('own-node')).toContain('hello from node-a');
  });

  it('leave probes of the node alone, and hold for what goes out', () => {
    const timeline = cluster();
    const all = deny('{podSelector: {matchLabels: {app: by-alias}}, policyTypes: [Egress]}');
    type(timeline, 'kubectl apply -f p.yaml', { 'p.yaml': all });
    timeline.advance(timeline.now + 6000);
    expect(type(timeline, 'kubectl logs by-alias --tail=1')).toContain('no answer within');
    expect(type(timeline, 'kubectl logs by-service --tail=1')).toMatch(/hello from web-[01]/);
  });
});
