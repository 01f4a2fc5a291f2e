import type { Pod } from '../../api/kinds/pod.ts';
import type { IO } from '../../kernel/component.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Usage } from '../../protocol/cri.ts';
import type { Housekeeping } from '../housekeeping.ts';
import { podEvent } from '../podevents.ts';
import { syncPod } from '../podworker.ts';
import { nodeEvent } from '../registration.ts';
import { isEnding, type KubeletState, type PodWork, updateWork } from '../state.ts';
import { exceededText, ranked } from './ranking.ts';
import {
  conditionOf,
  crossed,
  isOfDisk,
  keyOf,
  metText,
  type Observations,
  observe,
  type Threshold,
  thresholdsOf,
} from './thresholds.ts';

const TRANSITION_MS = 300_000;
const HARD_GRACE_SECONDS = 1;
/** `system-cluster-critical` and above. */
const CRITICAL = 2_000_000_000;

/** What a look at the node means: what is to be remembered, and the threshold for which something must be given up. */
export interface Look {
  readonly remember: Pick<Housekeeping, 'conditions' | 'conditionsSeenAt' | 'metSince'>;
  readonly reclaim: Threshold | undefined;
}

/**
 * Compares what is free with the thresholds: the node's conditions hold for five minutes after the last sign, and soft
 * thresholds count after their grace period. Upstream: `eviction/eviction_manager.go` synchronize. Leaves out: minimum
 * reclaim, inodes, PIDs, allocatableMemory.available, limits of emptyDir and of ephemeral storage, a disk of its own
 * for images, and that the kernel ends a process itself when memory is gone before kubelet looks.
 */
export function lookAt({ config, housekeeping }: KubeletState, usage: Usage, now: Millis): Look {
  const observations = observe(config, usage);
  const met = crossed(thresholdsOf(config), observations);
  const before = housekeeping?.metSince ?? {};
  const metSince = Object.fromEntries(met.map((each) => [keyOf(each), before[keyOf(each)] ?? now]));
  const seen = Object.fromEntries(met.map((each) => [conditionOf(each), now]));
  const conditionsSeenAt = { ...housekeeping?.conditionsSeenAt, ...seen };
  const period = config.eviction?.evictionPressureTransitionPeriodMs ?? TRANSITION_MS;
  const conditions = Object.keys(conditionsSeenAt).filter((type) => now - (conditionsSeenAt[type] ?? 0) < period);
  const reclaim = met.find((each) => now - (metSince[keyOf(each)] ?? now) >= each.graceMs);
  return { remember: { conditions, conditionsSeenAt, metSince }, reclaim };
}

/** Whether no threshold at all is crossed any more. */
export function isRelieved({ config }: KubeletState, usage: Usage): boolean {
  return crossed(thresholdsOf(config), observe(config, usage)).length === 0;
}

/** Says on the node that something is being given up. */
export function announce(state: KubeletState, threshold: Threshold, io: IO): void {
  const resource = isOfDisk(threshold) ? 'ephemeral-storage' : 'memory';
  nodeEvent(state, 'EvictionThresholdMet', io, `Attempting to reclaim ${resource}`, 'Warning');
}

/** Ends the pod that ranks first; gives its uid, or '' when there is none to end. */
export function evictOne(state: KubeletState, threshold: Threshold, usage: Usage, io: IO): string {
  const resource = isOfDisk(threshold) ? 'ephemeral-storage' : 'memory';
  const active = [...state.works.values()].filter(isActive);
  const first = ranked(active, usage.containers, resource).find(({ pod }) => !isCritical(pod));
  if (first === undefined) return '';
  const observations: Observations = observe(state.config, usage);
  const low = `The node was low on resource: ${resource}. `;
  const message = low + metText(threshold, observations) + exceededText(first, usage.containers, resource);
  const soft = state.config.eviction?.evictionMaxPodGracePeriod ?? 0;
  const graceSeconds = threshold.graceMs === 0 ? HARD_GRACE_SECONDS : soft;
  podEvent(state, io, first, 'Warning', 'Evicted', message);
  const { name } = first.pod.metadata;
  io.note({ what: 'kubelet/evicted', about: `pod/${name}`, node: state.config.node, resource });
  const condition = { type: 'DisruptionTarget', status: 'True' as const, reason: 'TerminationByKubelet', message };
  updateWork(state, first.uid, { ended: { reason: 'Evicted', message, graceSeconds, condition } });
  syncPod(state, first.uid, io);
  return first.uid;
}

/** Why a node under pressure does not take a pod; undefined when it does. Upstream: the same file, Admit. */
export function refusal({ housekeeping }: KubeletState, pod: Pod): string | undefined {
  const { conditions = [] } = housekeeping ?? {};
  if (conditions.length === 0 || isCritical(pod)) return undefined;
  const isMemoryOnly = conditions.length === 1 && conditions[0] === 'MemoryPressure';
  if (isMemoryOnly && (pod.status?.qosClass !== 'BestEffort' || toleratesPressure(pod))) return undefined;
  return `The node had condition: [${conditions.join(' ')}]. `;
}

function toleratesPressure({ spec }: Pod): boolean {
  return (spec.tolerations ?? []).some(({ key = '', operator = 'Equal', value = '', effect = 'NoSchedule' }) => {
    const isKey = key === 'node.kubernetes.io/memory-pressure' || (key === '' && operator === 'Exists');
    return isKey && effect === 'NoSchedule' && (operator === 'Exists' || value === '');
  });
}

function isActive(work: PodWork): boolean {
  const { stage, view, ended } = work;
  if (stage === 'rejected' || stage === 'terminated' || ended !== undefined || isEnding(work)) return false;
  return view.containers.some(({ state }) => state === 'running');
}

function isCritical({ spec, metadata }: Pod): boolean {
  return (spec.priority ?? 0) >= CRITICAL || metadata.annotations?.['kubernetes.io/config.source'] === 'file';
}
