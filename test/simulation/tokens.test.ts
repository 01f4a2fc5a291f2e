import { expect, it } from 'vitest';
import { Desk } from './desk.ts';

const NOBODY = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody' } };

function pod(token: object, account = 'default', more = {}): object {
  const volumes = [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'vault', ...token } }] } }];
  const volumeMounts = [{ name: 't', mountPath: '/var/run/secrets/tokens' }];
  const containers = [{ name: 'c', image: 'busybox', command: ['sleep', '99999'], volumeMounts }];
  const spec = { serviceAccountName: account, volumes, containers, ...more };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `with-${account}` }, spec };
}

const CAT = 'exec with-default -- cat /var/run/secrets/tokens/vault';

it('a projected token is a file, for one pod and one audience, and is replaced when four fifths of its time are over', () => {
  const desk = new Desk([pod({ audience: 'vault', expirationSeconds: 600 }), NOBODY], 1);
  desk.create(pod({}, 'nobody', { schedulingGates: [{ name: 'account' }] }));
  desk.type('delete serviceaccount nobody');
  desk.type(`patch pod with-nobody --type=merge -p '{"spec":{"schedulingGates":[]}}'`);
  desk.wait(5);
  const first = desk.type(CAT);
  const part = first.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  const claims = JSON.parse(Buffer.from(part, 'base64').toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({
    aud: ['vault'],
    sub: 'system:serviceaccount:default:default',
    'kubernetes.io': { pod: { name: 'with-default' }, serviceaccount: { name: 'default' } },
  });
  expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(600);
  expect(desk.wait(300).type(CAT)).toBe(first);
  expect(desk.wait(300).type(CAT)).not.toBe(first);
  expect(desk.events('with-nobody')).toContain(
    'FailedMount: MountVolume.SetUp failed for volume "t" : failed to fetch token: serviceaccounts "nobody" not found',
  );
  expect(desk.type('describe pod with-default')).toMatch(/Type: +Projected [\s\S]*TokenExpirationSeconds: +600/);
  expect(desk.create(pod({ expirationSeconds: 60 }))).toMatch(
    /serviceAccountToken\.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes/,
  );
});
