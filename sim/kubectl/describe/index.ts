import { describeBindings, describeRoles, describeSecret } from './access.ts';
import type { Describer } from './describer.ts';
import { networkingDescribers } from './networking.ts';
import { describeNode } from './node.ts';
import {
  describeAny,
  describeConfigMap,
  describeEndpointSlice,
  describeNamespace,
  describeService,
  describeServiceAccount,
} from './others.ts';
import { describePod } from './pod.ts';
import { policyDescribers } from './policy.ts';
import { storageDescribers } from './storage.ts';
import { describeDeployment, describeReplicaSet } from './workloads.ts';

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
  ...storageDescribers,
  ...networkingDescribers,
];

/** How a kind is described; kinds without a describer of their own print their fields. */
export function describerOf(kind: string): Describer {
  return describers.find((describer) => describer.kind === kind) ?? describeAny;
}
