import { pathOf } from '../../api/index.ts';
import type { Deployment } from '../../api/kinds/deployment.ts';
import type { PodTemplateSpec } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import type { JsonObject, KubeObject, Labels } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { typed, wrapped } from '../changing.ts';
import { answerOf, defineCommand, failureOf, type Job, out, type Reply, type Step, textFailure } from '../command.ts';
import { templateLines } from '../describe/containers.ts';
import { itemsOf } from '../describe/describer.ts';
import { newReplicaSet, ownedSets, replicaSetsRequest, withoutHash } from '../describe/workloads.ts';
import { flag } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkDryRun, isClientDryRun, nameOf, printChange, printObject } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { alignRows, DESCRIBE } from '../tabwriter.ts';
import { REVISIONED, revisionsOf, revisionsRequest, revisionToRestore, templateAt } from './revisions.ts';
import { startRollout } from './rolloutrestart.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';
/** Annotations that stay the Deployment's own in a rollback. */
const OWN = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

interface Reading {
  readonly deployment: Deployment | null;
  /** A DaemonSet or StatefulSet, in place of a Deployment. */
  readonly set?: KubeObject;
  readonly revision: number;
}

/** kubectl rollout history. Follows polymorphichelpers/history.go. */
export const rolloutHistory = defineCommand<Reading>({
  name: 'rollout history',
  usage: 'rollout history (TYPE NAME | TYPE/NAME)',
  summary: 'View rollout history',
  flags: 'filename/f* output/o revision# selector/l',
  others: 'allow-missing-template-keys! kustomize/k recursive/R! show-managed-fields! template',
  start: (job) => startRollout(job, true),
  stages: {
    item: (job) => readAgain(job, 'history viewer'),
    read: (_job, reply) => readSets(reply),
    sets: showHistory,
  },
});

/** kubectl rollout undo: puts the template of an older ReplicaSet back. Follows polymorphichelpers/rollback.go. */
export const rolloutUndo = defineCommand<Reading>({
  name: 'rollout undo',
  usage: 'rollout undo (TYPE NAME | TYPE/NAME)',
  summary: 'Undo a previous rollout',
  flags: 'dry-run?unchanged filename/f* output/o selector/l to-revision#',
  others: 'allow-missing-template-keys! kustomize/k recursive/R! show-managed-fields! template',
  start(job) {
    const problem = checkDryRun(job);
    return problem === undefined ? startRollout(job, true) : { failure: textFailure(problem), exit: 1 };
  },
  stages: {
    item: (job) => readAgain(job, 'rollbacker'),
    read: (_job, reply) => readSets(reply),
    sets: rollBack,
    patched(job, reply) {
      const failure = failureOf(answerOf(reply));
      if (failure === undefined) return report(job, 'rolled back');
      const { revision } = job.data;
      return { failure: wrapped(failure, `failed restoring revision ${revision}`), next: true };
    },
  },
});

/** The object is read once more by the helper's own client. */
function readAgain(job: Job<Reading>, what: string): Step {
  if (job.item.target.plural !== 'deployments' && !REVISIONED.includes(job.item.object.kind)) {
    return { failure: textFailure(`no ${what} has been implemented for ${quoted(job.item.object.kind)}`), next: true };
  }
  return { request: { method: 'GET', path: pathTo(job) }, then: 'read' };
}

function pathTo({ item }: Job<Reading>): string {
  return pathOf(resourceOf(item.target.plural), item.namespace, item.name);
}

function readSets(reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, next: true };
  const object = response.body as KubeObject;
  if (REVISIONED.includes(object.kind)) {
    return { request: revisionsRequest(object), data: { deployment: null, set: object, revision: 0 }, then: 'sets' };
  }
  const deployment = object as unknown as Deployment;
  const { limit: _limit, ...query } = replicaSetsRequest(deployment).query as Record<string, string>;
  const request: HttpRequest = { ...replicaSetsRequest(deployment), query };
  return { request, data: { deployment, revision: 0 }, then: 'sets' };
}

function setsIn(job: Job<Reading>, reply: Reply): readonly ReplicaSet[] {
  const { deployment } = job.data;
  const answer = answerOf(reply);
  if (deployment === null || failureOf(answer) !== undefined) return [];
  return ownedSets(deployment, itemsOf<ReplicaSet>(answer.body as JsonObject));
}

function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

/** A number in the history, what changed then, its template, and the object that `-o` prints. */
interface Entry {
  readonly number: number;
  readonly cause: string | undefined;
  readonly template: PodTemplateSpec;
  readonly object: KubeObject;
}

