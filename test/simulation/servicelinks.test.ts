import { expect, it } from 'vitest';
import { Desk } from './desk.ts';

function pod(name: string, more: object = {}, env: readonly object[] = []): object {
  const containers = [{ name: 'c', image: 'busybox', command: ['sleep', '9999'], env }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...more } };
}

function service(name: string, spec: object): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { a: 'b' }, ...spec } };
}

it('a container knows the Services of its namespace that were there before it', () => {
  const ports = [
    { name: 'http', port: 80 },
    { name: 'dns-udp', port: 53, protocol: 'UDP' },
  ];
  const desk = new Desk(
    [
      service('my-web', { clusterIP: '10.96.0.77', ports }),
      service('headless', { clusterIP: 'None', ports: [{ port: 80 }] }),
      pod('early', {}, [
        { name: 'URL', value: 'http://$(MY_WEB_SERVICE_HOST)' },
        { name: 'MY_WEB_PORT', value: 'mine' },
      ]),
      pod('none', { enableServiceLinks: false }),
    ],
    1,
  );
  desk.wait(10);
  desk.create(service('late', { ports: [{ port: 80 }] }));
  const variables = (name: string) =>
    desk
      .type(`exec ${name} -- env`)
      .split('\n')
      .filter((line) => /^(MY_WEB|HEADLESS|LATE|URL)/.test(line))
      .sort();
  expect(variables('early')).toEqual([
    'MY_WEB_PORT=mine',
    'MY_WEB_PORT_53_UDP=udp://10.96.0.77:53',
    'MY_WEB_PORT_53_UDP_ADDR=10.96.0.77',
    'MY_WEB_PORT_53_UDP_PORT=53',
    'MY_WEB_PORT_53_UDP_PROTO=udp',
    'MY_WEB_PORT_80_TCP=tcp://10.96.0.77:80',
    'MY_WEB_PORT_80_TCP_ADDR=10.96.0.77',
    'MY_WEB_PORT_80_TCP_PORT=80',
    'MY_WEB_PORT_80_TCP_PROTO=tcp',
    'MY_WEB_SERVICE_HOST=10.96.0.77',
    'MY_WEB_SERVICE_PORT=80',
    'MY_WEB_SERVICE_PORT_DNS_UDP=53',
    'MY_WEB_SERVICE_PORT_HTTP=80',
    'URL=http://10.96.0.77',
  ]);
  expect(variables('none')).toEqual([]);
  desk.create(pod('after'));
  desk.wait(10);
  expect(variables('after')).toContain('LATE_SERVICE_PORT=80');
});
