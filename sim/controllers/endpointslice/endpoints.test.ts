import { describe, expect, it } from 'vitest';
import type { Pod } from '../../api/kinds/pod.ts';
import type { Service } from '../../api/kinds/service.ts';
import { belongsIn, endpointOf } from './endpoints.ts';

const pod = (isReady: boolean, isEnding = false, more: object = {}): Pod => {
  const metadata = {
    name: 'p',
    namespace: 'n',
    uid: 'u',
    ...(isEnding && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  };
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  const status = { phase: 'Running', podIP: '10.244.1.2', conditions };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], ...more }, status } as unknown as Pod;
};
const service = (spec: Service['spec'] = {}): Service => {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'n' }, spec };
};

describe('conditions of an endpoint', () => {
  it.each<[string, Pod, Service, readonly boolean[]]>([
    ['ready', pod(true), service(), [true, true, false]],
    ['not ready', pod(false), service(), [false, false, false]],
    ['ready, on its way out', pod(true, true), service(), [false, true, true]],
    ['not ready, on its way out', pod(false, true), service(), [false, false, true]],
    [
      'not ready, published all the same',
      pod(false),
      service({ publishNotReadyAddresses: true }),
      [true, false, false],
    ],
    ['published on its way out', pod(true, true), service({ publishNotReadyAddresses: true }), [true, true, true]],
  ])('%s', (_, one, of, [ready, serving, terminating]) => {
    expect(endpointOf(one, undefined, of).conditions).toEqual({ ready, serving, terminating });
  });

  it('names a host where the pod is of this Service’s subdomain', () => {
    expect(endpointOf(pod(true, false, { hostname: 'h', subdomain: 's' }), undefined, service()).hostname).toBe('h');
    expect(
      endpointOf(pod(true, false, { hostname: 'h', subdomain: 'x' }), undefined, service()).hostname,
    ).toBeUndefined();
  });

  it('leaves out pods that have ended or have no address', () => {
    const { status, ...rest } = pod(true);
    expect([
      belongsIn(pod(true)),
      belongsIn({ ...rest, status: { ...status, phase: 'Failed' } } as Pod),
      belongsIn({ ...rest, status: { phase: 'Pending' } } as Pod),
    ]).toEqual([true, false, false]);
  });
});
