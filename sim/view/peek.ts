import type { KubeObject } from '../api/meta.ts';
import type { Address, AnyMessage, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { SceneReplica } from './scene.ts';

/**
 * One instant of a cluster, as pictures and tables may see it: read only, and never a component itself. `sim/cluster`
 * makes it from the world; tests make it by hand.
 */
export interface Peek {
  readonly now: Millis;
  /** Every message on its way, timers included, in the order in which they will be delivered. */
  readonly queue: readonly AnyMessage[];
  /** The processes of a control plane of several machines; none where there is one API server. */
  replicas(): readonly SceneReplica[];
  /** All actors in the order in which they were added. `machine` is where it runs. */
  readonly actors: readonly { readonly name: Address; readonly machine: string }[];
  /** A component's own account of itself; undefined for an unknown actor. */
  inspect(name: Address): Value;
  isUp(name: Address): boolean;
  /** The objects of a resource by its plural, as etcd has them, in key order. Empty for an unknown plural. */
  objects(plural: string): readonly KubeObject[];
  /** Machines without power. */
  readonly machinesDown: ReadonlySet<string>;
  /** Machines that reach no other machine. */
  readonly isolated: ReadonlySet<string>;
  /** Links that carry nothing, as `a|b` in alphabetical order. */
  readonly cut: ReadonlySet<string>;
  /** Lasting connections (open watches), as [client, server]. */
  readonly streams: readonly (readonly [Address, Address])[];
}
