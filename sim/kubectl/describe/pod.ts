import { CONFIG_MIRROR, type Pod } from '../../api/kinds/pod.ts';
import { longTime } from '../../api/longtime.ts';
import { controllerOf } from '../../api/meta.ts';
import type { Lines } from '../../client/describing.ts';
import { containerLines, spreadLines, tolerationLines, volumeLines } from './containers.ts';
import { defineDescriber, eventsOf, eventsRequest } from './describer.ts';
import { eventLines, head, labelLines, metaLines, since } from './writer.ts';

/** kubectl describe pod. Follows pkg/describe/describe.go `describePod`. Events of a mirror are about the pod itself. */
export const describePod = defineDescriber<Pod>({
  kind: 'Pod',
  related: (pod) => [eventsRequest(pod, false, pod.metadata.annotations?.[CONFIG_MIRROR] ?? pod.metadata.uid)],
  lines: (pod, [events], nowMs) => [
    ...head(pod.metadata),
    ...placeLines(pod),
    ...metaLines(pod.metadata),
    ...stateLines(pod, nowMs),
    ...workLines(pod),
    ...eventLines(eventsOf(events), nowMs),
  ],
});

function placeLines({ spec, status }: Pod): Lines {
  return [
    ...(spec.priority === undefined ? [] : [`Priority:\t${spec.priority}`]),
    ...(spec.priorityClassName ? [`Priority Class Name:\t${spec.priorityClassName}`] : []),
    ...(spec.runtimeClassName ? [`Runtime Class Name:\t${spec.runtimeClassName}`] : []),
    ...(spec.serviceAccountName ? [`Service Account:\t${spec.serviceAccountName}`] : []),
    `Node:\t${spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>'}`,
    ...(status?.startTime ? [`Start Time:\t${longTime(status.startTime)}`] : []),
  ];
}

function stateLines(pod: Pod, nowMs: number): Lines {
  const { metadata, status = {} } = pod;
  const isLeaving =
    metadata.deletionTimestamp !== undefined && status.phase !== 'Failed' && status.phase !== 'Succeeded';
  const { podIPs = [] } = status;
  const owner = controllerOf(pod);
  return [
    ...(isLeaving
      ? [
          `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, nowMs)})`,
          `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`,
        ]
      : [`Status:\t${status.phase ?? ''}`]),
    ...(status.reason ? [`Reason:\t${status.reason}`] : []),
    ...(status.message ? [`Message:\t${status.message}`] : []),
    `IP:\t${status.podIP ?? ''}`,
    ...(podIPs.length === 0 ? ['IPs:\t<none>'] : ['IPs:', ...podIPs.map(({ ip }) => `  IP:\t${ip}`)]),
    ...(owner === undefined ? [] : [`Controlled By:\t${owner.kind}/${owner.name}`]),
    ...(status.nominatedNodeName ? [`NominatedNodeName:\t${status.nominatedNodeName}`] : []),
  ];
}

function workLines({ spec, status = {} }: Pod): Lines {
  const { conditions = [] } = status;
  const { initContainers = [] } = spec;
  return [
    ...(initContainers.length > 0
      ? containerLines('Init Containers', initContainers, status.initContainerStatuses ?? [], '')
      : []),
    ...containerLines('Containers', spec.containers, status.containerStatuses ?? [], ''),
    ...(conditions.length > 0 ? ['Conditions:', '  Type\tStatus'] : []),
    ...conditions.map((condition) => `  ${condition.type} \t${condition.status} `),
    ...volumeLines(spec.volumes, ''),
    `QoS Class:\t${status.qosClass ?? 'BestEffort'}`,
    ...labelLines('Node-Selectors', spec.nodeSelector),
    ...tolerationLines(spec.tolerations, ''),
    ...spreadLines(spec, ''),
  ];
}
