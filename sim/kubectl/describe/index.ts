import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Volume } from '../../api/kinds/pod.ts';
import { longTime } from '../../api/longtime.ts';
import type { Describer } from '../../client/describing.ts';
import { addedDescribers, type DescribeTools } from '../../client/describing.ts';
import { formatLabels } from '../printers.ts';
import { describeBindings, describeRoles, describeSecret } from './access.ts';
import { templateLines, volumeSource } from './containers.ts';
import { defineDescriber, eventsOf, eventsRequest, itemsOf, listRequest } from './describer.ts';
import { describeNode } from './node.ts';
import {
  describeAny,
  describeConfigMap,
  describeEndpointSlice,
  describeNamespace,
  describeService,
  describeServiceAccount,
  endpointsText,
} from './others.ts';
import { describePod } from './pod.ts';
import { policyDescribers } from './policy.ts';
import { conditionLines, describeDeployment, describeReplicaSet } from './workloads.ts';
import { annotationLines, eventLines, head, labelLines, metaLines, since } from './writer.ts';

const describers: readonly Describer[] = [
  describePod,
  describeNode,
  describeDeployment,
  describeReplicaSet,
  describeService,
  describeNamespace,
  describeConfigMap,
  describeEndpointSlice,
  describeServiceAccount,
  describeSecret,
  ...describeRoles,
  ...describeBindings,
  ...policyDescribers,
];

/** What describers of packs are lent. */
const tools: DescribeTools = {
  define: defineDescriber,
  list: listRequest,
  items: itemsOf,
  eventsRequest: (object) => eventsRequest(object),
  eventLines: (answer, nowMs) => eventLines(eventsOf(answer), nowMs),
  head,
  metaLines,
  labelLines,
  annotationLines,
  labelsText: formatLabels,
  templateLines: (template) => (template === undefined ? ['  <unset>'] : templateLines(template)),
  conditionLines,
  longTime,
  volumeSource: (volume) => volumeSource(volume as unknown as Volume),
  endpointsText: (slices, port) => endpointsText(itemsOf<EndpointSlice>(slices), port),
  since,
};

/** How a kind is described; kinds without a describer of their own print their fields. */
export function describerOf(kind: string): Describer {
  return [...describers, ...addedDescribers(tools)].find((describer) => describer.kind === kind) ?? describeAny;
}
