import { expect, it } from 'vitest';
import { FIRST, readLibrary } from '../../lesson/library.ts';
import { parseScenario } from '../../lesson/scenarios.ts';
import { canBeCalled, freeName, isFull } from './filenames.ts';
import { type Shape, scenarioOf, titleOf, USUAL } from './shape.ts';

const read = (shape: Shape) => parseScenario('shape', scenarioOf(shape));

it('what the form asks for is what the scenario file says', () => {
  const shape: Shape = {
    nodes: 20,
    cpu: 8,
    memoryGi: 16,
    members: 5,
    apiServers: 3,
    proxyMode: 'ipvs',
    addons: ['network-policy'],
    seed: 99,
    graceS: 20,
    fsyncMs: 8,
    latencyMs: 30,
    jitterMs: 9,
    lossPerMille: 5,
  };
  const { scenario, problems } = read(shape);
  expect(problems).toEqual([]);
  expect(scenario).toMatchObject({
    seed: 99,
    etcd: { members: 5 },
    apiServers: 3,
    proxyMode: 'ipvs',
    addons: ['network-policy'],
    timings: { nodeMonitorGracePeriod: '20s', etcdFsync: '8ms' },
    network: { latencyMs: 30, jitterMs: 9, lossPerMille: 5 },
  });
  expect(scenario?.nodes).toHaveLength(20);
  expect(scenario?.nodes).toContainEqual({ name: 'node-t', cpu: 8, memory: '16Gi' });
  const fleet = read({ ...USUAL, nodes: 30 }).scenario?.nodes;
  expect(fleet).toHaveLength(30);
  expect(fleet).toContainEqual(
    expect.objectContaining({ name: 'node-30', labels: { 'topology.kubernetes.io/zone': 'zone-c' } }),
  );
  expect(read({ ...USUAL, addons: [] }).scenario).not.toHaveProperty('addons');
  expect(read(USUAL).scenario).not.toHaveProperty('apiServers');
});

it('the form begins as the page does', () => {
  const first = readLibrary().find(({ name }) => name === FIRST);
  const { scenario: written } = parseScenario(FIRST, first?.text ?? '');
  const { scenario } = read(USUAL);
  expect({ seed: scenario?.seed, addons: scenario?.addons, images: scenario?.images }).toEqual({
    seed: written?.seed,
    addons: written?.addons,
    images: written?.images,
  });
  const names = (nodes: unknown) => (nodes as readonly { readonly name: string }[]).map(({ name }) => name);
  expect(names(scenario?.nodes)).toEqual(names(written?.nodes));
});

it('a cluster is called what its file says', () => {
  expect(titleOf('# x\ntitle: "A: b"\n')).toBe('A: b');
  expect(titleOf('seed: 1\n')).toBe('A cluster without a title');
  expect(titleOf(scenarioOf({ ...USUAL, nodes: 1 }))).toBe('One empty node');
});

it('files have names that kubectl, links and people can live with', () => {
  const files = { 'new.yaml': '', 'new-2.yaml': '' };
  expect(freeName('new.yaml', files)).toBe('new-3.yaml');
  expect(freeName('web.yaml', files)).toBe('web.yaml');
  expect(canBeCalled('web.yaml', files)).toBe('');
  expect(canBeCalled('new.yaml', files)).toBe('There is a new.yaml already.');
  for (const name of ['', 'web', '../x.yaml', 'a b.yaml', '__proto__', `${'x'.repeat(70)}.yaml`]) {
    expect(canBeCalled(name, files), name).not.toBe('');
  }
  expect(isFull(files)).toBe(false);
  expect(isFull(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${index}.yaml`, ''])))).toBe(true);
});
