import type { ClusterPack } from '../cluster/boot.ts';
import { resourceMetrics } from '../kubelet/resourcemetrics.ts';
import { cpu } from '../runtime/cpu.ts';
import { api } from '../runtime/programs/api.ts';
import { database } from '../runtime/programs/database.ts';
import { phpapache } from '../runtime/programs/phpapache.ts';
import { queue } from '../runtime/programs/queue.ts';
import { stress } from '../runtime/programs/stress.ts';
import { worker } from '../runtime/programs/worker.ts';

/** What pods use, from the programs that use it to those who ask. */
export const metrics: ClusterPack = {
  cpu,
  metrics: resourceMetrics,
  containerPrograms: { api, 'apache2-foreground': phpapache, database, queue, stress, worker },
};
