import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import { armRelist } from './pleg.ts';
import { isEnding, type KubeletState, type PodWork, type StartRun, updateWork } from './state.ts';

const RETRY_MS = 10_000;
const MAX_RETRY_MS = 60_000;

/**
 * The sync is over. What failed is tried again later; what was done is seen by the next relist, and only then is the
 * pod synced again. Upstream: `pod_workers.go` completeWork.
 */
export function finishRun(state: KubeletState, uid: string, run: StartRun, io: IO): void {
  const { hasActed, hasFailed, backOffUntil } = run;
  const work = updateWork(state, uid, { run: undefined, stage: 'synced', isStale: hasActed });
  if (work === undefined) return;
  if (hasFailed || backOffUntil !== undefined) retryLater(state, work, backOffUntil, io);
  if (hasActed) armRelist(state, io);
  if (work.isPending || isEnding(work)) io.after(0, 'pod/sync', { uid });
}

/** With back-off: when it ends; else after 10 s. At most a minute, plus up to half of it at random. */
export function retryLater(state: KubeletState, work: PodWork, backOffUntil: Millis | undefined, io: IO): void {
  const wanted = backOffUntil === undefined ? RETRY_MS : backOffUntil - io.now;
  const delay = Math.max(0, Math.min(wanted, MAX_RETRY_MS));
  const turn = work.turn + 1;
  updateWork(state, work.uid, { turn });
  io.after(delay + io.random('retry', (delay >> 1) + 1), 'pod/retry', { uid: work.uid, turn });
}