function entriesOf(job: Job<Reading>, reply: Reply): readonly Entry[] {
  const { set } = job.data;
  if (set !== undefined) {
    return revisionsOf(set, answerOf(reply).body as JsonObject | null).map((revision) => {
      const template = templateAt(revision);
      const object = { ...set, spec: { ...(set.spec as JsonObject), template } };
      return { number: revision.revision, cause: revision.metadata.annotations?.[CAUSE], template, object };
    });
  }
  const sets = [...setsIn(job, reply)].sort(
    (a, b) => revisionOf(a) - revisionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  return sets.map((one) => {
    const object: KubeObject = { ...one, apiVersion: 'apps/v1', kind: 'ReplicaSet' };
    return { number: revisionOf(one), cause: one.metadata.annotations?.[CAUSE], template: withCause(one), object };
  });
}

function showHistory(job: Job<Reading>, reply: Reply): Step {
  const all = entriesOf(job, reply);
  const wanted = Number(flag(job.args, 'revision'));
  const chosen = wanted > 0 ? all.filter(({ number }) => number === wanted) : all;
  if (wanted > 0 && chosen.length === 0)
    return { failure: textFailure('unable to find the specified revision'), next: true };
  if (flag(job.args, 'output') !== '') {
    const shown = chosen.flatMap(({ object }) => {
      const output = printObject(job as Job, object);
      return 'print' in output ? output.print : out(output.error);
    });
    return { print: shown, next: true };
  }
  const name = nameOf(typed(job.item, job.item.object) as unknown as JsonObject);
  const [entry] = chosen;
  if (wanted > 0 && entry !== undefined) {
    return { print: out(`${name} with revision #${wanted}`, ...templateLines(entry.template), ''), next: true };
  }
  if (all.length === 0) return { print: out(`${name} `, 'No rollout history found.'), next: true };
  const rows = chosen.map(({ number, cause }) => [String(number), cause || '<none>']);
  const { lines } = alignRows([['REVISION', 'CHANGE-CAUSE'], ...rows], [], DESCRIBE);
  return { print: out(`${name} `, ...lines, ''), next: true };
}

/** The template, with what changed as an annotation. */
function withCause({ metadata, spec: { template } }: ReplicaSet): PodTemplateSpec {
  const cause = metadata.annotations?.[CAUSE];
  if (cause === undefined) return template;
  const annotations = { ...template.metadata?.annotations, [CAUSE]: cause };
  return { ...template, metadata: { ...template.metadata, annotations } };
}

/** A DaemonSet or StatefulSet: the patch that the revision holds is sent as it is. */
function restore(job: Job<Reading>, set: KubeObject, reply: Reply): Step {
  const wanted = Number(flag(job.args, 'to-revision'));
  const target = revisionToRestore(revisionsOf(set, answerOf(reply).body as JsonObject | null), wanted);
  if (typeof target === 'string') return { failure: textFailure(target), next: true };
  const template = templateAt(target);
  if (isClientDryRun(job as Job)) return report(job, `will roll back to ${templateLines(template).join('\n')}\n`);
  if (sameJson(template, dig(set.spec, 'template'))) {
    return report(job, `skipped rollback (current template already matches revision ${wanted})`);
  }
  const request: HttpRequest = {
    method: 'PATCH',
    path: pathTo(job),
    ...dryRunQuery(job),
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: target.data as JsonObject,
  };
  return { request, data: { ...job.data, revision: wanted }, then: 'patched' };
}

function dryRunQuery(job: Job<Reading>): Pick<HttpRequest, 'query'> {
  return flag(job.args, 'dry-run') === 'server' ? { query: { dryRun: 'All' } } : {};
}

function rollBack(job: Job<Reading>, reply: Reply): Step {
  const { deployment, set } = job.data;
  if (set !== undefined) return restore(job, set, reply);
  if (deployment === null) return { next: true };
  const sets = setsIn(job, reply);
  const wanted = Number(flag(job.args, 'to-revision'));
  const target = wanted > 0 ? sets.find((set) => revisionOf(set) === wanted) : previous(sets);
  if (target === undefined) {
    const name = quoted(deployment.metadata.name);
    const why =
      wanted > 0
        ? `unable to find specified revision ${wanted} in history`
        : `no rollout history found for deployment ${name}`;
    return { failure: textFailure(why), next: true };
  }
  const template = withoutHash(target.spec.template);
  if (isClientDryRun(job as Job)) return report(job, `${templateLines(withCause(target)).join('\n')}\n`);
  if (deployment.spec.paused) {
    const why = "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again";
    return { failure: textFailure(why), next: true };
  }
  const current = newReplicaSet(deployment, sets);
  if (sameJson(template, withoutHash(deployment.spec.template)) || current === target) {
    return report(job, `skipped rollback (current template already matches revision ${wanted})`);
  }
  const keep = (from: Labels | undefined, isOwn: boolean) =>
    Object.entries(from ?? {}).filter(([key]) => OWN.includes(key) === isOwn);
  const annotations = Object.fromEntries([
    ...keep(deployment.metadata.annotations, true),
    ...keep(target.metadata.annotations, false),
  ]);
  const request: HttpRequest = {
    method: 'PATCH',
    path: pathTo(job),
    ...dryRunQuery(job),
    headers: { 'content-type': 'application/json-patch+json' },
    body: [
      { op: 'replace', path: '/spec/template', value: template },
      { op: 'replace', path: '/metadata/annotations', value: annotations },
    ],
  };
  return { request, data: { ...job.data, revision: wanted }, then: 'patched' };
}

/** The set before the newest. */
function previous(sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets].sort((a, b) => revisionOf(b) - revisionOf(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[1];
}

function report(job: Job<Reading>, operation: string): Step {
  return { print: printChange(job as Job, typed(job.item, job.item.object), operation), next: true };
}
