import type { Node } from '../../api/kinds/node.ts';
import { CONFIG_MIRROR, isMirror, type Pod } from '../../api/kinds/pod.ts';
import type { JsonValue, KubeObject, Labels } from '../../api/meta.ts';
import { sourcesNamed } from '../../api/podspec/references.ts';
import { sameJson } from '../../api/resource.ts';
import { nodeOf } from '../guard/node.ts';
import type { ApiServerState } from '../state.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';

/**
 * A kubelet changes its own Node, its own Lease, and the status of pods that are bound to it; nothing else.
 * Follows plugin/pkg/admission/noderestriction/admission.go; leaves out claims, CSI nodes
 * and bundles of certificates.
 */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  kind: '',
  refuse(object, request, state) {
    const node = nodeOf(request.user);
    if (node === undefined) return undefined;
    if (node === '') return `could not determine node from user ${quote(request.user.name)}`;
    switch (request.resource.kind) {
      case 'Pod':
        return refusePod(node, object, request, state);
      case 'Node':
        return refuseNode(node, object as Node | undefined, request);
      case 'Lease':
        return refuseLease(node, object, request);
      default:
        return undefined;
    }
  },
  because(_object, { user, resource: { kind } }) {
    const node = nodeOf(user);
    if (!node) return '';
    if (kind === 'Node') return `${node} changes its own Node`;
    return kind === 'Pod' ? `the pod is bound to ${node}` : '';
  },
};

function refusePod(
  node: string,
  object: KubeObject | undefined,
  request: AdmissionRequest,
  state: ApiServerState,
): string | undefined {
  const { subresource, operation, old } = request;
  const bound = (old as Pod | undefined)?.spec.nodeName;
  if (subresource === 'status') {
    if (bound !== node)
      return `node ${quote(node)} can only update pod status for pods with spec.nodeName set to itself`;
    const isRelabelled = !sameJson(old?.metadata.labels ?? {}, object?.metadata.labels ?? {});
    return isRelabelled ? `node ${quote(node)} cannot update labels through pod status` : undefined;
  }
  if (subresource === 'eviction') {
    return bound === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
  }
  if (subresource !== '')
    return `unexpected pod subresource ${quote(subresource)}, only 'status' and 'eviction' are allowed`;
  if (operation === 'DELETE') {
    return bound === node ? undefined : `node ${quote(node)} can only delete pods with spec.nodeName set to itself`;
  }
  if (operation === 'UPDATE') {
    return `unexpected operation "UPDATE", node ${quote(node)} can only create and delete mirror pods`;
  }
  const pod = object as Pod;
  if (!isMirror(pod)) {
    return `pod does not have ${quote(CONFIG_MIRROR)} annotation, node ${quote(node)} can only create mirror pods`;
  }
  if (pod.spec.nodeName !== node) return `node ${quote(node)} can only create pods with spec.nodeName set to itself`;
  return refuseOwner(node, pod, state) ?? refuseReferences(node, pod);
}

/** A mirror belongs to its Node, and to the one that has this name now. */
function refuseOwner(node: string, { metadata }: Pod, state: ApiServerState): string | undefined {
  const [owner, ...others] = metadata.ownerReferences ?? [];
  const can = `node ${quote(node)} can only create pods with`;
  if (others.length > 0) return `${can} a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `${can} an owner reference set to itself`;
  }
  if (owner.controller !== true) return `${can} a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true)
    return `node ${quote(node)} must not set blockOwnerDeletion on an owner reference`;
  const uid = [...(state.caches.get('nodes')?.objects.values() ?? [])].find((one) => one.metadata.name === node)
    ?.metadata.uid;
  return uid === owner.uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${uid ?? ''}`;
}

function refuseReferences(node: string, pod: Pod): string | undefined {
  const [plural] = sourcesNamed(pod);
  if (plural === undefined) return undefined;
  const what = plural === 'serviceaccounts' ? 'a service account' : plural;
  return `node ${quote(node)} can not create pods that reference ${what}`;
}

function refuseNode(node: string, object: Node | undefined, request: AdmissionRequest): string | undefined {
  const { operation, old } = request;
  const name = request.name || (object?.metadata.name ?? '');
  if (name !== node) return `node ${quote(node)} is not allowed to modify node ${quote(name)}`;
  if (object === undefined || operation === 'DELETE') return undefined;
  if (operation === 'CREATE') {
    const labels = forbiddenLabels(object.metadata.labels, {});
    return labels === '' ? undefined : `node ${quote(node)} is not allowed to set the following labels: ${labels}`;
  }
  const before = old as Node;
  if (!sameJson(taintsOf(object), taintsOf(before))) return `node ${quote(node)} is not allowed to modify taints`;
  const labels = forbiddenLabels(object.metadata.labels, before.metadata.labels);
  return labels === '' ? undefined : `is not allowed to modify labels: ${labels}`;
}

function taintsOf({ spec }: Node): JsonValue {
  return spec?.taints ?? [];
}

/** Labels of kubernetes.io that a kubelet sets itself (kubelet/pkg/apis/well_known_labels.go). */
const OWN_LABELS =
  /^(?:kubernetes\.io\/(?:hostname|arch|os)|(?:failure-domain\.beta|topology)\.kubernetes\.io\/(?:zone|region)|(?:beta\.)?(?:node\.)?kubernetes\.io\/(?:instance-type|arch|os)|node\.kubernetes\.io\/.+|(?:.+\.)?kubelet\.kubernetes\.io\/.+|(?:.+\.)?node\.kubernetes\.io\/.+)$/;

function forbiddenLabels(next: Labels = {}, old: Labels = {}): string {
  const changed = [...new Set([...Object.keys(next), ...Object.keys(old)])].filter((key) => next[key] !== old[key]);
  const wrong = changed.filter((key) => {
    const at = key.indexOf('/');
    const domain = at < 0 ? '' : key.slice(0, at);
    if (/(?:^|\.)node-restriction\.kubernetes\.io$/.test(domain)) return true;
    return /(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain) && !OWN_LABELS.test(key);
  });
  return wrong.sort().join(', ');
}

function refuseLease(node: string, object: KubeObject | undefined, request: AdmissionRequest): string | undefined {
  if (request.namespace !== 'kube-node-lease')
    return 'can only access leases in the "kube-node-lease" system namespace';
  const name = request.operation === 'CREATE' ? object?.metadata.name : request.name;
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
}

function quote(text: string): string {
  return JSON.stringify(text);
}
