import type { HorizontalPodAutoscaler, MetricSpec, MetricValue, ScalingRules } from '../../api/autoscaling/spec.ts';
import { longTime } from '../../api/longtime.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import type { Describer, DescribeTools, Lines } from '../../client/describing.ts';

/** kubectl describe hpa. */
const describeAutoscaler = (tools: DescribeTools) =>
  tools.define<HorizontalPodAutoscaler>({
    kind: 'HorizontalPodAutoscaler',
    related: (one) => [tools.eventsRequest(one)],
    lines({ metadata, spec, status = {} }, [events], nowMs) {
      const { kind, name } = spec.scaleTargetRef;
      const conditions = status.conditions ?? [];
      const rows = conditions.map(
        ({ type, status: value, reason, message }) => `  ${type}\t${value}\t${reason}\t${message}`,
      );
      return [
        ...tools.head(metadata),
        ...tools.metaLines(metadata),
        `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`,
        `Reference:\t${kind}/${name}`,
        'Metrics:\t( current / target )',
        ...(spec.metrics ?? []).map((metric, index) =>
          metricLine(metric, status.currentMetrics?.[index]?.resource?.current),
        ),
        `Min replicas:\t${spec.minReplicas ?? '<unset>'}`,
        `Max replicas:\t${spec.maxReplicas}`,
        ...(spec.behavior === undefined
          ? []
          : [
              'Behavior:',
              ...ruleLines('Scale Up', spec.behavior.scaleUp),
              ...ruleLines('Scale Down', spec.behavior.scaleDown),
            ]),
        `${kind} pods:\t${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`,
        ...(rows.length === 0
          ? []
          : ['Conditions:', '  Type\tStatus\tReason\tMessage', '  ----\t------\t------\t-------', ...rows]),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

function metricLine({ resource }: MetricSpec, current: MetricValue | undefined): string {
  const { averageValue, averageUtilization } = resource?.target ?? {};
  const head = `  resource ${resource?.name} on pods`;
  if (averageValue !== undefined) {
    return `${head}:\t${current?.averageValue ?? '<unknown>'} / ${canonicalQuantity(averageValue)}`;
  }
  const used = current?.averageUtilization;
  const text = used === undefined ? '<unknown>' : `${used}% (${current?.averageValue})`;
  const target = averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`;
  return `${head}  (as a percentage of request):\t${text} / ${target}`;
}

function ruleLines(title: string, rules: ScalingRules | undefined): Lines {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: seconds, selectPolicy = 'Max', policies = [] } = rules;
  return [
    `  ${title}:`,
    ...(seconds === undefined ? [] : [`    Stabilization Window: ${seconds} seconds`]),
    ...(policies.length === 0 ? [] : [`    Select Policy: ${selectPolicy}`, '    Policies:']),
    ...policies.map(({ type, value, periodSeconds }) => {
      return `      - Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`;
    }),
  ];
}

/** What scales by itself. */
export const autoscalingDescribers = (tools: DescribeTools): readonly Describer[] => [describeAutoscaler(tools)];
