import type { Dice } from '../draw.ts';

/** An object as a person would write it. */
export type Manifest = { readonly kind: string; readonly metadata: { readonly name: string } } & Readonly<
  Record<string, unknown>
>;

/** What a cluster is to carry, drawn. */
export interface Workloads {
  readonly deployments: readonly string[];
  readonly statefulSets: readonly string[];
  readonly daemonSets: readonly string[];
  readonly manifests: readonly Manifest[];
}

/** Images that can be pulled, and that serve. */
export const GOOD_IMAGES = ['nginx:1.25', 'nginx:1.26', 'nginx:1.27', 'nginx:1.28'];
/** One is not there, one ends at once. */
export const BAD_IMAGES = ['nginx:9-missing', 'harbour/crasher:1.0'];
/** The Deployment of high priority, which comes and goes. */
export const URGENT = 'urgent';
/** What fits every cluster drawn here, when all have it. */
export const CALM_SIZE = 2;

/** Draws what is applied at the beginning. */
export function drawWorkloads(roll: Dice): Workloads {
  const deployments = ['web', 'api', 'shop'].slice(0, 1 + roll(3));
  const statefulSets = ['db', 'queue'].slice(0, roll(3));
  const daemonSets = ['agent'].slice(0, roll(2));
  const budgeted = [...deployments, ...statefulSets].filter(() => roll(3) > 0);
  const scaled = roll(3) === 0 ? deployments.slice(0, 1) : [];
  return {
    deployments,
    statefulSets,
    daemonSets,
    manifests: [
      ...[`low`, 'high'].map((name) => priorityClass(name, name === 'high' ? 1000 : 1)),
      ...deployments.map((name) => drawDeployment(name, roll)),
      ...statefulSets.flatMap((name) => [service(name, 'None'), drawStatefulSet(name, roll)]),
      ...daemonSets.map((name) => daemonSet(name)),
      ...deployments.filter(() => roll(2) === 0).map((name) => service(name)),
      ...budgeted.map((name) => drawBudget(name, roll)),
      ...scaled.map((name) => autoscaler(name)),
    ],
  };
}

/** Work that ends, and may fail before. */
export function drawJob(name: string, roll: Dice): Manifest {
  const env = [
    { name: 'WORK_SECONDS', value: String(1 + roll(60)) },
    { name: 'FAIL_PERCENT', value: String(roll(3) * 20) },
  ];
  const job = { name: 'job', image: 'harbour/batchjob:1.0', env, resources: requests(100 + roll(200)) };
  const spec = { restartPolicy: roll(2) === 0 ? 'Never' : 'OnFailure', containers: [job] };
  const isIndexed = roll(3) === 0 ? { completionMode: 'Indexed' } : {};
  const amounts = { completions: 1 + roll(5), parallelism: 1 + roll(3), backoffLimit: 1 + roll(3), ...isIndexed };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { ...amounts, template: { spec } } };
}

/** Comes to a full cluster, and others have to make room. */
export function drawUrgent(roll: Dice): Manifest {
  const spec = { priorityClassName: 'high', containers: [container(600 + roll(900))] };
  return workload('Deployment', URGENT, spec, { replicas: 1 + roll(3) });
}

function drawDeployment(name: string, roll: Dice): Manifest {
  const maxSurge = [0, 1, 2, '25%', '50%', '100%'][roll(6)];
  const maxUnavailable = maxSurge === 0 ? [1, 2][roll(2)] : [0, 1, '25%', '50%'][roll(4)];
  const strategy =
    roll(6) === 0 ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
  const ready = roll(3) === 0 ? { minReadySeconds: 3 + roll(10) } : {};
  const probe = roll(3) === 0 ? { readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 5 } } : {};
  const spec = { ...drawPriority(roll), containers: [{ ...container(50 + roll(8) * 50), ...probe }] };
  return workload('Deployment', name, spec, { replicas: 1 + roll(6), strategy, ...ready });
}

function drawStatefulSet(name: string, roll: Dice): Manifest {
  const podManagementPolicy = roll(3) === 0 ? 'Parallel' : 'OrderedReady';
  const spec = { ...drawPriority(roll), containers: [container(50 + roll(4) * 50)] };
  return workload('StatefulSet', name, spec, { replicas: 1 + roll(4), serviceName: name, podManagementPolicy });
}

function daemonSet(name: string): Manifest {
  return workload('DaemonSet', name, { containers: [container(50)] }, {});
}

function workload(kind: string, name: string, pod: object, spec: object): Manifest {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, ...pod } };
  const full = { ...spec, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec: full };
}

function container(milli: number): object {
  return { name: 'main', image: GOOD_IMAGES[0], resources: requests(milli) };
}

function requests(milli: number): object {
  return { requests: { cpu: `${milli}m`, memory: '64Mi' } };
}

function drawPriority(roll: Dice): object {
  return roll(3) === 0 ? { priorityClassName: 'low' } : {};
}

function drawBudget(app: string, roll: Dice): Manifest {
  const bounds = [{ minAvailable: 1 }, { minAvailable: 2 }, { minAvailable: '50%' }, { maxUnavailable: 1 }];
  const spec = { ...bounds[roll(4)], selector: { matchLabels: { app } } };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: app }, spec };
}

function autoscaler(name: string): Manifest {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const target = { type: 'Utilization', averageUtilization: 50 };
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 4, metrics };
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec };
}

function priorityClass(name: string, value: number): Manifest {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value };
}

function service(name: string, clusterIP?: string): Manifest {
  const address = clusterIP === undefined ? {} : { clusterIP };
  const spec = { ...address, selector: { app: name }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}
