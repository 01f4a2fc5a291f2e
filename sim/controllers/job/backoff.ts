import type { Pod } from '../../api/kinds/pod.ts';
import { parseTime } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { readyCondition } from '../pods.ts';

/** What is remembered of a Job's failures: how many since the last success, and when the last one was. */
export interface BackOff {
  readonly failures: number;
  readonly lastFailure: Millis;
}

const FIRST_MS = 10_000;
const MOST_MS = 600_000;

/** When a pod ended: its last container, or else what comes nearest. Upstream getFinishedTime. */
export function finishedAt({ metadata, status }: Pod): Millis {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => parseTime(state?.terminated?.finishedAt));
  const known = ends.filter((end) => end !== undefined);
  if (ends.length > 0 && known.length === ends.length) return Math.max(...known);
  const fallback = readyStopped(status) ?? metadata.deletionTimestamp ?? metadata.creationTimestamp;
  return parseTime(fallback) ?? 0;
}

function readyStopped(status: Pod['status']): string | null | undefined {
  const ready = readyCondition({ status } as Pod);
  return ready?.status === 'False' ? ready.lastTransitionTime : undefined;
}

/** The record with pods that have ended since; only failures after the last success count. Upstream backoff_utils.go. */
export function recordEnds(before: BackOff | undefined, succeeded: readonly Pod[], failed: readonly Pod[]): BackOff {
  const old = before ?? { failures: 0, lastFailure: 0 };
  const times = failed.map(finishedAt);
  if (succeeded.length === 0) {
    if (failed.length === 0) return old;
    return { failures: old.failures + failed.length, lastFailure: Math.max(...times) };
  }
  const success = Math.max(...succeeded.map(finishedAt));
  const later = times.filter((time) => time > success);
  return { failures: later.length, lastFailure: later.length === 0 ? 0 : Math.max(...later) };
}

/** How long no pod may be created: 10 s after the first failure, doubled by each further one, at most 10 min. */
export function remainingBackOff({ failures, lastFailure }: BackOff, now: Millis): Millis {
  if (failures === 0) return 0;
  const wait = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 30), MOST_MS);
  return Math.max(0, lastFailure + wait - now);
}
