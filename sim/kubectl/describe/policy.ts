import type { LimitRange } from '../../api/kinds/limitrange.ts';
import type { PodDisruptionBudget } from '../../api/kinds/poddisruptionbudget.ts';
import type { PriorityClass } from '../../api/kinds/priorityclass.ts';
import type { ResourceQuota } from '../../api/kinds/resourcequota.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { Describer, Lines } from '../../client/describing.ts';
import { formatLabels } from '../printers.ts';
import { defineDescriber, eventsOf, eventsRequest } from './describer.ts';
import { eventLines, head } from './writer.ts';

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

/** kubectl describe resourcequota. */
export const describeQuota = defineDescriber<ResourceQuota>({
  kind: 'ResourceQuota',
  related: () => [],
  lines: (quota) => [
    ...head(quota.metadata),
    ...scopeLines(quota, '', ' '),
    'Resource\tUsed\tHard',
    '--------\t----\t----',
    ...usageLines(quota, ''),
  ],
});

function scopeLines({ spec }: ResourceQuota, margin: string, bullet: string): Lines {
  const scopes = [...(spec?.scopes ?? [])].sort();
  if (scopes.length === 0) return [];
  const told = scopes.flatMap((scope) => (SCOPES[scope] === undefined ? [] : [`${margin}${bullet}* ${SCOPES[scope]}`]));
  return [`${margin}Scopes:\t${scopes.join(', ')}`, ...told];
}

function usageLines({ status }: ResourceQuota, margin: string): Lines {
  return Object.keys(status?.hard ?? {})
    .sort()
    .map((name) => {
      const [used, hard] = [status?.used?.[name] ?? '0', status?.hard?.[name] ?? '0'].map(canonicalQuantity);
      return `${margin}${name}\t${used}\t${hard}`;
    });
}

/** The quotas of a namespace, as its description lists them. */
export function quotaLines(quotas: readonly ResourceQuota[]): Lines {
  if (quotas.length === 0) return ['', 'No resource quota.'];
  const sections = quotas.flatMap((quota) => [
    `  Name:\t${quota.metadata.name}`,
    ...scopeLines(quota, '  ', ''),
    '  Resource\tUsed\tHard',
    '  --------\t---\t---',
    ...usageLines(quota, '  '),
  ]);
  return ['', 'Resource Quotas', ...sections];
}

const COLUMNS = ['Type', 'Resource', 'Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio'];
const RULES = COLUMNS.map((title) => '-'.repeat(title.length));

/** The limit ranges of a namespace, as its description lists them. */
export function rangeLines(ranges: readonly LimitRange[]): Lines {
  if (ranges.length === 0) return ['', 'No LimitRange resource.'];
  const rows = [COLUMNS, RULES].map((row) => ` ${row.join('\t')}`);
  return ['', 'Resource Limits', ...rows, ...ranges.flatMap((range) => limitLines(range, ' '))];
}

function limitLines({ spec }: LimitRange, margin: string): Lines {
  return (spec?.limits ?? []).flatMap((item) => {
    const parts = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    const names = [...new Set(parts.flatMap((part) => Object.keys(part ?? {})))].sort();
    return names.map((name) => `${margin}${[item.type, name, ...parts.map((part) => part?.[name] ?? '-')].join('\t')}`);
  });
}

/** kubectl describe limitrange. */
export const describeRange = defineDescriber<LimitRange>({
  kind: 'LimitRange',
  related: () => [],
  lines: (range) => [...head(range.metadata), COLUMNS.join('\t'), RULES.join('\t'), ...limitLines(range, '')],
});

/** kubectl describe poddisruptionbudget. */
export const describeBudget = defineDescriber<PodDisruptionBudget>({
  kind: 'PodDisruptionBudget',
  related: (budget) => [eventsRequest(budget)],
  lines({ metadata, spec, status }, [events], nowMs) {
    const { minAvailable, maxUnavailable, selector } = spec ?? {};
    const bound =
      minAvailable === undefined ? `Max unavailable:\t${maxUnavailable}` : `Min available:\t${minAvailable}`;
    return [
      ...head(metadata),
      ...(minAvailable === undefined && maxUnavailable === undefined ? [] : [bound]),
      `Selector:\t${selector === undefined ? '<unset>' : formatLabelSelector(selector)}`,
      'Status:',
      `    Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}`,
      `    Current:\t${status?.currentHealthy ?? 0}`,
      `    Desired:\t${status?.desiredHealthy ?? 0}`,
      `    Total:\t${status?.expectedPods ?? 0}`,
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

/** kubectl describe priorityclass. */
export const describePriority = defineDescriber<PriorityClass>({
  kind: 'PriorityClass',
  related: (one) => [eventsRequest(one)],
  lines: ({ metadata, value, globalDefault = false, preemptionPolicy = '', description = '' }, [events], nowMs) => [
    `Name:\t${metadata.name}`,
    `Value:\t${value}`,
    `GlobalDefault:\t${globalDefault}`,
    `PreemptionPolicy:\t${preemptionPolicy}`,
    `Description:\t${description}`,
    `Annotations:\t${formatLabels(metadata.annotations)}`,
    ...eventLines(eventsOf(events), nowMs),
  ],
});

/** What limits and ranks pods. */
export const policyDescribers: readonly Describer[] = [describeQuota, describeRange, describeBudget, describePriority];
