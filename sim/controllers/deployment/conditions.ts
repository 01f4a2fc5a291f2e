import type { DeploymentCondition } from '../../api/kinds/deployment.ts';
import { type ConditionStatus, getCondition, rfc3339 } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';

/** The conditions of a Deployment. */
export type Conditions = readonly DeploymentCondition[];

/** A condition as of now. */
export function condition(
  type: string,
  status: ConditionStatus,
  reason: string,
  message: string,
  now: Millis,
): DeploymentCondition {
  const time = rfc3339(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** Puts a condition last in the list, unless status and reason are there already. Upstream `SetDeploymentCondition`. */
export function withCondition(conditions: Conditions, next: DeploymentCondition): Conditions {
  const old = getCondition(conditions, next.type);
  if (old !== undefined && old.status === next.status && old.reason === next.reason) return conditions;
  const since = old?.status === next.status ? old.lastTransitionTime : next.lastTransitionTime;
  return [...without(conditions, next.type), { ...next, lastTransitionTime: since }];
}

/** The conditions without one type; the same list when there is none. */
export function without(conditions: Conditions, type: string): Conditions {
  return conditions.some((one) => one.type === type) ? conditions.filter((one) => one.type !== type) : conditions;
}
