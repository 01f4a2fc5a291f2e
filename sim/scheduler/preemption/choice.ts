import { priorityOf } from '../framework.ts';
import type { Preemption } from '../plugin.ts';
import { startOf } from './victims.ts';

/** Added to each priority, so that fewer victims are better even where priorities are negative. */
const SHIFT = 2 ** 31;

/** The rules, one after another: each keeps the candidates that have the least of what it counts. */
const RULES: readonly ((candidate: Preemption) => number)[] = [
  ({ violations }) => violations,
  ({ victims }) => highest(victims),
  ({ victims }) => victims.reduce((sum, victim) => sum + priorityOf(victim) + SHIFT, 0),
  ({ victims }) => victims.length,
  (candidate) => -earliestStart(candidate),
];

/**
 * The candidate whose victims are missed least: the fewest broken budgets, the lowest highest priority, the lowest sum
 * of priorities, the fewest victims, the most important victims that started last; then the first. Upstream:
 * `preemption.go` pickOneNodeForPreemption.
 */
export function pickOne(candidates: readonly Preemption[]): Preemption {
  let left = candidates;
  for (const rule of RULES) {
    const values = left.map(rule);
    const least = values.reduce((a, b) => Math.min(a, b));
    left = left.filter((_, index) => values[index] === least);
    if (left.length === 1) break;
  }
  return left[0] as Preemption;
}

function highest(victims: Preemption['victims']): number {
  return victims.reduce((most, victim) => Math.max(most, priorityOf(victim)), Number.NEGATIVE_INFINITY);
}

/** Of the most important victims, the start of the one that has run longest. */
function earliestStart({ victims }: Preemption): number {
  const most = highest(victims);
  return victims
    .filter((victim) => priorityOf(victim) === most)
    .reduce((first, one) => Math.min(first, startOf(one)), Number.MAX_SAFE_INTEGER);
}
