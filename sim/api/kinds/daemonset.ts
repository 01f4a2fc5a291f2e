import { ageColumn, column, formatLabels, nameColumn, wideColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { Condition, IntOrString, LabelSelector, ObjectMeta } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames, validateSelector, validateTemplate } from '../podspec/template.ts';
import { defineResource, keepStatus, type Resource, sameJson, startGeneration } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { workloadSchemas } from '../schemas/workloadschemas.ts';
import { formatLabelSelector } from '../selector.ts';
import { readTexts } from '../texts/read.ts';
import {
  countOrPercent,
  type Errors,
  IMMUTABLE,
  invalidValue,
  nonNegative,
  notSupported,
  percentOf,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import type { PodTemplateSpec } from './pod.ts';

export type DaemonSet = {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'DaemonSet';
  readonly metadata: ObjectMeta;
  readonly spec: DaemonSetSpec;
  readonly status?: DaemonSetStatus;
};

export type DaemonSetSpec = {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly updateStrategy?: DaemonSetUpdateStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
};

export type DaemonSetUpdateStrategy = {
  readonly type?: 'RollingUpdate' | 'OnDelete';
  readonly rollingUpdate?: { readonly maxUnavailable?: IntOrString; readonly maxSurge?: IntOrString };
};

export type DaemonSetStatus = {
  readonly currentNumberScheduled: number;
  readonly numberMisscheduled: number;
  readonly desiredNumberScheduled: number;
  readonly numberReady: number;
  readonly observedGeneration?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly numberUnavailable?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
};

/** Counts the templates a DaemonSet has had; older than its revisions, and still written. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const texts = readTexts(`
DaemonSet Keeps one pod on every node, or on those that are chosen.
DaemonSetSpec.selector Which pods are its own. It must match the template's labels and cannot be changed.
DaemonSetSpec.template What each pod looks like, and by its selectors and tolerations on which nodes there is one.
DaemonSetSpec.updateStrategy How old pods are replaced by new ones.
DaemonSetSpec.minReadySeconds How long a pod must be ready before it counts as available. Default 0.
DaemonSetSpec.revisionHistoryLimit How many old revisions are kept for going back. Default 10.
DaemonSetUpdateStrategy.type RollingUpdate or OnDelete. Default RollingUpdate.
DaemonSetUpdateStrategy.rollingUpdate Limits of a rolling update.
RollingUpdateDaemonSet.maxUnavailable On how many nodes the pod may be missing: a number, or a percentage rounded up.
  Default 1.
RollingUpdateDaemonSet.maxSurge On how many nodes there may be an old and a new pod at once: a number, or a percentage
  rounded up. Default 0.
DaemonSetStatus.currentNumberScheduled Nodes that ought to have a pod and have one.
DaemonSetStatus.numberMisscheduled Nodes that have a pod and ought not to.
DaemonSetStatus.desiredNumberScheduled Nodes that ought to have a pod.
DaemonSetStatus.numberReady Nodes on which it is ready.
DaemonSetStatus.updatedNumberScheduled Nodes on which it is of the present template.
DaemonSetStatus.numberAvailable Nodes on which it has been ready for minReadySeconds.
DaemonSetStatus.numberUnavailable Nodes on which it is still missing.
DaemonSetStatus.collisionCount How often a name for a revision was taken.
`);

const rules: readonly FieldRule[] = [
  { path: 'spec.updateStrategy', verdict: 'modelled', note: 'RollingUpdate with maxUnavailable, maxSurge; OnDelete' },
  { path: 'spec.minReadySeconds', verdict: 'modelled', note: 'when a ready pod counts as available' },
  { path: 'spec.revisionHistoryLimit', verdict: 'modelled', note: 'how many old ControllerRevisions are kept' },
];

/** Upstream registry/apps/daemonset strategy. */
const daemonSets = defineResource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  schema: schemaOf(workloadSchemas, 'DaemonSet'),
  defaults: daemonSetDefaults,
  prepareForCreate: (set) => startGeneration({ ...withTemplateGeneration(set, '1'), status: NO_STATUS }),
  prepareForUpdate: countUpdate,
  prepareForStatusUpdate: (next, old) => ({
    ...next,
    metadata: { ...next.metadata, generation: old.metadata.generation },
    spec: old.spec,
  }),
  validate: validateDaemonSet,
  warnings: (set) => warningsBy(templateFieldRules, set),
  refusals: (set) => refusalsBy(templateFieldRules, set),
  columns: [
    nameColumn(),
    column('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0, 'integer'),
    column('Current', ({ status }) => status?.currentNumberScheduled ?? 0, 'integer'),
    column('Ready', ({ status }) => status?.numberReady ?? 0, 'integer'),
    column('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0, 'integer'),
    column('Available', ({ status }) => status?.numberAvailable ?? 0, 'integer'),
    column('Node Selector', ({ spec }) => formatLabels(spec.template.spec.nodeSelector)),
    ageColumn(),
    wideColumn('Containers', (set) => containerNames(set.spec.template)),
    wideColumn('Images', (set) => containerImages(set.spec.template)),
    wideColumn('Selector', (set) => formatLabelSelector(set.spec.selector)),
  ],
});

const NO_STATUS: DaemonSetStatus = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};

