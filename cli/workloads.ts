import type { Deployment } from '../sim/api/kinds/deployment.ts';
import type { Pod } from '../sim/api/kinds/pod.ts';
import type { KubeObject } from '../sim/api/meta.ts';
import { peekAt, type Timeline } from '../sim/index.ts';

/** A Deployment of small web servers. */
export function webDeployment(name: string, replicas: number): Deployment {
  const labels = { app: name };
  const resources = { requests: { cpu: '50m', memory: '64Mi' } };
  const spec = { containers: [{ name: 'web', image: 'nginx:1.27', resources }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

/** The objects of a resource as etcd has them now. */
export function objectsOf<O extends KubeObject>(timeline: Timeline, plural: string): readonly O[] {
  return peekAt(timeline.simulation).objects(plural) as readonly O[];
}

/** Whether the pod's Ready condition is true and nobody deletes it. */
export function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp) return false;
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

/** How many pods are ready now. */
export function readyPods(timeline: Timeline): number {
  return objectsOf<Pod>(timeline, 'pods').filter(isReady).length;
}
