/*
 * root-ca-certificate-publisher-controller: tells every namespace which authority signs the API server's certificate.
 * Watches: Namespaces and ConfigMaps.
 * Writes: the ConfigMap `kube-root-ca.crt` of each namespace.
 * Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go.
 * Leaves out: nothing.
 */
import type { ConfigMap } from '../api/kinds/configmap.ts';
import type { Namespace } from '../api/kinds/namespace.ts';
import { sameJson } from '../api/resource.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import { type Controller, NOTHING } from './controller.ts';
import { create, update } from './requests.ts';

interface PublisherState {
  /** What it publishes: upstream the file of --root-ca-file. */
  readonly rootCa: string;
}

const NAME = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
const TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
  'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes ' +
  'clusters.';

/** The control loop of the certificates. Its keys are namespaces. */
export const rootcacert: Controller<PublisherState> = {
  name: 'root-ca-certificate-publisher-controller',
  account: 'root-ca-cert-publisher',
  informers: ['namespaces', 'configmaps'],
  workers: 1,
  init: (config) => part<PublisherState>({ rootCa: rootCaIn(config) }),
  observe: ({ informer, type, object }) => {
    const { name, namespace = '' } = object.metadata;
    if (informer === 'configmaps') return name === NAME && type !== 'added' ? [namespace] : [];
    const isActive = (object as Namespace).status?.phase === 'Active';
    return type === 'added' || (type === 'updated' && isActive) ? [name] : [];
  },
  reconcile: (namespace, context) => {
    if (context.state.rootCa === '') return NOTHING;
    const found = context.cache<ConfigMap>('configmaps').get(`${namespace}/${NAME}`);
    const data = { 'ca.crt': context.state.rootCa };
    if (found === undefined) {
      const metadata = { name: NAME, namespace, annotations: { [DESCRIPTION]: TEXT } };
      const object: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      return { writes: [[{ request: create('configmaps', object), ignore: [404] }]] };
    }
    const { annotations } = found.metadata;
    if (annotations?.[DESCRIPTION] && sameJson(found.data ?? {}, data)) return NOTHING;
    const metadata = { ...found.metadata, annotations: { ...annotations, [DESCRIPTION]: TEXT } };
    const object: ConfigMap = { ...found, metadata, data };
    return { writes: [[{ request: update('configmaps', object) }]] };
  },
};

function rootCaIn(config: Value): string {
  return ((config ?? {}) as { readonly rootCa?: string }).rootCa ?? '';
}
