import type { Lease } from '../../api/kinds/lease.ts';
import type { Node, NodeCondition } from '../../api/kinds/node.ts';
import { type ConditionStatus, getCondition, parseTime, rfc3339 } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';

/**
 * What the controller knows of a node's health. The clock is its own: kubelets' times are only compared with each
 * other.
 */
export interface Health {
  /** When a sign of life was last noticed. */
  readonly probedAt: Millis;
  /** Ready.lastHeartbeatTime and Lease.renewTime as seen then; undefined when there was none. */
  readonly heartbeat: string | undefined;
  readonly renewed: string | undefined;
  /** Ready as it is to be judged: Unknown once a node is late, even before that is written. */
  readonly status: ConditionStatus | undefined;
  readonly isLate: boolean;
  /** Pods on the node must still be marked not ready. */
  readonly hasPodsToMark: boolean;
}

/** How long a node may be silent, in milliseconds. */
export interface GracePeriods {
  readonly graceMs: Millis;
  /** For a node that never reported. */
  readonly startupMs: Millis;
}

/** Looks at a node once. Upstream `tryUpdateNodeHealth` in node_lifecycle_controller.go. */
export function probe(
  node: Node,
  lease: Lease | undefined,
  old: Health | undefined,
  grace: GracePeriods,
  now: Millis,
): Health {
  const ready = readyOf(node);
  const heartbeat = ready === undefined ? undefined : (ready.lastHeartbeatTime ?? '');
  const renewed = lease?.spec?.renewTime;
  const isRenewed = renewed !== undefined && (old?.renewed === undefined || old.renewed < renewed);
  const isSeen = old === undefined || old.heartbeat !== heartbeat;
  const isBlank = old === undefined && ready === undefined;
  const firstSeen = isBlank ? (parseTime(node.metadata.creationTimestamp) ?? now) : now;
  const probedAt = isRenewed ? now : isSeen ? firstSeen : old.probedAt;
  const isLate = now > probedAt + (ready === undefined ? grace.startupMs : grace.graceMs);
  return {
    probedAt,
    heartbeat,
    renewed: isRenewed ? renewed : old?.renewed,
    status: isLate ? 'Unknown' : ready?.status,
    isLate,
    hasPodsToMark: old?.hasPodsToMark ?? false,
  };
}

/** The node's Ready condition. */
export function readyOf(node: Node): NodeCondition | undefined {
  return getCondition(node.status?.conditions, 'Ready');
}

const JUDGED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The node's conditions when nothing is heard of it. NetworkUnavailable is the control plane's and stays. */
export function unknownConditions(node: Node, now: Millis): readonly NodeCondition[] {
  const conditions = node.status?.conditions ?? [];
  const time = rfc3339(now);
  const kept = conditions.map((condition): NodeCondition => {
    if (!JUDGED.includes(condition.type) || condition.status === 'Unknown') return condition;
    const text = { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
    return { ...condition, ...text, status: 'Unknown', lastTransitionTime: time };
  });
  const missing = JUDGED.filter((type) => getCondition(conditions, type) === undefined);
  const added = missing.map(
    (type): NodeCondition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: time,
    }),
  );
  return [...kept, ...added];
}