function daemonSetDefaults(set: DaemonSet): DaemonSet {
  const spec = set.spec ?? {};
  return {
    ...set,
    spec: {
      ...spec,
      updateStrategy: strategyDefaults(spec.updateStrategy),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      template: templateDefaults(spec.template),
    },
  };
}

function strategyDefaults(strategy: DaemonSetUpdateStrategy = {}): DaemonSetUpdateStrategy {
  const type = strategy.type ?? 'RollingUpdate';
  if (type !== 'RollingUpdate') return { ...strategy, type };
  const { maxUnavailable = 1, maxSurge = 0 } = strategy.rollingUpdate ?? {};
  return { type, rollingUpdate: { maxUnavailable, maxSurge } };
}

function withTemplateGeneration(set: DaemonSet, count: string): DaemonSet {
  const annotations = { ...set.metadata.annotations, [TEMPLATE_GENERATION]: count };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

/** The server alone counts templates; a change of the template counts twice, in its generation and the set's. */
function countUpdate(next: DaemonSet, old: DaemonSet): DaemonSet {
  const count = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const isNewTemplate = !sameJson(next.spec.template, old.spec.template);
  const isNew = isNewTemplate || !sameJson(next.spec, old.spec);
  const counted = withTemplateGeneration(keepStatus(next, old), String(isNewTemplate ? count + 1 : count));
  const generation = (old.metadata.generation ?? 0) + Number(isNew);
  return { ...counted, metadata: { ...counted.metadata, generation } };
}

/** Upstream ValidateDaemonSet and ValidateDaemonSetUpdate. */
function validateDaemonSet(set: DaemonSet, old?: DaemonSet): Errors {
  const { spec } = set;
  return [
    ...validateMeta(set.metadata, true, subdomainName),
    ...validateSelector(spec.selector, 'daemonset'),
    ...validateTemplate(spec.template, spec.selector, 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateStrategy(spec.updateStrategy),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...(old !== undefined && !sameJson(spec.selector, old.spec.selector)
      ? [invalidValue('spec.selector', spec.selector, IMMUTABLE)]
      : []),
  ];
}

function validateStrategy({ type, rollingUpdate }: DaemonSetUpdateStrategy = {}): Errors {
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [notSupported('spec.updateStrategy.type', type ?? '', ['RollingUpdate', 'OnDelete'])];
  }
  const field = 'spec.updateStrategy.rollingUpdate';
  if (rollingUpdate === undefined) return [required(field)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const [hasUnavailable, hasSurge] = [maxUnavailable, maxSurge].map((value) => (percentOf(value) ?? value) !== 0);
  return [
    ...countOrPercent(`${field}.maxUnavailable`, maxUnavailable),
    ...countOrPercent(`${field}.maxSurge`, maxSurge),
    ...notOverHundred(`${field}.maxUnavailable`, maxUnavailable),
    ...notOverHundred(`${field}.maxSurge`, maxSurge),
    ...(hasUnavailable && hasSurge
      ? [invalidValue(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(hasUnavailable || hasSurge ? [] : [required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ];
}

function notOverHundred(field: string, value: IntOrString): Errors {
  return (percentOf(value) ?? 0) > 100 ? [invalidValue(field, value, 'must not be greater than 100%')] : [];
}

/** The kind DaemonSet. */
export const daemonSet: Kind = { resource: daemonSets as unknown as Resource, texts, rules };
