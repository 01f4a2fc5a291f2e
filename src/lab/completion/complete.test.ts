import { expect, test } from 'vitest';
import { apiText } from '../project/apitext.ts';
import { offersAt } from './complete.ts';
import { readApi } from './readapi.ts';

const table = readApi(apiText());
const head = `export function reconcile(key: string, api: ControllerApi): void {
  const set = api.replicaSets.get(key);
  const mine = api.pods.list().filter((pod) => pod.metadata.labels);
`;

test('the table holds every interface, with the comments of its members', () => {
  expect(Object.keys(table.types)).toEqual(expect.arrayContaining(['ControllerApi', 'Pod', 'ReplicaSet.spec']));
  const create = table.types['ControllerApi']?.members.find(({ name }) => name === 'create');
  expect(create).toMatchObject({ isMethod: true, type: 'void', signature: 'create(pod: NewPod): void' });
  expect(create?.doc).toMatch(/^Asks the API server for a new pod/);
});

test.each([
  ['api.', ['pods', 'create', 'log', 'random']],
  ['api.pods.', ['get', 'list']],
  ['api.pods.list().', ['filter', 'length']],
  ['set.', ['metadata', 'spec', 'status']],
  ['set?.spec.', ['replicas', 'selector', 'template']],
  ['set.spec.template.metadata?.', ['labels']],
  ['mine[0].metadata.', ['name', 'ownerReferences']],
  ['for (const pod of mine) pod.status?.', ['phase', 'conditions']],
  ['mine.filter((one) => one.spec.', ['containers', 'nodeName']],
  ['api.pods.get(key).me', ['metadata']],
])('after %s', (text, names) => {
  const offer = offersAt(table, head + text);
  expect(offer?.options.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(offer?.from).toBe(head.length + text.lastIndexOf('.') + 1);
});

test('names in sight, and nothing inside of a number or after a dot that is not understood', () => {
  expect(offersAt(table, `${head}  mi`)?.options.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['mine', 'set', 'key', 'api', 'return', 'Pod']),
  );
  expect(offersAt(table, `${head}  who.knows.`)).toBeUndefined();
  expect(offersAt(table, `${head}  1`)?.options.length ?? 0).toBeGreaterThanOrEqual(0);
});
