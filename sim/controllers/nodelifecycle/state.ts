import type { Millis } from '../../kernel/message.ts';
import type { GracePeriods, Health } from './health.ts';
import type { Eviction } from './taints.ts';
import type { EvictionRates, Zone } from './zones.ts';

/** The state of the node lifecycle controller. */
export interface NodeLifecycleState {
  monitorMs: Millis;
  grace: GracePeriods;
  rates: EvictionRates;
  startedAt: Millis;
  /** Nodes it has announced, by name: their uid. */
  known: Map<string, string>;
  health: Map<string, Health>;
  zones: Map<string, Zone>;
  /** NoExecute taints decided and not yet seen on the node. */
  evictions: Map<string, Eviction>;
}
