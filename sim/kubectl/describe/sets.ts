import type { DaemonSet } from '../../api/kinds/daemonset.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { ReplicationController } from '../../api/kinds/replicationcontroller.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { isControlledBy, type JsonObject, type KubeObject } from '../../api/meta.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import { classOf } from '../../api/volumes/claims.ts';
import type { Describer, DescribeTools, Lines } from '../../client/describing.ts';

/** kubectl describe statefulset. */
const describeStatefulSet = (tools: DescribeTools) =>
  tools.define<StatefulSet>({
    kind: 'StatefulSet',
    related: (set) => [podsRequest(set, formatLabelSelector(set.spec.selector), tools), tools.eventsRequest(set)],
    lines(set, [pods, events], nowMs) {
      const { metadata, spec, status } = set;
      const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
      return [
        ...tools.head(metadata),
        `CreationTimestamp:\t${tools.longTime(metadata.creationTimestamp)}`,
        `Selector:\t${formatLabelSelector(spec.selector)}`,
        ...tools.metaLines(metadata),
        `Replicas:\t${spec.replicas ?? 0} desired | ${status?.replicas ?? 0} total`,
        `Update Strategy:\t${type}`,
        ...(rollingUpdate?.partition === undefined ? [] : [`  Partition:\t${rollingUpdate.partition}`]),
        podsStatus(set, pods, tools),
        ...tools.templateLines(spec.template),
        ...claimLines(spec.volumeClaimTemplates ?? [], tools),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

/** kubectl describe daemonset. */
const describeDaemonSet = (tools: DescribeTools) =>
  tools.define<DaemonSet>({
    kind: 'DaemonSet',
    related: (set) => [podsRequest(set, formatLabelSelector(set.spec.selector), tools), tools.eventsRequest(set)],
    lines(set, [pods, events], nowMs) {
      const { metadata, spec, status } = set;
      return [
        ...tools.head(metadata),
        `Selector:\t${formatLabelSelector(spec.selector)}`,
        `Node-Selector:\t${tools.labelsText(spec.template.spec.nodeSelector)}`,
        ...tools.metaLines(metadata),
        `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`,
        `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`,
        `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`,
        `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`,
        `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`,
        podsStatus(set, pods, tools),
        ...tools.templateLines(spec.template),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

/** kubectl describe replicationcontroller. */
const describeReplicationController = (tools: DescribeTools) =>
  tools.define<ReplicationController>({
    kind: 'ReplicationController',
    related: (controller) => [
      podsRequest(controller, tools.labelsText(controller.spec.selector), tools),
      tools.eventsRequest(controller),
    ],
    lines(controller, [pods, events], nowMs) {
      const { metadata, spec, status } = controller;
      return [
        ...tools.head(metadata),
        `Selector:\t${tools.labelsText(spec.selector)}`,
        ...tools.metaLines(metadata),
        `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`,
        podsStatus(controller, pods, tools),
        ...tools.templateLines(spec.template),
        ...tools.conditionLines(status?.conditions),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

function podsRequest({ metadata }: KubeObject, labelSelector: string, tools: DescribeTools) {
  return tools.list(`/api/v1/namespaces/${metadata.namespace ?? ''}/pods`, { labelSelector });
}

function podsStatus(owner: KubeObject, answer: JsonObject | null | undefined, tools: DescribeTools): string {
  const pods = tools.items<Pod>(answer).filter((pod) => isControlledBy(pod, owner));
  const count = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  const [running, waiting] = [count('Running'), count('Pending')];
  return `Pods Status:\t${running} Running / ${waiting} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

function claimLines(claims: readonly PersistentVolumeClaim[], tools: DescribeTools): Lines {
  if (claims.length === 0) return ['Volume Claims:\t<none>'];
  const lines = claims.flatMap((claim) => {
    const { metadata, spec } = claim;
    const size = spec.resources?.requests?.['storage'];
    return [
      `  Name:\t${metadata.name}`,
      `  StorageClass:\t${classOf(claim)}`,
      ...tools.labelLines('  Labels', metadata.labels),
      ...tools.annotationLines('  Annotations', metadata.annotations),
      `  Capacity:\t${size === undefined ? '<default>' : canonicalQuantity(size)}`,
      `  Access Modes:\t[${(spec.accessModes ?? []).join(' ')}]`,
    ];
  });
  return ['Volume Claims:', ...lines];
}

/** What runs pods beside Deployments and ReplicaSets. */
export const setDescribers = (tools: DescribeTools): readonly Describer[] => [
  describeStatefulSet(tools),
  describeDaemonSet(tools),
  describeReplicationController(tools),
];
