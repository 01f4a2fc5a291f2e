import type { AutoscalerStatus } from '../../../sim/api/autoscaling/spec.ts';
import type { DaemonSet } from '../../../sim/api/kinds/daemonset.ts';
import type { Deployment } from '../../../sim/api/kinds/deployment.ts';
import type { Endpoints } from '../../../sim/api/kinds/endpoints.ts';
import type { EndpointSlice } from '../../../sim/api/kinds/endpointslice.ts';
import type { Job } from '../../../sim/api/kinds/job.ts';
import type { Node } from '../../../sim/api/kinds/node.ts';
import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { PodDisruptionBudget } from '../../../sim/api/kinds/poddisruptionbudget.ts';
import type { ReplicaSet } from '../../../sim/api/kinds/replicaset.ts';
import type { StatefulSet } from '../../../sim/api/kinds/statefulset.ts';
import type { KubeObject } from '../../../sim/api/meta.ts';
import type { ClientState } from '../../../sim/client/calls.ts';
import type { Simulation } from '../../../sim/index.ts';
import type { SchedulerState } from '../../../sim/scheduler/state.ts';
import { controllerOf, hasEnded, isActive, isHealthy } from './readings.ts';
import type { Truth } from './truth.ts';

const OWNERS = ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs'];
const KINDS = [...OWNERS, 'pods', 'nodes', 'services', 'poddisruptionbudgets', 'horizontalpodautoscalers'];

/** What is not yet as everybody wants it, in sentences. Once faults have stopped this has to become empty. */
export function unsettled(truth: Truth, simulation: Simulation): readonly string[] {
  const pods = [...truth.of<Pod>('pods').values()].filter((pod) => !hasEnded(pod));
  return [
    ...values<Node>(truth, 'nodes').flatMap(brokenNode),
    ...pods.filter((pod) => !isHealthy(pod)).map((pod) => `pod ${keyOf(pod)} is ${stateOf(pod)}`),
    ...values<Deployment>(truth, 'deployments').flatMap((one) => unfinishedDeployment(one, truth)),
    ...values<StatefulSet>(truth, 'statefulsets').flatMap(unfinishedStatefulSet),
    ...values<DaemonSet>(truth, 'daemonsets').flatMap((one) => unfinishedDaemonSet(one, truth)),
    ...values<Job>(truth, 'jobs').flatMap(unfinishedJob),
    ...values<PodDisruptionBudget>(truth, 'poddisruptionbudgets').flatMap((one) => miscounted(one, pods)),
    ...values(truth, 'horizontalpodautoscalers').flatMap((one) => unscaled(one, truth)),
    ...KINDS.flatMap((plural) => leftovers(truth, plural)),
    ...wrongEndpoints(truth, pods),
    ...sharedAddresses(pods),
    ...schedulerLeftovers(simulation),
    ...staleCaches(truth, simulation),
  ];
}

function brokenNode({ metadata, spec, status }: Node): readonly string[] {
  const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  const taints = (spec.taints ?? []).map(({ key }) => key);
  if (!isReady) return [`node ${metadata.name} is not Ready`];
  return taints.length > 0 ? [`node ${metadata.name} is Ready and tainted: ${taints.join(', ')}`] : [];
}

function unfinishedDeployment({ metadata, spec, status = {} }: Deployment, truth: Truth): readonly string[] {
  const { replicas: wanted = 1 } = spec;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration } = status;
  const isDone =
    observedGeneration === metadata.generation &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted);
  const sets = values<ReplicaSet>(truth, 'replicasets').filter((set) => controllerOf(set) === metadata.uid);
  const active = sets.filter((set) => (set.spec.replicas ?? 0) > 0);
  const counts = `${replicas} counted, ${updatedReplicas} updated, ${availableReplicas} available`;
  return [
    ...(isDone ? [] : [`deployment ${metadata.name} wants ${wanted}: ${counts}`]),
    ...(active.length <= 1 ? [] : [`deployment ${metadata.name} has ${active.length} active ReplicaSets`]),
    ...sets.flatMap((set) => miscountedSet(set, truth)),
  ];
}

