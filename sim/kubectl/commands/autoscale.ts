import { apiVersionOf } from '../../api/index.ts';
import type { JsonObject } from '../../api/meta.ts';
import { canonicalQuantity, parseQuantity } from '../../api/quantity.ts';
import { defineCommand, err, fail, type Job, type Step, textFailure } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, created, createOne } from '../creating.ts';
import { flag, isOn } from '../flags.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

/** kubectl autoscale: an autoscaler for what already runs. Follows pkg/cmd/autoscale/autoscale.go. */
export const autoscale = defineCommand({
  name: 'autoscale',
  usage: 'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  summary: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  flags: `all! cpu cpu-percent# memory filename/f* max# min# name ${CREATE_FLAGS}`,
  others: `kustomize/k recursive/R! ${CREATE_OTHERS}`,
  required: ['max'],
  start(job) {
    const step = begin(job);
    const warnings = flag(job.args, 'cpu-percent') ? err(DEPRECATED) : [];
    return { ...step, print: [...warnings, ...(step.print ?? [])] };
  },
  stages: {
    item(job): Step {
      const { plural } = job.item.target;
      const resource = resourceOf(plural);
      if (!resource.subresources.includes('scale')) {
        const { group, version } = resource;
        const why = `could not find scale subresource for ${group}/${version}, Resource=${plural} in discovery information`;
        const text = `cannot autoscale a ${resource.kind}: ${why}`;
        return { failure: textFailure(text), exit: 1 };
      }
      return createOne(job, autoscaler(job), 'kubectl-autoscale', true, 'autoscaled');
    },
    created: created(undefined, 'autoscaled'),
  },
});

const DEPRECATED =
  'Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format ' +
  "(e.g., '70%' for utilization or '500m' for milliCPU).";

function numberOf({ args }: Job, name: string): number {
  return Number(flag(args, name) || -1);
}

function begin(job: Job): Step {
  const mistake = mistakeIn(job);
  if (mistake !== undefined) return fail(mistake);
  const selection = select(job, { allowsAll: isOn(job.args, 'all') });
  if ('error' in selection) return fail(selection.error);
  const { targets, failures } = selection;
  return { failure: failures, visit: { targets, fetch: 'get', stopOnFailure: true } };
}

function mistakeIn(job: Job): string | undefined {
  const [most, least] = [numberOf(job, 'max'), numberOf(job, 'min')];
  if (most < 1) return `--max=MAXPODS is required and must be at least 1, max: ${most}`;
  if (most < least) return `--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${most}, min: ${least}`;
  if (numberOf(job, 'cpu-percent') > 0 && flag(job.args, 'cpu'))
    return '--cpu-percent and --cpu are mutually exclusive';
  const targets = RESOURCES.map((name) => targetOf(name, flag(job.args, name)));
  return targets.find((target) => typeof target === 'string');
}

const RESOURCES = ['cpu', 'memory'] as const;

/** `70%` of what was requested, or an amount; a bare number is of milliCPU or mebibytes. A text is what is wrong. */
function targetOf(name: (typeof RESOURCES)[number], given: string): JsonObject | string | undefined {
  const input = given.trim();
  if (given === '') return undefined;
  if (input === '') return 'empty input';
  if (input.endsWith('%')) {
    const percent = input.slice(0, -1);
    if (!/^\+?\d+$/.test(percent)) return `invalid percentage value: ${percent}`;
    return { averageUtilization: Number(percent), type: 'Utilization' };
  }
  const amount = Number.isFinite(Number(input)) ? `${Number(input)}${name === 'cpu' ? 'm' : 'Mi'}` : input;
  if (!parseQuantity(amount).ok) return `invalid resource ${name} value: ${input}`;
  return { averageValue: canonicalQuantity(amount), type: 'AverageValue' };
}

function metricsOf(job: Job): readonly JsonObject[] {
  const percent = numberOf(job, 'cpu-percent');
  const wanted = [
    ['cpu', percent > 0 ? { averageUtilization: percent, type: 'Utilization' } : undefined] as const,
    ...RESOURCES.map((name) => [name, targetOf(name, flag(job.args, name))] as const),
  ];
  return wanted.flatMap(([name, target]) => {
    return typeof target === 'object' ? [{ resource: { name, target }, type: 'Resource' }] : [];
  });
}

function autoscaler(job: Job): JsonObject {
  const resource = resourceOf(job.item.target.plural);
  const { name } = job.item;
  const least = numberOf(job, 'min');
  const metrics = metricsOf(job);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { creationTimestamp: null, name: flag(job.args, 'name') || name },
    spec: {
      maxReplicas: numberOf(job, 'max'),
      ...(metrics.length > 0 ? { metrics } : {}),
      ...(least > 0 ? { minReplicas: least } : {}),
      scaleTargetRef: { apiVersion: apiVersionOf(resource), kind: resource.kind, name },
    },
    status: { currentMetrics: null, desiredReplicas: 0 },
  };
}
