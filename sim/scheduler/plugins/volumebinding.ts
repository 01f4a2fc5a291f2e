import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import { referenceTo } from '../../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { StorageClass } from '../../api/kinds/storageclass.ts';
import type { KubeObject } from '../../api/meta.ts';
import { matchesTerm } from '../../api/nodeselector.ts';
import { compareQuantities } from '../../api/quantity.ts';
import { ANNOTATIONS, annotated, classOf, isDelayed, isFullyBound } from '../../api/volumes/claims.ts';
import { findVolume } from '../../api/volumes/matching.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { claimNames } from '../claimnames.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { ClusterChange, ClusterView, Plugin } from '../plugin.ts';

/** What the pod's claims are, at the start of its cycle. */
interface Claims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Not bound, and not to be bound before a node is chosen; the smaller first. */
  readonly delayed: readonly PersistentVolumeClaim[];
  /** Why the pod cannot be placed at all. */
  readonly problem: string | undefined;
  readonly volumes: ReadonlyMap<string, PersistentVolume>;
  readonly classes: ReadonlyMap<string, StorageClass>;
}

const UNBOUND = 'pod has unbound immediate PersistentVolumeClaims';
const NO_MATCH = "node(s) didn't find available persistent volumes to bind";
const ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity";
const NO_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

/**
 * VolumeBinding: the pod's claims must be bound to volumes that its node can use, or be bound for it there.
 * Reads: claims, volumes, their node affinity, classes.
 * Refuses: pods whose claims are missing, lost, going or not bound; nodes that the volumes cannot be used from. Before
 * the pod is bound it binds claims of classes that wait for a consumer: to a volume, or for the provisioner to a node.
 * Upstream: `pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go`.
 * Leaves out: the cache of assumed volumes (of two pods that choose the same volume at once one tries again), storage
 * capacity and its score, allowed topologies, ephemeral volumes.
 */
export const volumeBinding: Plugin<Claims> = {
  name: 'VolumeBinding',
  weight: 0,
  reject: (pod, view) => (claimNames(pod).length === 0 ? undefined : claimsOf(pod, view).problem),
  preFilter: (pod, view) => (claimNames(pod).length === 0 ? undefined : claimsOf(pod, view)),
  filter(_pod, info, claims) {
    if (claims.problem !== undefined) return { code: 'UnschedulableAndUnresolvable', reasons: [claims.problem] };
    const bound = claims.bound.map(({ spec }) => claims.volumes.get(spec.volumeName ?? ''));
    if (bound.includes(undefined)) return { code: 'UnschedulableAndUnresolvable', reasons: [NO_VOLUME] };
    const isNear = bound.every((volume) => volume === undefined || isUsableFrom(volume, info));
    const reasons = [...(isNear ? [] : [ELSEWHERE]), ...(placeDelayed(claims, info) === undefined ? [NO_MATCH] : [])];
    return reasons.length === 0 ? undefined : { code: 'UnschedulableAndUnresolvable', reasons: reasons.sort() };
  },
  isReady: (pod, view) =>
    claimNames(pod).length === 0 || claimsOf(pod, view).bound.length === new Set(claimNames(pod)).size,
  preBind: (pod, node, view) => placeDelayed(claimsOf(pod, view), node) ?? [],
  requeueOn: [
    { kind: 'PersistentVolumeClaim', action: 'add', helps: isOwnClaim },
    { kind: 'PersistentVolumeClaim', action: 'update', helps: isOwnClaim },
    { kind: 'PersistentVolume', action: 'add' },
    { kind: 'PersistentVolume', action: 'update' },
    { kind: 'StorageClass', action: 'add' },
    { kind: 'Node', action: 'add' },
    { kind: 'Node', action: 'update' },
  ],
};

function isOwnClaim(pod: Pod, { object: { metadata } }: ClusterChange): boolean {
  return metadata.namespace === pod.metadata.namespace && claimNames(pod).includes(metadata.name);
}

function problemOf(name: string, claim: PersistentVolumeClaim | undefined): string | undefined {
  const text = JSON.stringify(name);
  if (claim === undefined) return `persistentvolumeclaim ${text} not found`;
  if (claim.status?.phase === 'Lost') {
    return `persistentvolumeclaim ${text} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName)}`;
  }
  return claim.metadata.deletionTimestamp === undefined ? undefined : `persistentvolumeclaim ${text} is being deleted`;
}

function claimsOf(pod: Pod, view: ClusterView): Claims {
  const known = view.cached<PersistentVolumeClaim>('persistentvolumeclaims');
  const classes = view.cached<StorageClass>('storageclasses');
  const names = [...new Set(claimNames(pod))];
  const find = (name: string) => known.get(`${pod.metadata.namespace}/${name}`);
  const own = names.flatMap((name) => find(name) ?? []);
  const [problem] = names.flatMap((name) => problemOf(name, find(name)) ?? []);
  const open = own.filter((claim) => !isFullyBound(claim));
  const isLate = (claim: PersistentVolumeClaim) => !claim.spec.volumeName && isDelayed(claim, classes);
  return {
    bound: own.filter(isFullyBound),
    delayed: open.filter(isLate).sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b))),
    problem: problem ?? (open.every(isLate) ? undefined : UNBOUND),
    volumes: view.cached<PersistentVolume>('persistentvolumes'),
    classes,
  };
}

function sizeOf({ spec }: PersistentVolumeClaim): string {
  return spec.resources?.requests?.['storage'] ?? '0';
}

/** The writes that give each delayed claim a volume on the node, or the node to its provisioner; undefined if one has none. */
function placeDelayed({ delayed, volumes, classes }: Claims, info: NodeInfo): readonly HttpRequest[] | undefined {
  const node = info.node.metadata.name;
  const taken = new Set<string>();
  const writes: HttpRequest[] = [];
  const fitsNode = (volume: PersistentVolume) => isUsableFrom(volume, info);
  for (const claim of delayed) {
    const selected = claim.metadata.annotations?.[ANNOTATIONS.selectedNode];
    if (selected !== undefined && selected !== node) return undefined;
    const search = { fitsNode, taken, isDelayed: true };
    const volume = selected === undefined ? findVolume(claim, volumes.values(), search) : undefined;
    if (volume !== undefined) {
      taken.add(volume.metadata.name);
      if (!volume.spec.claimRef?.uid) writes.push(claimVolume(volume, claim));
    } else if (!isProvisioned(classes.get(classOf(claim)))) return undefined;
    else if (selected === undefined) writes.push(selectNode(claim, node));
  }
  return writes;
}

function isProvisioned(found: StorageClass | undefined): boolean {
  return found !== undefined && found.provisioner !== 'kubernetes.io/no-provisioner';
}

function isUsableFrom({ spec }: PersistentVolume, { node }: NodeInfo): boolean {
  const required = spec.nodeAffinity?.required;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

function claimVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): HttpRequest {
  const spec = { ...volume.spec, claimRef: referenceTo(claim as KubeObject) };
  const body = annotated({ ...volume, spec } as KubeObject, { [ANNOTATIONS.boundByController]: 'yes' });
  return { method: 'PUT', path: `/api/v1/persistentvolumes/${volume.metadata.name}`, body };
}

function selectNode(claim: PersistentVolumeClaim, node: string): HttpRequest {
  const { namespace, name } = claim.metadata;
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
  return { method: 'PUT', path, body: annotated(claim as KubeObject, { [ANNOTATIONS.selectedNode]: node }) };
}
