import type { NodeInfo } from './nodeinfo.ts';
import { MAX_SCORE } from './plugin.ts';
import type { Amounts } from './requests.ts';

/** Upstream ScoringStrategy: which use of a node is good. */
export interface ScoringStrategy {
  readonly type?: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  /** Default: cpu and memory, each with weight 1. */
  readonly resources?: readonly { readonly name: string; readonly weight?: number }[];
  readonly requestedToCapacityRatio?: { readonly shape?: readonly ShapePoint[] };
}

/** A point of the curve: utilization 0 to 100 in percent, score 0 to 10. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

const BOTH = [{ name: 'cpu' }, { name: 'memory' }];
/** Upstream's MaxCustomPriorityScore: the scale of a shape. */
const MAX_SHAPE_SCORE = 10;

/** The score of a node with the pod on it; a resource that the node has none of does not count. */
export function resourceScore(strategy: ScoringStrategy, info: NodeInfo, wanted: Amounts): number {
  const { type = 'LeastAllocated', resources = BOTH, requestedToCapacityRatio } = strategy;
  const shape = requestedToCapacityRatio?.shape ?? [];
  const isRatio = type === 'RequestedToCapacityRatio';
  const { allocatable } = info;
  let sum = 0;
  let weights = 0;
  for (const { name, weight = 1 } of resources as readonly { readonly name: string; readonly weight?: number }[]) {
    const capacity = allocatable[name] ?? 0;
    const asked = wanted[name] ?? 0;
    if (capacity === 0 || (asked === 0 && !isNative(name))) continue;
    const requested = (info.scored[name] ?? info.requested[name] ?? 0) + asked;
    const score = isRatio ? onShape(shape, requested, capacity) : SIMPLE[type](requested, capacity);
    if (isRatio && score <= 0) continue;
    sum += score * weight;
    weights += weight;
  }
  if (weights === 0) return 0;
  return isRatio ? Math.round(sum / weights) : Math.trunc(sum / weights);
}

const SIMPLE = {
  LeastAllocated: (requested: number, capacity: number) =>
    requested > capacity ? 0 : Math.trunc(((capacity - requested) * MAX_SCORE) / capacity),
  MostAllocated: (requested: number, capacity: number) =>
    Math.trunc((Math.min(requested, capacity) * MAX_SCORE) / capacity),
};

/** Straight lines between the points; the ends go on level. */
function onShape(shape: readonly ShapePoint[], requested: number, capacity: number): number {
  const used = requested > capacity ? 100 : Math.trunc((requested * 100) / capacity);
  const points = shape.map(({ utilization, score }) => ({ utilization, score: (score * MAX_SCORE) / MAX_SHAPE_SCORE }));
  const index = points.findIndex(({ utilization }) => used <= utilization);
  const [before, point] = [points[index - 1], points[index]];
  if (point === undefined) return points.at(-1)?.score ?? 0;
  if (before === undefined) return point.score;
  const rise = (point.score - before.score) * (used - before.utilization);
  return before.score + Math.trunc(rise / (point.utilization - before.utilization));
}

/** Resources that every node has; a pod that asks for none of another is not weighed by it. */
function isNative(name: string): boolean {
  return ['cpu', 'memory', 'ephemeral-storage'].includes(name);
}
