import type { Millis } from '../kernel/message.ts';

/** What a controller has asked for and not yet seen in its cache: how many creations, and which objects deleted. */
export interface Expectation {
  readonly creations: number;
  /** `ns/name` of each object whose deletion is still to be observed. */
  readonly deletions: readonly string[];
  readonly since: Millis;
}

/**
 * Keeps a controller from acting twice on a stale cache: it waits until it has observed its own writes. By the
 * controller's key. Follows `pkg/controller/controller_utils.go` ControllerExpectations; they expire after 5 minutes.
 */
export type Expectations = Map<string, Expectation>;

const TIMEOUT_MS = 300_000;

/** Waits for so many creations. */
export function expectCreations(expectations: Expectations, key: string, creations: number, now: Millis): void {
  expectChanges(expectations, key, creations, [], now);
}

/** Waits for these objects (`ns/name`) to be deleted, or to be marked for it. */
export function expectDeletions(
  expectations: Expectations,
  key: string,
  deletions: readonly string[],
  now: Millis,
): void {
  expectChanges(expectations, key, 0, deletions, now);
}

/** Waits for both. */
export function expectChanges(
  expectations: Expectations,
  key: string,
  creations: number,
  deletions: readonly string[],
  now: Millis,
): void {
  expectations.set(key, { creations, deletions, since: now });
}

/** One creation was seen, or will never be. */
export function observeCreation(expectations: Expectations, key: string, count = 1): void {
  const waiting = expectations.get(key);
  if (waiting !== undefined && waiting.creations > 0) {
    expectations.set(key, { ...waiting, creations: Math.max(0, waiting.creations - count) });
  }
}

/** This deletion was seen, or will never be. Seeing it twice changes nothing. */
export function observeDeletion(expectations: Expectations, key: string, object: string): void {
  const waiting = expectations.get(key);
  if (waiting?.deletions.includes(object)) {
    expectations.set(key, { ...waiting, deletions: waiting.deletions.filter((name) => name !== object) });
  }
}

/** Whether the controller may act: all was observed, or too much time has gone by. */
export function isSatisfied(expectations: Expectations, key: string, now: Millis): boolean {
  const waiting = expectations.get(key);
  if (waiting === undefined) return true;
  if (waiting.creations === 0 && waiting.deletions.length === 0) return true;
  return now - waiting.since > TIMEOUT_MS;
}
