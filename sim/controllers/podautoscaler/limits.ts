import type { AutoscalerSpec, ScalingRules } from '../../api/autoscaling/spec.ts';
import type { Millis } from '../../kernel/message.ts';

/** A size that was recommended, or a change that was made, and when. */
export interface Recommendation {
  readonly replicas: number;
  readonly at: Millis;
}

/** What is remembered of an autoscaler between two looks. */
export interface Memory {
  readonly recommendations: readonly Recommendation[];
  /** Pods added and removed, the newest last. */
  readonly ups: readonly Recommendation[];
  readonly downs: readonly Recommendation[];
  /** How many pods there were at the last look. */
  readonly size?: number;
}

/** The size after all bounds, and what is said about them. */
export interface Limited {
  readonly replicas: number;
  readonly ableToScale: readonly [reason: string, message: string];
  readonly isLimited: boolean;
  readonly limit: readonly [reason: string, message: string];
}

const DOWN_WINDOW_MS: Millis = 300_000;
const READY = ['ReadyForNewScale', 'recommended size matches current size'] as const;
const WITHIN = ['DesiredWithinRange', 'the desired count is within the acceptable range'] as const;
const FEW = ['TooFewReplicas', 'the desired replica count is less than the minimum replica count'] as const;
const MANY = ['TooManyReplicas', 'the desired replica count is more than the maximum replica count'] as const;
const FAST = ['ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate'] as const;
const SLOW = ['ScaleDownLimit', 'the desired replica count is decreasing faster than the maximum scale rate'] as const;
const HIGHER = [
  'ScaleDownStabilized',
  'recent recommendations were higher than current one, applying the highest recent recommendation',
] as const;
const LOWER = [
  'ScaleUpStabilized',
  'recent recommendations were lower than current one, applying the lowest recent recommendation',
] as const;

/** Upstream normalizeDesiredReplicas, and with a behavior normalizeDesiredReplicasWithBehaviors. */
export function limit(spec: AutoscalerSpec, memory: Memory, current: number, wanted: number, now: Millis): Limited {
  const { minReplicas = 1, maxReplicas, behavior } = spec;
  const up = windowOf(behavior?.scaleUp, 0);
  const down = windowOf(behavior?.scaleDown, DOWN_WINDOW_MS);
  const stable =
    behavior === undefined
      ? Math.max(wanted, ...within(memory.recommendations, DOWN_WINDOW_MS, now))
      : stabilize(memory.recommendations, [up, down], current, wanted, now);
  const why = behavior !== undefined && wanted >= current ? LOWER : HIGHER;
  const ableToScale = stable === wanted ? READY : why;
  const [replicas, text] =
    behavior === undefined
      ? plainBounds(current, stable, minReplicas, maxReplicas)
      : ruledBounds(spec, memory, current, stable, now);
  return { replicas, ableToScale, isLimited: replicas !== stable, limit: text };
}

function windowOf(rules: ScalingRules | undefined, otherwise: Millis): Millis {
  const seconds = rules?.stabilizationWindowSeconds;
  return seconds === undefined ? otherwise : seconds * 1000;
}

function within(recent: readonly Recommendation[], windowMs: Millis, now: Millis): readonly number[] {
  return recent.filter(({ at }) => at > now - windowMs).map(({ replicas }) => replicas);
}

/** Not below the lowest of the way up, not above the highest of the way down. */
function stabilize(
  recent: readonly Recommendation[],
  [up, down]: readonly [Millis, Millis],
  current: number,
  wanted: number,
  now: Millis,
): number {
  const least = Math.min(wanted, ...within(recent, up, now));
  const most = Math.max(wanted, ...within(recent, down, now));
  return Math.min(Math.max(current, least), most);
}

type Bounded = readonly [replicas: number, text: readonly [string, string]];

/** Without rules: twice as many at most, or four. */
function plainBounds(current: number, wanted: number, least: number, most: number): Bounded {
  const fast = Math.max(2 * current, 4);
  if (wanted < least) return [least, FEW];
  const top = Math.min(most, fast);
  return wanted > top ? [top, most > fast ? FAST : MANY] : [wanted, WITHIN];
}

function ruledBounds(spec: AutoscalerSpec, memory: Memory, current: number, wanted: number, now: Millis): Bounded {
  const { minReplicas: least = 1, maxReplicas: most, behavior } = spec;
  if (wanted > current) {
    const fast = Math.max(current, rate(behavior?.scaleUp, memory, current, 1, now));
    const top = Math.min(most, fast);
    if (wanted > top) return [top, most > fast ? FAST : MANY];
  } else if (wanted < current) {
    const slow = Math.min(current, rate(behavior?.scaleDown, memory, current, -1, now));
    const bottom = Math.max(least, slow);
    if (wanted < bottom) return [bottom, least < slow ? SLOW : FEW];
  }
  return [wanted, WITHIN];
}

/** How far the policies let it go: from what there was when each one's period began. */
function rate(rules: ScalingRules = {}, memory: Memory, current: number, sign: 1 | -1, now: Millis): number {
  const { selectPolicy = 'Max', policies = [] } = rules;
  if (selectPolicy === 'Disabled') return current;
  const sum = (changes: readonly Recommendation[], ms: Millis) => {
    return within(changes, ms, now).reduce((total, change) => total + change, 0);
  };
  const bounds = policies.map(({ type, value, periodSeconds }) => {
    const start = current - sum(memory.ups, periodSeconds * 1000) + sum(memory.downs, periodSeconds * 1000);
    if (type === 'Pods') return start + sign * value;
    const share = start * (1 + (sign * value) / 100);
    return sign > 0 ? Math.ceil(share) : Math.trunc(share);
  });
  const isFarthest = selectPolicy !== 'Min';
  return isFarthest === sign > 0 ? Math.max(...bounds) : Math.min(...bounds);
}

const MOST_KEPT_MS: Millis = 3_600_000;

/** Remembers a recommendation; those that no window can reach any more are forgotten. */
export function remember(memory: Memory, replicas: number, now: Millis): Memory {
  const recent = (list: readonly Recommendation[]) => list.filter(({ at }) => at > now - MOST_KEPT_MS);
  return { ...memory, recommendations: [...recent(memory.recommendations), { replicas, at: now }] };
}

/** Remembers a change of size. */
export function rememberChange(memory: Memory, from: number, to: number, now: Millis): Memory {
  const recent = (list: readonly Recommendation[]) => list.filter(({ at }) => at > now - MOST_KEPT_MS);
  const change = { replicas: Math.abs(to - from), at: now };
  return to > from
    ? { ...memory, ups: [...recent(memory.ups), change] }
    : { ...memory, downs: [...recent(memory.downs), change] };
}
