import { apiServer } from '../apiserver/apiserver.ts';
import { etcd } from '../etcd/etcd.ts';
import type { EtcdConfig } from '../etcd/state.ts';
import type { NetworkOptions } from '../kernel/network.ts';
import { Simulation, type SimulationOptions } from '../kernel/simulation.ts';
import { createWorld } from '../kernel/world.ts';
import { etcdProcesses } from '../protocol/etcd.ts';
import { API_SERVER } from '../protocol/http.ts';

/** What the storage alone is made of. */
export interface StorageShape {
  readonly seed: number;
  readonly members: number;
  readonly network: Partial<NetworkOptions>;
  readonly etcd: EtcdConfig;
}

/** The members of etcd and one API server, without anybody who uses them: what the fuzz breaks. */
export function createStorage(shape: StorageShape, options: SimulationOptions): Simulation {
  const world = createWorld(shape.seed, shape.network);
  const simulation = new Simulation(world, { [etcd.name]: etcd, [apiServer.name]: apiServer }, options);
  const cluster = etcdProcesses(shape.members);
  for (const name of cluster) {
    simulation.spawn({ name, machine: name, component: etcd.name, config: { ...shape.etcd, cluster } });
  }
  simulation.spawn({
    name: API_SERVER,
    machine: 'control-plane',
    component: apiServer.name,
    config: { etcd: cluster },
  });
  return simulation;
}
