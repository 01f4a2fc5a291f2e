import type { Namespace } from '../../api/kinds/namespace.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { Resource } from '../../api/resource.ts';
import { forbidden, notFound, type Status } from '../../api/status.ts';
import type { AdmissionPlugin } from './plugin.ts';

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace' };
const IMMORTAL: readonly string[] = ['default', 'kube-system', 'kube-public'];

/**
 * Nothing is created in a namespace that does not exist or is going away (`namespace` is the live object, if there is
 * one), and the namespaces that every cluster needs cannot be deleted.
 * Follows apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.
 */
export const namespaceLifecycle = {
  name: 'NamespaceLifecycle',
  kind: 'Namespace',
  refuseCreate,
  refuse: (_object, { operation, name }) =>
    operation === 'DELETE' && IMMORTAL.includes(name) ? 'this namespace may not be deleted' : undefined,
} satisfies AdmissionPlugin & { readonly refuseCreate: unknown };

function refuseCreate(resource: Resource, object: KubeObject, namespace: KubeObject | undefined): Status | undefined {
  const { name, namespace: ns = '' } = object.metadata;
  if (namespace === undefined) return notFound(NAMESPACES, ns);
  const { metadata, status } = namespace as Namespace;
  if (metadata.deletionTimestamp === undefined && status?.phase !== 'Terminating') return undefined;
  const why = `unable to create new content in namespace ${ns} because it is being terminated`;
  const refusal = forbidden(resource, name, why);
  const causes = [
    { reason: 'NamespaceTerminating', message: `namespace ${ns} is being terminated`, field: 'metadata.namespace' },
  ];
  return { ...refusal, details: { ...refusal.details, causes } };
}
