import { apiService } from '../api/kinds/apiservice.ts';
import { aggregation } from '../apiserver/aggregation.ts';
import type { Addon } from '../cluster/addons.ts';
import { type ClusterPack, CONTROL_PLANE } from '../cluster/boot.ts';
import { address } from '../kernel/message.ts';
import { resourceMetrics } from '../kubelet/resourcemetrics.ts';
import { metricsServer } from '../metrics/metricsserver.ts';
import { cpu } from '../runtime/cpu.ts';
import { api } from '../runtime/programs/api.ts';
import { database } from '../runtime/programs/database.ts';
import { phpapache } from '../runtime/programs/phpapache.ts';
import { queue } from '../runtime/programs/queue.ts';
import { stress } from '../runtime/programs/stress.ts';
import { worker } from '../runtime/programs/worker.ts';
import { metricsObjects } from './metricsobjects.ts';

const NAME = 'metrics-server';

const addon: Addon = {
  name: NAME,
  get objects() {
    return metricsObjects();
  },
  actors({ nodes }, token) {
    const config = { token: token(NAME), machines: nodes.map(({ name }) => name) };
    return [{ name: address(NAME), machine: CONTROL_PLANE, component: NAME, config }];
  },
};

/** What pods use, from the programs that use it to those who ask. */
export const metrics: ClusterPack = {
  kinds: [apiService],
  aggregation,
  programs: [metricsServer],
  addons: [addon],
  cpu,
  metrics: resourceMetrics,
  containerPrograms: { api, 'apache2-foreground': phpapache, database, queue, stress, worker },
};
