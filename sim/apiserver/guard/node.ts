import type { Pod } from '../../api/kinds/pod.ts';
import type { ObjectReference } from '../../api/meta.ts';
import { nodeRules } from '../../api/rbac/policy.ts';
import type { ApiServerState } from '../state.ts';
import type { Identity } from './authentication.ts';
import { allows } from './rbac.ts';
import type { Attributes } from './requestinfo.ts';

const NODES = 'system:nodes';
const PREFIX = 'system:node:';

/** The node whose kubelet this is; undefined when it is none, '' when its name says no node. */
export function nodeOf({ name, groups }: Identity): string | undefined {
  if (!groups.includes(NODES) || !name.startsWith(PREFIX)) return undefined;
  return name.slice(PREFIX.length);
}

const RULES = nodeRules();

/**
 * The Node authorizer: a kubelet may read what belongs to the pods of its own node, and nothing of another's. True, or
 * why it has no opinion. Follows plugin/pkg/auth/authorizer/node/node_authorizer.go, v1.36; leaves out claims
 * of devices, CSI nodes and resource slices.
 */
export function authorizeNode(state: ApiServerState, user: Identity, wanted: Attributes): true | string {
  const node = nodeOf(user);
  if (node === undefined) return '';
  if (node === '') return `unknown node for user ${JSON.stringify(user.name)}`;
  if (wanted.isResource) {
    switch (wanted.group === '' ? wanted.resource : `${wanted.resource}.${wanted.group}`) {
      case 'secrets':
      case 'configmaps':
        return readRelated(state, node, wanted);
      case 'persistentvolumeclaims':
      case 'persistentvolumes':
        return readVolume(state, node, wanted);
      case 'serviceaccounts':
        return createToken(state, node, wanted);
      case 'leases.coordination.k8s.io':
        return useLease(node, wanted);
      case 'nodes':
        return useNode(node, wanted);
      case 'pods':
        return usePod(state, node, wanted);
    }
  }
  return RULES.some((rule) => allows(rule, wanted)) || '';
}

function readRelated(state: ApiServerState, node: string, wanted: Attributes): true | string {
  if (!['get', 'list', 'watch'].includes(wanted.verb)) return 'can only read resources of this type';
  if (wanted.subresource !== '') return 'cannot read subresource';
  if (wanted.namespace === '') return 'can only read namespaced object of this type';
  if (wanted.name === '') return 'No Object name found';
  const isSecret = wanted.resource === 'secrets';
  return isRelated(state, node, wanted, (pod) => refersTo(pod, isSecret, wanted.name));
}

/** A claim that a pod of the node uses, or the volume that such a claim is bound to. */
function readVolume(state: ApiServerState, node: string, wanted: Attributes): true | string {
  if (wanted.verb !== 'get') return 'can only get individual resources of this type';
  if (wanted.subresource !== '') return 'cannot get subresource';
  const volumes = wanted.resource === 'persistentvolumes' ? state.caches.get('persistentvolumes')?.objects : undefined;
  const volume = [...(volumes?.values() ?? [])].find(({ metadata }) => metadata.name === wanted.name);
  const claim = volumes === undefined ? wanted : (volume?.spec as { claimRef?: ObjectReference } | undefined)?.claimRef;
  const { namespace = '', name = '' } = claim ?? {};
  return isRelated(state, node, { ...wanted, namespace }, ({ spec }) =>
    (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
  );
}

function createToken(state: ApiServerState, node: string, wanted: Attributes): true | string {
  if (wanted.verb !== 'create' || wanted.name === '') return 'can only create tokens for individual service accounts';
  if (wanted.subresource !== 'token') return 'can only create token subresource of serviceaccount';
  return isRelated(state, node, wanted, ({ spec }) => spec.serviceAccountName === wanted.name);
}

function useLease(node: string, { verb, namespace, name }: Attributes): true | string {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return 'can only get, create, update, patch, or delete a node lease';
  }
  if (namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace';
  if (verb === 'create' || name === node) return true;
  return 'can only access node lease with the same name as the requesting node';
}

/** What may be written of which Node is NodeRestriction's business, an admission plugin. */
function useNode(node: string, { verb, subresource, name }: Attributes): true | string {
  const isChange = verb === 'update' || verb === 'patch';
  if (subresource === 'status') return isChange || '';
  if (subresource !== '') return '';
  if (isChange || verb === 'create') return true;
  if (!['get', 'list', 'watch'].includes(verb)) return '';
  if (name === node) return true;
  if (name === '') return `node '${node}' cannot read all nodes, only its own Node object`;
  return `node '${node}' cannot read '${name}', only its own Node object`;
}

function usePod(state: ApiServerState, node: string, wanted: Attributes): true | string {
  const { verb, subresource, name } = wanted;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' || '';
  if (subresource === 'eviction') return verb === 'create' || '';
  if (subresource !== '') return '';
  if (verb === 'create' || verb === 'delete') return true;
  const isThis = ({ metadata }: Pod) => metadata.name === name;
  if (verb === 'get') return isRelated(state, node, wanted, isThis);
  if (verb !== 'list' && verb !== 'watch') return '';
  if (wanted.node === node) return true;
  if (name !== '') return isRelated(state, node, wanted, isThis);
  return 'can only list/watch pods with spec.nodeName field selector';
}

const MOST_ANSWERS = 20_000;
/** By the pods of a server: which of them answered a question last. It is asked again for every pod of a node. */
const answered = new WeakMap<object, Map<string, string>>();

/** Whether some pod of the node is what is wanted, or refers to it. */
function isRelated(
  state: ApiServerState,
  node: string,
  { namespace, resource, name }: Attributes,
  fits: (pod: Pod) => boolean,
): true | string {
  const pods = state.caches.get('pods')?.objects as ReadonlyMap<string, Pod> | undefined;
  if (pods === undefined) return notRelated(node);
  const isMeant = (pod: Pod | undefined) =>
    pod !== undefined && pod.spec.nodeName === node && pod.metadata.namespace === namespace && fits(pod);
  const known = answered.get(pods) ?? new Map<string, string>();
  answered.set(pods, known);
  const question = `${node} ${namespace} ${resource} ${name}`;
  if (isMeant(pods.get(known.get(question) ?? ''))) return true;
  for (const [key, pod] of pods) {
    if (!isMeant(pod)) continue;
    if (known.size >= MOST_ANSWERS) known.clear();
    known.set(question, key);
    return true;
  }
  return notRelated(node);
}

function notRelated(node: string): string {
  return `no relationship found between node '${node}' and this object`;
}

/** Secrets and ConfigMaps are named in volumes, in variables and as image pull secrets: `"name"` below such a field. */
function refersTo({ spec }: Pod, isSecret: boolean, name: string): boolean {
  const fields = isSecret
    ? /"(?:secretRef|secretKeyRef|imagePullSecrets|secret)":\[?\{[^}]*?"(?:name|secretName)":"([^"]+)"/g
    : /"(?:configMapRef|configMapKeyRef|configMap)":\{[^}]*?"name":"([^"]+)"/g;
  for (const [, found] of JSON.stringify(spec).matchAll(fields)) if (found === name) return true;
  return false;
}
