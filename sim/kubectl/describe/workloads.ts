import { pathOf } from '../../api/index.ts';
import type { Deployment } from '../../api/kinds/deployment.ts';
import type { Pod, PodTemplateSpec } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { longTime } from '../../api/longtime.ts';
import { type Condition, controllerOf, isControlledBy } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { Lines } from '../../client/describing.ts';
import { resourceOf } from '../resources.ts';
import { templateLines } from './containers.ts';
import { defineDescriber, eventsOf, eventsRequest, itemsOf, listRequest } from './describer.ts';
import { eventLines, head, metaLines } from './writer.ts';

/** kubectl describe deployment. */
export const describeDeployment = defineDescriber<Deployment>({
  kind: 'Deployment',
  related: (deployment) => [eventsRequest(deployment), replicaSetsRequest(deployment)],
  lines(deployment, [events, sets], nowMs) {
    const { metadata, spec, status = {} } = deployment;
    const { rollingUpdate, type = '' } = spec.strategy ?? {};
    const all = ownedSets(deployment, itemsOf<ReplicaSet>(sets));
    const current = newReplicaSet(deployment, all);
    const old = all.filter((set) => set !== current);
    return [
      ...head(metadata),
      `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`,
      ...metaLines(metadata),
      `Selector:\t${formatLabelSelector(spec.selector)}`,
      `Replicas:\t${spec.replicas ?? 0} desired | ${status.updatedReplicas ?? 0} updated | ${status.replicas ?? 0} total | ` +
        `${status.availableReplicas ?? 0} available | ${status.unavailableReplicas ?? 0} unavailable`,
      `StrategyType:\t${type}`,
      `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`,
      ...(rollingUpdate
        ? [
            `RollingUpdateStrategy:\t${rollingUpdate.maxUnavailable} max unavailable, ${rollingUpdate.maxSurge} max surge`,
          ]
        : []),
      ...templateLines(spec.template),
      ...conditionLines(status.conditions),
      ...(all.length === 0
        ? []
        : [`OldReplicaSets:\t${setTexts(old)}`, `NewReplicaSet:\t${setTexts(current === undefined ? [] : [current])}`]),
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

/** kubectl describe replicaset. */
export const describeReplicaSet = defineDescriber<ReplicaSet>({
  kind: 'ReplicaSet',
  related(set) {
    const path = pathOf(resourceOf('pods'), set.metadata.namespace ?? '');
    return [listRequest(path, { labelSelector: formatLabelSelector(set.spec.selector) }), eventsRequest(set)];
  },
  lines(set, [pods, events], nowMs) {
    const owner = controllerOf(set);
    const owned = itemsOf<Pod>(pods).filter((pod) => isControlledBy(pod, set));
    const count = (phase: string) => owned.filter((pod) => pod.status?.phase === phase).length;
    return [
      ...head(set.metadata),
      `Selector:\t${formatLabelSelector(set.spec.selector)}`,
      ...metaLines(set.metadata),
      ...(owner === undefined ? [] : [`Controlled By:\t${owner.kind}/${owner.name}`]),
      `Replicas:\t${set.status?.replicas ?? 0} current / ${set.spec.replicas ?? 0} desired`,
      `Pods Status:\t${count('Running')} Running / ${count('Pending')} Waiting / ` +
        `${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
      ...templateLines(set.spec.template),
      ...conditionLines(set.status?.conditions),
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

/** The list of a Deployment's ReplicaSets by its selector. */
export function replicaSetsRequest(deployment: Deployment) {
  const path = pathOf(resourceOf('replicasets'), deployment.metadata.namespace ?? '');
  return listRequest(path, { labelSelector: formatLabelSelector(deployment.spec.selector) });
}

/** The sets that a Deployment owns, oldest first. */
export function ownedSets(deployment: Deployment, sets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return sets.filter((set) => isControlledBy(set, deployment));
}

/** The set whose template is the Deployment's, the hash label left aside; the oldest if there are several. */
export function newReplicaSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const born = (set: ReplicaSet) => `${set.metadata.creationTimestamp} ${set.metadata.name}`;
  return [...sets]
    .sort((a, b) => (born(a) < born(b) ? -1 : 1))
    .find((set) => sameJson(withoutHash(set.spec.template), withoutHash(deployment.spec.template)));
}

/** A template without `pod-template-hash`. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { 'pod-template-hash': _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function setTexts(sets: readonly ReplicaSet[]): string {
  const texts = sets.map(
    ({ metadata, spec, status }) =>
      `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`,
  );
  return texts.join(', ') || '<none>';
}

/** How the conditions of a workload stand. */
export function conditionLines(conditions: readonly Condition[] | undefined): Lines {
  if (!conditions?.length) return [];
  const rows = conditions.map(({ type, status, reason = '' }) => `  ${type} \t${status}\t${reason}`);
  return ['Conditions:', '  Type\tStatus\tReason', '  ----\t------\t------', ...rows];
}
