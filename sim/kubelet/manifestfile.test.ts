import { expect, it } from 'vitest';
import { podOfFile } from './manifestfile.ts';

function manifest(more: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'c', image: 'a' }], ...more },
  };
}

const secret = { volumes: [{ name: 'v', secret: { secretName: 's' } }] };
const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }];

it.each([
  ['nothing', null, /^invalid pod: the file holds none$/],
  ['another kind', { ...manifest(), kind: 'Service' }, /^invalid pod: the file holds none$/],
  ['a service account', manifest({ serviceAccountName: 'a' }), /^static pods may not reference serviceaccounts$/],
  ['a secret', manifest(secret), /^static pods may not reference secrets$/],
  [
    'a variable',
    manifest({ containers: [{ name: 'c', image: 'a', env }] }),
    /^static pods may not reference configmaps$/,
  ],
  [
    'a mistake',
    manifest({ containers: [{ image: 'a' }] }),
    /^invalid pod: spec\.containers\[0\]\.name: Required value/,
  ],
])('a file with %s is no pod', (_name, document, reason) => {
  expect(podOfFile('node-a', 'web.yaml', document as never)).toMatch(reason);
});

it('its uid goes by node, file and content', () => {
  const uid = (...given: Parameters<typeof podOfFile>) => (podOfFile(...given) as { uid: string }).uid;
  const base = uid('node-a', 'web.yaml', manifest() as never);
  expect(uid('node-a', 'web.yaml', manifest() as never)).toBe(base);
  expect(uid('node-b', 'web.yaml', manifest() as never)).not.toBe(base);
  expect(uid('node-a', 'two.yaml', manifest() as never)).not.toBe(base);
  expect(uid('node-a', 'web.yaml', manifest({ hostname: 'b' }) as never)).not.toBe(base);
});
