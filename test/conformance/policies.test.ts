import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { act, createCluster, defaultShape, foldTerminals, runToExit, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

addKinds();
addKubectl();

const FOLDER = new URL('../../../shared/manifests/', import.meta.url);
const isHere = existsSync(FOLDER);
if (!isHere) console.warn('SKIPPED: the manifests of the documentation are not here.');

describe.skipIf(!isHere)('manifests of the documentation', () => {
  it('the network policy of the documentation lets in whom it names, on the port that it names', () => {
    const container = (image: string, env: Readonly<Record<string, string>>) => {
      return [{ name: 'c', image, env: Object.entries(env).map(([name, value]) => ({ name, value })) }];
    };
    const pod = (name: string, namespace: string, role: string, containers: ReturnType<typeof container>) => {
      const metadata = { name, namespace, labels: { role } };
      return { apiVersion: 'v1', kind: 'Pod', metadata, ...{ spec: { containers } } };
    };
    const asks = (port: number) => container('harbour/client:1.0', { TARGET: `db:${port}` });
    const ports = [6379, 80].map((port) => ({ name: `p${port}`, port }));
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' } };
    const team = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { project: 'myproject' } } };
    const objects = [
      team,
      { ...service, ...{ spec: { selector: { role: 'db' }, ports } } },
      pod('db', 'default', 'db', container('harbour/web:1.0', { PORT: '6379' })),
      pod('front', 'default', 'frontend', asks(6379)),
      pod('wrong', 'default', 'frontend', asks(80)),
      pod('back', 'default', 'backend', asks(6379)),
      pod('mate', 'team', 'backend', container('harbour/client:1.0', { TARGET: 'db.default:6379' })),
    ];
    const addons = ['network-policy'] as const;
    const timeline = createCluster({ ...defaultShape(), etcd: { members: 1 }, objects, addons });
    const text = readFileSync(new URL('service/networking/networkpolicy.yaml', FOLDER), 'utf8');
    type(timeline, 'kubectl apply -f policy.yaml', { 'policy.yaml': text });
    timeline.advance(timeline.now + 8000);
    const last = (name: string, namespace = 'default') => {
      return type(timeline, `kubectl logs ${name} -n ${namespace} --tail=1`, {}).lines.join('');
    };
    expect(last('front')).toContain('hello from db');
    expect(last('mate', 'team')).toContain('hello from db');
    expect(last('wrong')).toContain('no answer within');
    expect(last('back')).toContain('no answer within');
  });
});

function type(timeline: Timeline, line: string, texts: Readonly<Record<string, string>>) {
  const run = `run ${line}`;
  const parsed = Object.entries(texts).map(([name, text]) => [name, toParsedFile(text, name)] as const);
  act(timeline, line, run, Object.fromEntries(parsed));
  runToExit(timeline, run);
  const found = foldTerminals(timeline.past).find(({ id }) => id === run);
  return { lines: (found?.lines ?? []).map(({ text }) => text), exitCode: found?.exitCode };
}