function miscountedSet({ metadata, spec, status }: ReplicaSet, truth: Truth): readonly string[] {
  const active = values<Pod>(truth, 'pods').filter((pod) => isActive(pod) && controllerOf(pod) === metadata.uid);
  const isRight = active.length === (spec.replicas ?? 1) && status?.replicas === active.length;
  return isRight
    ? []
    : [`replicaset ${metadata.name} wants ${spec.replicas} and says ${status?.replicas}: ${active.length}`];
}

function unfinishedStatefulSet({ metadata, spec, status }: StatefulSet): readonly string[] {
  const { replicas = 1 } = spec;
  const isDone =
    status?.observedGeneration === metadata.generation &&
    status?.replicas === replicas &&
    (status?.readyReplicas ?? 0) === replicas &&
    (status?.updatedReplicas ?? 0) === replicas &&
    status?.currentRevision === status?.updateRevision;
  return isDone ? [] : [`statefulset ${metadata.name} wants ${replicas}: ${JSON.stringify(status)}`];
}

function unfinishedDaemonSet({ metadata, status }: DaemonSet, truth: Truth): readonly string[] {
  const wanted = truth.of('nodes').size;
  const {
    desiredNumberScheduled = 0,
    numberReady = 0,
    updatedNumberScheduled = 0,
    numberMisscheduled = 0,
  } = status ?? {};
  const isDone = [desiredNumberScheduled, numberReady, updatedNumberScheduled].every((count) => count === wanted);
  return isDone && numberMisscheduled === 0 ? [] : [`daemonset ${metadata.name}: ${JSON.stringify(status)}`];
}

function unfinishedJob({ metadata, spec, status }: Job): readonly string[] {
  const end = status?.conditions?.find(
    ({ type, status: is }) => is === 'True' && (type === 'Complete' || type === 'Failed'),
  );
  if (end === undefined || (status?.active ?? 0) > 0)
    return [`job ${metadata.name} has not ended: ${JSON.stringify(status)}`];
  const { completions = 1 } = spec ?? {};
  if (end.type === 'Failed' || status?.succeeded === completions) return [];
  return [`job ${metadata.name} is complete with ${status?.succeeded} of ${completions}`];
}

function miscounted({ metadata, spec, status }: PodDisruptionBudget, pods: readonly Pod[]): readonly string[] {
  const app = spec?.selector?.matchLabels?.['app'];
  const healthy = pods.filter((pod) => pod.metadata.labels?.['app'] === app && isHealthy(pod)).length;
  const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0 } = status ?? {};
  const isRight = currentHealthy === healthy && disruptionsAllowed === Math.max(0, healthy - desiredHealthy);
  return isRight ? [] : [`budget ${metadata.name}, ${healthy} pods are healthy: ${JSON.stringify(status)}`];
}

/** Without measurements an autoscaler leaves its target alone. */
function unscaled({ metadata, status }: KubeObject, truth: Truth): readonly string[] {
  const { desiredReplicas = 0, conditions = [] } = (status ?? {}) as Partial<AutoscalerStatus>;
  if (!conditions.some(({ type, status: is }) => type === 'ScalingActive' && is === 'True')) return [];
  const { replicas } = truth.of<Deployment>('deployments').get(keyOf({ metadata }))?.spec ?? {};
  return desiredReplicas === replicas ? [] : [`autoscaler ${metadata.name} wants ${desiredReplicas}, not ${replicas}`];
}

/** Nothing is half deleted, and nothing outlives its owner. */
function leftovers(truth: Truth, plural: string): readonly string[] {
  const objects = values(truth, plural);
  const uids = new Set(OWNERS.flatMap((owner) => values(truth, owner)).map(({ metadata }) => metadata.uid));
  const going = objects.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const lost = objects.filter((object) => {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
    return owner !== undefined && owner.kind !== 'Node' && !uids.has(owner.uid);
  });
  return [
    ...going.map(
      (one) => `${plural} ${keyOf(one)} is being deleted still: ${one.metadata.finalizers ?? 'no finalizers'}`,
    ),
    ...lost.map((one) => `${plural} ${keyOf(one)} outlives its owner`),
  ];
}

