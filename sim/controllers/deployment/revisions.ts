import type { Deployment } from '../../api/kinds/deployment.ts';
import type { PodTemplateSpec } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { controllerRef, type JsonObject, type Labels } from '../../api/meta.ts';
import { podTemplateHash } from '../../api/names.ts';
import { sameJson } from '../../api/resource.ts';
import { fencepostsOf } from './fenceposts.ts';

/** The label that tells the pods of one revision from those of another. */
export const HASH_LABEL = 'pod-template-hash';
/** The revision of a Deployment and of each of its ReplicaSets. */
export const REVISION = 'deployment.kubernetes.io/revision';
/** What the Deployment wanted when a ReplicaSet was last scaled. */
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
/** That and the surge it allowed. */
export const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const MAX_HISTORY_LENGTH = 2000;
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  HISTORY,
  DESIRED,
  MAXIMUM,
]);

/**
 * The ReplicaSet whose template is the Deployment's, the oldest of several; and all others. Upstream
 * deployment_util.go.
 */
export function divide(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): { readonly newSet: ReplicaSet | undefined; readonly oldSets: readonly ReplicaSet[] } {
  const oldestFirst = byCreation(sets);
  const newSet = oldestFirst.find((set) => isSameTemplate(set.spec.template, deployment.spec.template));
  return { newSet, oldSets: oldestFirst.filter((set) => set !== newSet) };
}

/** Oldest first; names decide between equal seconds. */
export function byCreation(sets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return [...sets].sort(
    (a, b) => compareText(createdAt(a), createdAt(b)) || compareText(a.metadata.name, b.metadata.name),
  );
}

/** The revision that a ReplicaSet carries; 0 for none. */
export function revisionOf(set: ReplicaSet): number {
  return Number.parseInt(set.metadata.annotations?.[REVISION] ?? '0', 10) || 0;
}

/** The revision that the newest template gets. */
export function nextRevision(oldSets: readonly ReplicaSet[]): number {
  return oldSets.reduce((highest, set) => Math.max(highest, revisionOf(set)), 0) + 1;
}

/** Whether two templates are equal but for the hash label. */
export function isSameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return sameJson(a.spec, b.spec) && sameJson(withoutHash(a), withoutHash(b));
}

/**
 * A ReplicaSet for the Deployment's template, with no replicas yet. Its name holds the hash, so that creating
 * twice fails.
 */
export function newReplicaSet(deployment: Deployment, revision: number): ReplicaSet {
  const { spec, metadata } = deployment;
  const hash = podTemplateHash(spec.template, deployment.status?.collisionCount);
  const labels: Labels = { ...spec.template.metadata?.labels, [HASH_LABEL]: hash };
  const { selector, template, minReadySeconds } = spec;
  const bare: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name.slice(0, 253 - 1 - hash.length)}-${hash}`,
      namespace: metadata.namespace,
      labels,
      ownerReferences: [controllerRef(deployment)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: minReadySeconds || undefined,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  return withSizes(withRevision(deployment, bare, revision), deployment);
}

/**
 * The ReplicaSet with the Deployment's annotations and this revision, unless it has a higher one; the same object
 * if nothing changes.
 */
export function withRevision(deployment: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
  const annotations: Record<string, string> = { ...set.metadata.annotations };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(name)) annotations[name] = value;
  }
  const old = annotations[REVISION];
  if (revisionOf(set) < revision) {
    annotations[REVISION] = String(revision);
    if (old !== undefined) annotations[HISTORY] = longerHistory(annotations[HISTORY] ?? '', old);
  }
  return withAnnotations(set, annotations);
}

/** The ReplicaSet with the annotations that remember the Deployment's size. */
export function withSizes(set: ReplicaSet, deployment: Deployment): ReplicaSet {
  const desired = deployment.spec.replicas ?? 1;
  const maximum = desired + fencepostsOf(deployment).maxSurge;
  return withAnnotations(set, { ...set.metadata.annotations, [DESIRED]: String(desired), [MAXIMUM]: String(maximum) });
}

/** A count kept in an annotation; undefined when it is not one. */
export function annotatedCount(set: ReplicaSet, name: string): number | undefined {
  const text = set.metadata.annotations?.[name] ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function withAnnotations(set: ReplicaSet, annotations: Labels): ReplicaSet {
  if (sameJson(annotations, set.metadata.annotations ?? {})) return set;
  return { ...set, metadata: { ...set.metadata, annotations } };
}

function longerHistory(history: string, revision: string): string {
  const revisions = history === '' ? [revision] : [...history.split(','), revision];
  while (revisions.join(',').length > MAX_HISTORY_LENGTH && revisions.length > 1) revisions.shift();
  return revisions.join(',');
}

function withoutHash({ metadata = {} }: PodTemplateSpec): JsonObject {
  const { [HASH_LABEL]: _hash, ...labels } = metadata.labels ?? {};
  return { ...metadata, creationTimestamp: undefined, labels };
}

function createdAt(set: ReplicaSet): string {
  return set.metadata.creationTimestamp ?? '';
}

/** Never 0 for different texts. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
