import { type Container, isMirror, type Pod, type Volume } from '../../api/kinds/pod.ts';
import type { ServiceAccount } from '../../api/kinds/serviceaccount.ts';
import type { KubeObject } from '../../api/meta.ts';
import { generateName } from '../../api/names.ts';
import type { ApiServerState } from '../state.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';

/**
 * A pod that names no service account runs as `default`. Its account must be there, and its containers find a token
 * for it, and the certificate of the cluster's authority, as files. Follows
 * plugin/pkg/admission/serviceaccount/admission.go; leaves out the annotation kubernetes.io/enforce-mountable-secrets.
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  kind: 'Pod',
  admit(object, state, request) {
    const pod = object as Pod;
    if (isMirror(pod)) return pod;
    const name = accountOf(pod);
    const account = request.account ?? accountInCache(state, request.namespace, name);
    const { imagePullSecrets = [] } = account ?? {};
    const named = { ...pod, spec: { ...pod.spec, serviceAccountName: name, serviceAccount: name } };
    const hasOwn = (pod.spec.imagePullSecrets ?? []).length > 0 || imagePullSecrets.length === 0;
    const full = hasOwn ? named : { ...named, spec: { ...named.spec, imagePullSecrets } };
    const { automountServiceAccountToken: wanted = account?.automountServiceAccountToken ?? true } = pod.spec;
    return wanted ? withToken(full, request) : full;
  },
  refuse(object, { operation, subresource, namespace, account }, state) {
    if (operation !== 'CREATE' || subresource !== '') return undefined;
    const pod = object as Pod;
    if (!isMirror(pod)) {
      const name = accountOf(pod);
      if ((account ?? accountInCache(state, namespace, name)) !== undefined) return undefined;
      return `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
    }
    const { serviceAccountName = '', volumes = [] } = pod.spec;
    if (serviceAccountName !== '') return 'a mirror pod may not reference service accounts';
    return volumes.some(({ secret }) => secret) ? 'a mirror pod may not reference secrets' : undefined;
  },
};

/** Under which account a pod will run. */
export function accountOf({ spec }: Pod): string {
  return spec.serviceAccountName || 'default';
}

/** The storage key of an account. */
export function accountKey(namespace: string, name: string): string {
  return `/registry/serviceaccounts/${namespace}/${name}`;
}

/** An account as the server's cache has it. */
export function accountInCache(state: ApiServerState, namespace: string, name: string): ServiceAccount | undefined {
  const found: KubeObject | undefined = state.caches.get('serviceaccounts')?.objects.get(accountKey(namespace, name));
  return found as ServiceAccount | undefined;
}

const PREFIX = 'kube-api-access-';
const PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** An hour and seven seconds. By the odd number the API server knows these tokens, and lets an old one pass longer. */
const TOKEN_SECONDS = 3607;

const SOURCE: Volume['projected'] = {
  defaultMode: 0o644,
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ],
};

/** The pod with the volume, mounted by each container that mounts nothing at that path. */
function withToken(pod: Pod, { draw }: AdmissionRequest): Pod {
  const { volumes = [], initContainers, containers } = pod.spec;
  const known = volumes.find(({ name }) => name.startsWith(PREFIX))?.name;
  if ([...(initContainers ?? []), ...containers].every(mountsThere)) return pod;
  const name = known ?? generateName(PREFIX, draw);
  const spec = { ...pod.spec, containers: containers.map((each) => mounted(each, name)) };
  return {
    ...pod,
    spec: {
      ...spec,
      ...(initContainers && { initContainers: initContainers.map((each) => mounted(each, name)) }),
      ...(known === undefined ? { volumes: [...volumes, { name, projected: SOURCE }] } : {}),
    },
  };
}

function mountsThere({ volumeMounts = [] }: Container): boolean {
  return volumeMounts.some(({ mountPath }) => mountPath === PATH);
}

function mounted(container: Container, name: string): Container {
  if (mountsThere(container)) return container;
  const mount = { name, readOnly: true, mountPath: PATH };
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}
