import type { Millis } from '../kernel/message.ts';
import type { BackOff, KubeletState } from './state.ts';

const INITIAL_MS = 10_000;
const MAX_PULL_MS = 300_000;
/** A crash is forgiven when the container had run for so long; a failed pull after so long without another. */
const FORGET_MS = 600_000;

/** Whether, `now`, a thing that failed at `since` must still wait. Upstream: client-go `flowcontrol.Backoff`. */
export function isBackingOff(state: KubeletState, key: string, since: Millis, now: Millis): boolean {
  const entry = state.backOffs.get(key);
  if (entry === undefined || since - entry.updatedAt > FORGET_MS) return false;
  return now - since < entry.delayMs;
}

/** Counts one more failure: 10 s at first, then doubled. */
export function nextBackOff(state: KubeletState, key: string, since: Millis, now: Millis, message = ''): void {
  const entry = state.backOffs.get(key);
  const isNew = entry === undefined || since - entry.updatedAt > FORGET_MS;
  const limit = key.startsWith('crash ') ? state.config.maxCrashBackOffMs : MAX_PULL_MS;
  const delayMs = isNew ? INITIAL_MS : Math.min(entry.delayMs * 2, limit);
  state.backOffs.set(key, { delayMs, updatedAt: now, message });
}

/** The entry of a key, for its delay and message. */
export function backOffOf(state: KubeletState, key: string): BackOff {
  return state.backOffs.get(key) ?? { delayMs: 0, updatedAt: 0, message: '' };
}

/** A pod is gone: so are its failures. */
export function forgetBackOffs(state: KubeletState, uid: string): void {
  for (const key of [...state.backOffs.keys()]) if (key.includes(` ${uid}/`)) state.backOffs.delete(key);
}
