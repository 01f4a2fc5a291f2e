import type { Deployment } from '../../api/kinds/deployment.ts';
import type { IntOrString } from '../../api/meta.ts';

/** How many pods a rolling update may add and miss. Upstream `ResolveFenceposts` in deployment_util.go. */
export interface Fenceposts {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/**
 * A surge rounds up, unavailability rounds down; where both come to 0, one pod may be missing. Without rolling
 * update: 0, 0.
 */
export function fencepostsOf({ spec }: Deployment): Fenceposts {
  if (!isRolling(spec.strategy?.type)) return { maxSurge: 0, maxUnavailable: 0 };
  const replicas = spec.replicas ?? 1;
  const maxSurge = scaled(spec.strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, true);
  const allowed = scaled(spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas, false);
  const maxUnavailable = maxSurge === 0 && allowed === 0 ? 1 : allowed;
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}

/** Whether a strategy (or its default) is RollingUpdate. */
export function isRolling(strategy: string | undefined): boolean {
  return strategy !== 'Recreate';
}

function scaled(value: IntOrString, total: number, isUp: boolean): number {
  if (typeof value === 'number') return value;
  const hundredths = Number.parseInt(value, 10) * total;
  return isUp ? Math.ceil(hundredths / 100) : Math.floor(hundredths / 100);
}
