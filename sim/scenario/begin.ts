import { type ClusterOptions, createCluster, openTimeline } from '../cluster/boot.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { forkWorld, type World } from '../kernel/world.ts';
import { type ScenarioFile, shapeFromScenario } from './scenario.ts';

/** A scenario's history from 0. A scenario boots once; each history over it begins in a copy of that world. */
export function begin(scenario: ScenarioFile, options: ClusterOptions): Timeline {
  if (options.freeze === true) return createCluster(shapeFromScenario(scenario), options);
  const world = booted.get(scenario) ?? createCluster(shapeFromScenario(scenario)).world;
  booted.set(scenario, world);
  return openTimeline(forkWorld(world), options);
}

/** The world of each scenario at 0. */
const booted = new WeakMap<ScenarioFile, World>();
