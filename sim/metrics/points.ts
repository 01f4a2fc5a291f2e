import type { Millis } from '../kernel/message.ts';
import type { ContainerStats } from '../protocol/cri.ts';

/** What a scrape told of one container, or of a node. */
export interface Point extends Pick<ContainerStats, 'startedAt' | 'cpuMs' | 'memoryBytes'> {
  readonly at: Millis;
}

/** The last two scrapes of one thing: CPU use is the difference of the two. */
export interface Pair {
  readonly last: Point;
  readonly previous: Point | undefined;
}

/** What was used in a window, as the API tells it. */
export interface Measured {
  readonly at: Millis;
  readonly windowMs: Millis;
  readonly usage: { readonly cpu: string; readonly memory: string };
}

/** metrics-server's --metric-resolution: how often kubelets are scraped. */
export const RESOLUTION_MS: Millis = 15_000;
/** A container that is younger than a resolution is measured from its start, once it is that old. */
const FRESH_MS: Millis = 10_000;

/** Upstream `pkg/storage/pod.go` Store: a restarted container has no earlier point. */
export function pairOf(point: Point, known: Pair | undefined): Pair {
  const age = point.at - point.startedAt;
  if (age > 0 && age < RESOLUTION_MS && age >= FRESH_MS) {
    return { last: point, previous: { ...point, at: point.startedAt, cpuMs: 0 } };
  }
  if (known === undefined || point.startedAt >= known.last.at) return { last: point, previous: undefined };
  return { last: point, previous: point.at > known.last.at ? known.last : known.previous };
}

/** Upstream `pkg/storage/types.go` resourceUsage; undefined while there is one point only. */
export function measure({ last, previous }: Pair): Measured | undefined {
  if (previous === undefined || last.at <= previous.at) return undefined;
  const windowMs = last.at - previous.at;
  const nano = Math.max(0, Math.round(((last.cpuMs - previous.cpuMs) / windowMs) * 1_000_000_000));
  const memory = Math.round(last.memoryBytes);
  const usage = {
    cpu: nano === 0 ? '0' : `${nano}n`,
    memory: memory % 1024 === 0 ? `${memory / 1024}Ki` : `${memory}`,
  };
  return { at: last.at, windowMs, usage };
}
