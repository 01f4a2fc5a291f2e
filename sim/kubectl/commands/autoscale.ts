import { apiVersionOf } from '../../api/index.ts';
import type { JsonObject } from '../../api/meta.ts';
import { defineCommand, fail, type Job, type Step, textFailure } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, created, createOne } from '../creating.ts';
import { flag, isOn } from '../flags.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

/** kubectl autoscale: an autoscaler for what already runs. Follows pkg/cmd/autoscale/autoscale.go. */
export const autoscale = defineCommand({
  name: 'autoscale',
  usage: 'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]',
  summary: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  flags: `all! cpu-percent# filename/f* max# min# name ${CREATE_FLAGS}`,
  others: `kustomize/k recursive/R! ${CREATE_OTHERS}`,
  required: ['max'],
  start(job) {
    const [most, least] = [numberOf(job, 'max'), numberOf(job, 'min')];
    if (most < 1) return fail(`--max=MAXPODS is required and must be at least 1, max: ${most}`);
    if (most < least) {
      return fail(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${most}, min: ${least}`);
    }
    const selection = select(job, { allowsAll: isOn(job.args, 'all') });
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    return { failure: failures, visit: { targets, fetch: 'get', stopOnFailure: true } };
  },
  stages: {
    item(job): Step {
      const { plural } = job.item.target;
      const resource = resourceOf(plural);
      if (!resource.subresources.includes('scale')) {
        const text = `cannot autoscale a ${resource.kind}: no resource scaler`;
        return { failure: textFailure(text), exit: 1 };
      }
      return createOne(job, autoscaler(job), 'kubectl-autoscale', true, 'autoscaled');
    },
    created: created(undefined, 'autoscaled'),
  },
});

function numberOf({ args }: Job, name: string): number {
  return Number(flag(args, name) || -1);
}

function autoscaler(job: Job): JsonObject {
  const resource = resourceOf(job.item.target.plural);
  const { name } = job.item;
  const [least, cpu] = [numberOf(job, 'min'), numberOf(job, 'cpu-percent')];
  const target = { averageUtilization: cpu, type: 'Utilization' };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { creationTimestamp: null, name: flag(job.args, 'name') || name },
    spec: {
      maxReplicas: numberOf(job, 'max'),
      ...(cpu >= 0 ? { metrics: [{ resource: { name: 'cpu', target }, type: 'Resource' }] } : {}),
      ...(least > 0 ? { minReplicas: least } : {}),
      scaleTargetRef: { apiVersion: apiVersionOf(resource), kind: resource.kind, name },
    },
    status: { currentMetrics: null, desiredReplicas: 0 },
  };
}
