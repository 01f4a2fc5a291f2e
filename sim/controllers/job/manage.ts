import { isIndexed } from '../../api/batch/jobspec.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Container, Pod, PodSpec } from '../../api/kinds/pod.ts';
import { controllerRef, type KubeObject, type Labels, objectKey } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Batch, Write } from '../controller.ts';
import { podCreation, podDeletion } from '../ownedpods.ts';
import { podsToDelete } from '../replicaset/ranking.ts';
import { slowStart } from '../replicaset/replicaset.ts';
import { patch } from '../requests.ts';
import { finishedAt, remainingBackOff } from './backoff.ts';
import {
  COMPLETION_INDEX,
  completionIndex,
  firstMissing,
  INDEX_FAILURES,
  INDEX_IGNORED,
  indexFailures,
  withIndexes,
} from './indexes.ts';
import { TRACKING } from './observe.ts';
import { matchFailurePolicy } from './policies.ts';
import { failuresWith, isTerminating, replacesOnlyFailed, type View } from './view.ts';

const MAX_AT_ONCE = 500;

/** What is done about the number of pods: some are created, or some removed, or nothing for a while. */
export interface Managed {
  readonly creations: readonly Write[];
  readonly removals: readonly Pod[];
  readonly waitMs?: Millis;
}

const NOTHING: Managed = { creations: [], removals: [] };

/** Upstream manageJob: as many active pods as parallelism and the completions that are still missing ask for. */
export function manage(view: View): Managed {
  const { job, active, now } = view;
  if (job.spec.suspend) return { ...NOTHING, removals: forRemoval(view, active.length) };
  const wanted = wantedActive(view);
  const removals = forRemoval(view, Math.max(0, active.length - wanted)).slice(0, MAX_AT_ONCE);
  if (removals.length > 0) return { ...NOTHING, removals };
  const leaving = replacesOnlyFailed(job) ? view.terminating : 0;
  const missing = Math.min(wanted - leaving - active.length, MAX_AT_ONCE);
  if (missing <= 0) return NOTHING;
  const isPerIndex = view.failedIndexes !== undefined;
  const waitMs = isPerIndex ? 0 : remainingBackOff(view.backOff, now);
  if (waitMs > 0) return { ...NOTHING, waitMs };
  if (!isIndexed(job.spec)) return { ...NOTHING, creations: Array<Write>(missing).fill(creation(view)) };
  const indexes = pendingIndexes(view, missing);
  const waits = indexes.map((index) => indexWait(view, index));
  const ready = indexes.filter((_index, at) => waits[at] === 0);
  if (ready.length === 0 && indexes.length > 0) return { ...NOTHING, waitMs: Math.min(...waits) };
  return { ...NOTHING, creations: ready.map((index) => creation(view, index)) };
}

function wantedActive({ job, active, succeeded }: View): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Duplicates of an index and indexes the Job does not have go first, then as the ReplicaSet chooses. */
function forRemoval({ job, active, now }: View, least: number): readonly Pod[] {
  const chosen: Pod[] = [];
  let left = active;
  if (isIndexed(job.spec)) {
    const kept = new Map<number, Pod>();
    for (const pod of active) {
      const index = completionIndex(pod);
      if (index < 0 || index >= (job.spec.completions ?? 0) || kept.has(index)) chosen.push(pod);
      else kept.set(index, pod);
    }
    left = [...kept.values()];
  }
  const more = least - chosen.length;
  return more > 0 ? [...chosen, ...podsToDelete(left, left, more, now)] : chosen;
}

function pendingIndexes({ job, pods, active, done, failedIndexes = [] }: View, count: number): readonly number[] {
  const leaving = replacesOnlyFailed(job) ? pods.filter(isTerminating) : [];
  const taken = [...active, ...leaving].map(completionIndex).filter((index) => index >= 0);
  return firstMissing(withIndexes([...done, ...failedIndexes], taken), count, job.spec.completions ?? 0);
}

/** With backoffLimitPerIndex each index waits for its own failures only. */
function indexWait({ delayed, now }: View, index: number): Millis {
  const pod = delayed.get(index);
  if (pod === undefined) return 0;
  return remainingBackOff({ failures: failuresWith(pod) + 1, lastFailure: finishedAt(pod) }, now);
}

function creation(view: View, index = -1): Write {
  const { job } = view;
  const { namespace, name } = job.metadata;
  const { labels, annotations, finalizers = [] } = job.spec.template.metadata ?? {};
  const number: Labels = index < 0 ? {} : { [COMPLETION_INDEX]: String(index) };
  const metadata = {
    name: '',
    generateName: index < 0 ? `${name}-` : indexedName(name, index),
    namespace,
    labels: { ...labels, ...number },
    annotations: { ...annotations, ...number, ...(index < 0 ? {} : failureCounts(view, index)) },
    finalizers: finalizers.includes(TRACKING) ? finalizers : [...finalizers, TRACKING],
    ownerReferences: [controllerRef(job)],
  };
  const { spec } = job.spec.template;
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: index < 0 ? spec : numbered(job, index) };
  return podCreation(job, pod);
}

/** The host name and the variable tell the program its index. */
function numbered({ metadata, spec }: Job, index: number): PodSpec {
  const pod = spec.template.spec;
  return {
    ...pod,
    ...(pod.initContainers === undefined ? {} : { initContainers: pod.initContainers.map(withIndexVariable) }),
    containers: pod.containers.map(withIndexVariable),
    hostname: `${metadata.name}-${index}`,
  };
}

const VARIABLE = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
};

function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === VARIABLE.name)) return container;
  return { ...container, env: [...(container.env ?? []), VARIABLE] };
}

/** Names are cut so that five random letters still fit. */
function indexedName(name: string, index: number): string {
  const ending = `-${index}-`;
  return `${name.slice(0, 58 - ending.length)}${ending}`;
}

function failureCounts({ job, delayed, failedIndexes }: View, index: number): Labels {
  if (failedIndexes === undefined) return {};
  const pod = delayed.get(index);
  if (pod === undefined) return { [INDEX_FAILURES]: '0' };
  const { isCounted } = matchFailurePolicy(job.spec, pod);
  const ignored = indexFailures(pod, INDEX_IGNORED) + (isCounted ? 0 : 1);
  return {
    [INDEX_FAILURES]: String(indexFailures(pod) + (isCounted ? 1 : 0)),
    ...(ignored > 0 ? { [INDEX_IGNORED]: String(ignored) } : {}),
  };
}

/** The creations one after another in growing batches: a failure in one stops the rest. */
export function inBatches(creations: readonly Write[]): readonly Batch[] {
  let at = 0;
  return slowStart(creations.length).map((size) => {
    at += size;
    return creations.slice(at - size, at);
  });
}

/** Takes the finalizer off a pod. */
export function releaseWrite(pod: Pod): Write {
  const metadata = { '$deleteFromPrimitiveList/finalizers': [TRACKING] };
  return { request: patch('pods', pod, { metadata }), ignore: [404], tag: `release ${pod.metadata.uid}` };
}

/** Deletes a pod of the Job. */
export function deletion(job: Job, pod: Pod): Write {
  return { ...podDeletion(job, pod), tag: `delete ${objectKey(pod)}` };
}
