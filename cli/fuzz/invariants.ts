import type { Deployment } from '../../sim/api/kinds/deployment.ts';
import type { EndpointSlice } from '../../sim/api/kinds/endpointslice.ts';
import type { Node } from '../../sim/api/kinds/node.ts';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import type { ReplicaSet } from '../../sim/api/kinds/replicaset.ts';
import type { KubeObject } from '../../sim/api/meta.ts';
import type { ClientState } from '../../sim/client/calls.ts';
import { objectKey, type Timeline } from '../../sim/index.ts';
import { isReady, objectsOf } from '../workloads.ts';

/** What was true before, to compare with. */
export interface Watched {
  /** The highest resourceVersion seen, by uid. */
  readonly versions: Map<string, number>;
  /** The most replicas a ReplicaSet was ever asked for, by uid. */
  readonly mostReplicas: Map<string, number>;
}

const PLURALS = ['pods', 'nodes', 'deployments', 'replicasets', 'services', 'endpointslices', 'namespaces'];

/** What must be true at every moment, whatever breaks. Gives sentences about what is not. */
export function brokenSafety(timeline: Timeline, watched: Watched): readonly string[] {
  return [...goingBack(timeline, watched), ...tooManyPods(timeline, watched), ...overCommitted(timeline)];
}

/** What must be true once everything is mended and quiet. */
export function brokenLiveness(timeline: Timeline): readonly string[] {
  const nodes = objectsOf<Node>(timeline, 'nodes').filter((node) => !isNodeReady(node));
  const pods = objectsOf<Pod>(timeline, 'pods').filter(({ status }) => status?.phase !== 'Failed');
  return [
    ...nodes.map(({ metadata }) => `node ${metadata.name} is not Ready`),
    ...pods.filter((pod) => !isReady(pod)).map((pod) => `pod ${objectKey(pod)} is ${stateOf(pod)}`),
    ...objectsOf<Deployment>(timeline, 'deployments').flatMap((deployment) => unfinished(deployment, pods)),
    ...sharedAddresses(pods),
    ...deadEndpoints(timeline, pods),
    ...(pods.every(isReady) ? staleCaches(timeline) : []),
  ];
}

function goingBack(timeline: Timeline, { versions }: Watched): readonly string[] {
  return PLURALS.flatMap((plural) => objectsOf(timeline, plural)).flatMap((object) => {
    const { uid = '', resourceVersion } = object.metadata;
    const now = Number(resourceVersion);
    const before = versions.get(uid) ?? 0;
    versions.set(uid, Math.max(now, before));
    return now >= before ? [] : [`${object.kind} ${objectKey(object)} went from version ${before} back to ${now}`];
  });
}

function tooManyPods(timeline: Timeline, { mostReplicas }: Watched): readonly string[] {
  const pods = objectsOf<Pod>(timeline, 'pods').filter(isActive);
  return objectsOf<ReplicaSet>(timeline, 'replicasets').flatMap((set) => {
    const { uid = '' } = set.metadata;
    const most = Math.max(mostReplicas.get(uid) ?? 0, set.spec.replicas ?? 1);
    mostReplicas.set(uid, most);
    const owned = pods.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === uid)).length;
    return owned <= most ? [] : [`ReplicaSet ${objectKey(set)} has ${owned} pods and never wanted more than ${most}`];
  });
}

/** Pods that run: kubelet admits none that does not fit, whatever the scheduler believed. */
function overCommitted(timeline: Timeline): readonly string[] {
  const pods = objectsOf<Pod>(timeline, 'pods').filter(({ status }) => status?.phase === 'Running');
  return objectsOf<Node>(timeline, 'nodes').flatMap(({ metadata, status }) => {
    const most = Number(status?.allocatable?.['pods'] ?? 0);
    const here = pods.filter(({ spec }) => spec.nodeName === metadata.name).length;
    return here <= most ? [] : [`node ${metadata.name} runs ${here} pods and takes ${most}`];
  });
}

function unfinished({ metadata, spec, status }: Deployment, pods: readonly Pod[]): readonly string[] {
  const { replicas = 1 } = spec;
  const { updatedReplicas = 0, availableReplicas = 0, replicas: counted = 0, observedGeneration } = status ?? {};
  const mine = pods.filter((pod) => pod.metadata.labels?.['app'] === metadata.name).length;
  const isDone =
    observedGeneration === metadata.generation &&
    [updatedReplicas, availableReplicas, counted, mine].every((count) => count === replicas);
  const counts = `${counted} counted, ${updatedReplicas} updated, ${availableReplicas} available, ${mine} pods`;
  return isDone ? [] : [`deployment ${metadata.name} wants ${replicas}: ${counts}`];
}

function sharedAddresses(pods: readonly Pod[]): readonly string[] {
  const owners = new Map<string, string>();
  return pods.flatMap((pod) => {
    const ip = pod.status?.podIP ?? '';
    const other = owners.get(ip);
    owners.set(ip, objectKey(pod));
    return ip === '' || other === undefined ? [] : [`pods ${other} and ${objectKey(pod)} share the address ${ip}`];
  });
}

function deadEndpoints(timeline: Timeline, pods: readonly Pod[]): readonly string[] {
  const alive = new Set(pods.filter(isReady).map(({ status }) => status?.podIP));
  return objectsOf<EndpointSlice>(timeline, 'endpointslices').flatMap(({ metadata, endpoints }) =>
    (endpoints ?? [])
      .filter(({ conditions, addresses }) => conditions?.ready !== false && !alive.has(addresses[0]))
      .map(({ addresses }) => `endpointslice ${metadata.name} sends to ${addresses[0]}, where no ready pod is`),
  );
}

/** Every informer's cache holds what etcd holds; the scheduler does not look at pods that have ended. */
function staleCaches(timeline: Timeline): readonly string[] {
  return ['kube-scheduler', 'kube-controller-manager'].flatMap((name) => {
    const { client } = timeline.world.states.get(name) as { readonly client: ClientState };
    return ['pods', 'nodes', 'replicasets'].flatMap((plural) => {
      const cached = versionsOf([...(client.caches.get(plural)?.values() ?? [])]);
      const stored = versionsOf(objectsOf(timeline, plural));
      return cached === stored ? [] : [`${name} has an old picture of ${plural}: ${cached}, stored: ${stored}`];
    });
  });
}

function versionsOf(objects: readonly KubeObject[]): string {
  const lasting = objects.filter(({ status }) => (status as Pod['status'])?.phase !== 'Failed');
  const texts = lasting.map((object) => `${objectKey(object)}@${object.metadata.resourceVersion}`);
  return texts.sort().join(' ');
}

function isActive({ metadata, status }: Pod): boolean {
  return !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

function stateOf({ metadata, spec, status }: Pod): string {
  return `${status?.phase} on ${spec.nodeName ?? 'no node'}${metadata.deletionTimestamp ? ', terminating' : ''}`;
}
