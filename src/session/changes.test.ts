import { expect, test } from 'vitest';
import { Session } from '../../sim/index.ts';
import { addEditing } from '../../sim/packs/editing.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { changesOf } from './changes.ts';

addKinds();
addKubectl();
addEditing();

const deployment = (replicas: number, app = 'web') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec: { containers: [{ name: web, image: harbour/web:1 }] }
`;
const config = (text: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: notes }
data: { a: ${text} }
`;

function files(...documents: readonly string[]) {
  return { 'web.yaml': toParsedFile(documents.join('---\n'), 'web.yaml') };
}

/** A cluster in which the Deployment and the ConfigMap have been applied. */
function applied(): Session {
  const scenario = { nodes: [{ name: 'node-a', cpu: '2', memory: '4Gi' }], seed: 7 };
  const session = new Session({ scenario: scenario as never, plan: [], goals: [] });
  session.type('kubectl apply -f web.yaml', files(deployment(2), config('one')));
  while (!session.move().isEnd);
  session.seek(session.now + 10_000);
  return session;
}

test('each object as the server would have it: changed, unchanged, created, refused; and nothing is done', () => {
  const session = applied();
  const before = session.timeline.world;
  const asked = files(deployment(3), config('one'), config('two').replace('notes', 'more'), deployment(2, 'other'));
  const changes = changesOf(session, 'web.yaml', asked);
  expect(changes.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'Deployment web changed',
    'ConfigMap notes unchanged',
    'ConfigMap more created',
    'Deployment web refused',
  ]);
  expect(changes[0]?.fields).toEqual([{ path: 'spec.replicas', before: '2', after: '3' }]);
  expect(changes[0]?.lines).toContain('+  replicas: 3');
  expect(changes[2]?.lines[0]).toMatch(/^@@ -0,0 \+1,\d+ @@$/);
  expect(changes[3]?.said.join()).toContain('spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is');
  expect(session.timeline.world).toBe(before);
});

test('a server that does not answer refuses, in kubectl’s words', () => {
  const session = applied();
  session.do('stop kube-apiserver', {});
  session.seek(session.now + 1000);
  const [change] = changesOf(session, 'web.yaml', files(config('two')));
  expect(change?.verdict).toBe('refused');
  expect(change?.said.join()).toMatch(/^The connection to the server/);
});
