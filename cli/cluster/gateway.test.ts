import { expect, it } from 'vitest';
import { certificateOf, defaultShape, type HttpRequest, type WatchFrame } from '../../sim/index.ts';
import { Gateway } from './gateway.ts';

const ADMIN = certificateOf('kubernetes-admin', 'kubeadm:cluster-admins');
const PATH = '/api/v1/namespaces/default/configmaps';
const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

it('of several API servers the address answers, and goes on when the one that answered is gone', async () => {
  const gateway = new Gateway({ ...defaultShape(1), etcd: { members: 1 }, apiServers: 3 }, 200);
  gateway.start();
  const ask = (request: HttpRequest) => gateway.send({ certificate: ADMIN, ...request });
  const create = async (name: string) =>
    (
      await ask({ method: 'POST', path: PATH, headers: { 'content-type': 'application/json' }, body: named(name) })
        .answer
    ).status;
  const seen: string[] = [];
  const hear = (frame: WatchFrame | undefined) => {
    const { metadata } = (frame?.object ?? { metadata: { name: 'end' } }) as { metadata: { name: string } };
    seen.push(metadata.name);
  };
  const watch = ask({
    method: 'GET',
    path: PATH,
    query: { watch: 'true', fieldSelector: 'metadata.name!=kube-root-ca.crt' },
  });
  expect((await watch.answer).streaming).toBe(true);
  watch.frames(hear);
  expect(await create('one')).toBe(201);
  for (const server of ['kube-apiserver-1', 'kube-apiserver-2']) gateway.fault({ verb: 'stop', target: server });
  const statuses: (number | string)[] = [];
  for (let turn = 0; turn < 40 && !statuses.includes(201); turn++) {
    statuses.push(await create('two').catch((error: unknown) => (error as Error).message));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(statuses.at(-1)).toBe(201);
  watch.hangUp();
  gateway.stop();
  expect(seen[0]).toBe('one');
  expect(gateway.load).toBe(0);
});
