import { expect, it } from 'vitest';
import type { EndpointSlice } from '../../sim/api/kinds/endpointslice.ts';
import type { KubeObject } from '../../sim/api/meta.ts';
import { act, createCluster, nodeShape, peekAt, runToExit, shapeOf } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { foldTerminals } from '../../sim/scenario/terminals.ts';

addKinds();
addKubectl();

const zone = (name: string) => ({ 'topology.kubernetes.io/zone': name });

function pod(name: string, nodeName: string): KubeObject {
  const metadata = { name, labels: { app: 'web' } };
  const spec = { nodeName, containers: [{ name: 'c', image: 'nginx:1.27' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubeObject;
}

it('traffic stays in its zone in all three modes, while there is somebody', () => {
  const nodes = [
    nodeShape('node-1', { labels: zone('a') }),
    nodeShape('node-2', { labels: zone('b'), proxyMode: 'ipvs' }),
    nodeShape('node-3', { labels: zone('b'), proxyMode: 'nftables' }),
  ];
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], trafficDistribution: 'PreferSameZone' },
  } as KubeObject;
  const objects = [service, pod('one', 'node-1'), pod('two', 'node-2')];
  const timeline = createCluster(shapeOf({ etcd: { members: 1 }, nodes, objects }), { freeze: true });
  let runs = 0;
  const type = (line: string) => {
    const run = `run-${++runs}`;
    expect(act(timeline, line, run, {})).toBeUndefined();
    runToExit(timeline, run);
    return (foldTerminals(timeline.past).find(({ id }) => id === run)?.lines ?? []).map(({ text }) => text).join('\n');
  };
  const targets = (node: string, command: string) => {
    const found = type(`ssh ${node} ${command}`).match(/10\.244\.\d+(?=\.\d+:80\b)|10\.244\.\d+(?=\.\d+ \. 80\b)/g);
    return [...new Set(found ?? [])];
  };
  const seen = () => [
    targets('node-1', 'iptables-save -t nat'),
    targets('node-2', 'ipvsadm -Ln'),
    targets('node-3', 'nft list table ip kube-proxy'),
  ];
  const slices = peekAt(timeline.simulation).objects('endpointslices') as unknown as EndpointSlice[];
  const slice = slices.find(({ metadata }) => metadata.name !== 'kubernetes') as EndpointSlice;
  expect(slice.endpoints?.map(({ zone: of, hints }) => [of, hints]).sort()).toEqual([
    ['a', { forZones: [{ name: 'a' }] }],
    ['b', { forZones: [{ name: 'b' }] }],
  ]);
  expect(seen()).toEqual([['10.244.1'], ['10.244.2'], ['10.244.2']]);
  type('kubectl delete pod two --now');
  timeline.advance(timeline.now + 5000);
  expect(seen()).toEqual([['10.244.1'], ['10.244.1'], ['10.244.1']]);
  expect(type(`kubectl patch service web --type=merge -p '{"spec":{"trafficDistribution":"Nearby"}}'`)).toMatch(
    /Unsupported value: "Nearby": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"/,
  );
});

it('by the annotation topology-mode zones get endpoints in proportion to the CPU of their nodes', () => {
  const nodes = [
    nodeShape('node-1', { labels: zone('a'), cpu: '6' }),
    nodeShape('node-2', { labels: zone('b'), cpu: '2' }),
    nodeShape('node-3', { labels: zone('b'), cpu: '2' }),
  ];
  const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', annotations },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  } as KubeObject;
  const objects = [service, pod('one', 'node-1'), pod('two', 'node-2')];
  const timeline = createCluster(shapeOf({ etcd: { members: 1 }, nodes, objects }), { freeze: true });
  let runs = 0;
  const type = (line: string, seconds = 5, files: Parameters<typeof act>[3] = {}) => {
    const run = `run-${++runs}`;
    expect(act(timeline, line, run, files)).toBeUndefined();
    runToExit(timeline, run);
    const found = foldTerminals(timeline.past).find(({ id }) => id === run);
    timeline.advance(timeline.now + seconds * 1000);
    return (found?.lines ?? []).map(({ text }) => text).join('\n');
  };
  const hints = () => {
    const slices = peekAt(timeline.simulation).objects('endpointslices') as unknown as EndpointSlice[];
    const slice = slices.find(({ metadata }) => metadata.name !== 'kubernetes') as EndpointSlice;
    return slice.endpoints?.map(({ zone: of, hints: for_ }) => `${of}>${for_?.forZones?.[0]?.name ?? ''}`).sort();
  };
  const run = (name: string, node: string) => {
    const file = toParsedFile(JSON.stringify(pod(name, node)), 'pod.yaml');
    type('kubectl create -f pod.yaml', 15, { 'pod.yaml': file });
  };
  // Six tenths of the CPU are in zone a: of two endpoints one each.
  expect(hints()).toEqual(['a>a', 'b>b']);
  expect(type('kubectl describe service web')).toContain('Topology Aware Hints has been enabled, addressType: IPv4');
  run('three', 'node-2');
  run('four', 'node-3');
  run('five', 'node-3');
  // Of five three are for a, where one is: zone b gives two of its four.
  expect(hints()).toEqual(['a>a', 'b>a', 'b>a', 'b>b', 'b>b']);
  const rules = type('ssh node-1 iptables-save -t nat').match(/default\/web -> [\d.]+/g);
  expect(rules).toHaveLength(3);
  type('kubectl label node node-3 topology.kubernetes.io/zone-');
  expect(hints()?.every((one) => one.endsWith('>'))).toBe(true);
  type('kubectl label node node-3 topology.kubernetes.io/zone=b');
  type('kubectl annotate service web note=again');
  expect(hints()).toEqual(['a>a', 'b>a', 'b>a', 'b>b', 'b>b']);
  type('kill node/node-1', 60);
  expect(hints()?.every((one) => one.endsWith('>'))).toBe(true);
  expect(type('kubectl describe service web')).toContain(
    'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4',
  );
  type('start node/node-1', 60);
  type('kubectl delete pod five --now', 5);
  expect(hints()?.every((one) => !one.endsWith('>'))).toBe(true);
  type('kubectl annotate service web service.kubernetes.io/topology-mode-');
  expect(hints()?.every((one) => one.endsWith('>'))).toBe(true);
});