function wrongEndpoints(truth: Truth, pods: readonly Pod[]): readonly string[] {
  const slices = values<EndpointSlice>(truth, 'endpointslices').filter(
    ({ metadata }) => metadata.namespace === 'default',
  );
  return values(truth, 'services').flatMap(({ metadata, spec }) => {
    const app = (spec as { readonly selector?: Readonly<Record<string, string>> }).selector?.['app'];
    if (app === undefined) return [];
    const mine = slices.filter(({ metadata: slice }) => slice.labels?.['kubernetes.io/service-name'] === metadata.name);
    const told = mine
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false);
    const [left, right] = [
      told.map(({ addresses }) => addresses[0] ?? ''),
      pods
        .filter((pod) => pod.metadata.labels?.['app'] === app && isHealthy(pod))
        .map((pod) => pod.status?.podIP ?? ''),
    ].map((addresses) => addresses.sort().join(' '));
    const older = truth.of<Endpoints>('endpoints').get(`default/${metadata.name}`)?.subsets ?? [];
    const listed = older
      .flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip))
      .sort()
      .join(' ');
    return [
      ...(left === right ? [] : [`service ${metadata.name} sends to ${left}; ready are ${right}`]),
      ...(listed === right ? [] : [`endpoints ${metadata.name} list ${listed}; ready are ${right}`]),
    ];
  });
}

function sharedAddresses(pods: readonly Pod[]): readonly string[] {
  const owners = new Map<string, string>();
  return pods.flatMap((pod) => {
    const ip = pod.status?.podIP ?? '';
    const other = owners.get(ip);
    owners.set(ip, keyOf(pod));
    return ip === '' || other === undefined ? [] : [`pods ${other} and ${keyOf(pod)} share the address ${ip}`];
  });
}

function schedulerLeftovers({ world }: Simulation): readonly string[] {
  const { assumed, held, nominated, preempting } = world.states.get('kube-scheduler') as SchedulerState;
  const left = { assumed, held, nominated, preempting };
  return Object.entries(left).flatMap(([what, map]) =>
    map.size === 0 ? [] : [`the scheduler still has ${what}: ${[...map.keys()].join(', ')}`],
  );
}

/** Every informer's cache holds what etcd holds; the scheduler does not look at pods that have ended. */
function staleCaches(truth: Truth, { world }: Simulation): readonly string[] {
  return ['kube-scheduler', 'kube-controller-manager'].flatMap((name) => {
    const { client } = world.states.get(name) as { readonly client: ClientState };
    return ['pods', 'nodes', 'replicasets', 'statefulsets'].flatMap((plural) => {
      const cache = client.caches.get(plural);
      if (cache === undefined) return [];
      const cached = uidsOf([...cache.values()]);
      const stored = uidsOf(values(truth, plural));
      return cached === stored ? [] : [`${name} has an old picture of ${plural}: ${cached}, stored: ${stored}`];
    });
  });
}

function uidsOf(objects: readonly KubeObject[]): string {
  const lasting = objects.filter((object) => object.kind !== 'Pod' || !hasEnded(object as Pod));
  const texts = lasting.map((object) => `${keyOf(object)}/${object.metadata.uid}/${object.metadata.generation}`);
  return texts.sort().join(' ');
}

function values<O extends KubeObject>(truth: Truth, plural: string): readonly O[] {
  return [...truth.of<O>(plural).values()];
}

function keyOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function stateOf({ metadata, spec, status }: Pod): string {
  return `${status?.phase} on ${spec.nodeName ?? 'no node'}${metadata.deletionTimestamp ? ', terminating' : ''}`;
}
