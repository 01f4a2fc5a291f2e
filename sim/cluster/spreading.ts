import { assert } from '../kernel/assert.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Value } from '../kernel/value.ts';
import type { Actor } from '../kernel/world.ts';
import type { SceneReplica } from '../view/scene.ts';
import type { ClusterShape } from './shape.ts';

/** Lays processes out for a control plane of several machines. */
export type Spread = (shape: ClusterShape, actors: readonly Actor[]) => readonly Actor[];

/** A pack brings it: few clusters have several API servers. */
export const spreading: {
  spread?: Spread;
  /** What the processes of a component say of themselves together. */
  inspect?: (simulation: Simulation, component: string) => Value;
  /** Each of them, for pictures. */
  replicas?: (simulation: Simulation) => readonly SceneReplica[];
} = {};

/** The processes where they run: as they are with one API server, else as the pack lays them out. */
export function placed(shape: ClusterShape, actors: readonly Actor[]): readonly Actor[] {
  if ((shape.apiServers ?? 1) === 1) return actors;
  assert(spreading.spread !== undefined, 'several API servers come with a pack of their own');
  return spreading.spread(shape, actors);
}
