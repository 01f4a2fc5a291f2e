import { ageColumn, column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { KubeObject, ObjectMeta } from '../meta.ts';
import { defineResource, type Resource } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidValue,
  oneOf,
  subdomainName,
  validateMeta,
} from '../validate.ts';

export type PriorityClass = {
  readonly apiVersion: 'scheduling.k8s.io/v1';
  readonly kind: 'PriorityClass';
  readonly metadata: ObjectMeta;
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy?: string;
};

const schemas = readSchemas(
  `
PriorityClass kind apiVersion metadata:ObjectMeta value!:i globalDefault:b description preemptionPolicy
`,
  metaSchemas,
);

const texts = readTexts(`
PriorityClass A name for a priority, which pods use.
PriorityClass.value The priority. The higher goes first.
PriorityClass.globalDefault Whether pods that name no class get this one. Only one class may say so.
PriorityClass.description When this class is meant to be used.
PriorityClass.preemptionPolicy PreemptLowerPriority, or Never: its pods wait and push nobody out.
`);

/** Upstream registry/scheduling/priorityclass strategy. */
const priorityClasses = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: schemaOf(schemas, 'PriorityClass'),
  defaults: (one) => ({ ...one, value: one.value ?? 0, preemptionPolicy: one.preemptionPolicy ?? POLICIES[0] }),
  validate: validateClass,
  columns: [
    nameColumn(),
    column('Value', ({ value }) => value, 'integer'),
    column('Global-Default', ({ globalDefault = false }) => String(globalDefault)),
    ageColumn(),
    column('PreemptionPolicy', ({ preemptionPolicy = '' }) => preemptionPolicy),
  ],
});

const POLICIES = ['PreemptLowerPriority', 'Never'];
const HIGHEST = 1_000_000_000;
const RESERVED = "priority class names with 'system-' prefix are reserved for system use only. error: ";

/** What every cluster has (pkg/apis/scheduling/v1/helpers.go). */
export const SYSTEM_CLASSES: readonly PriorityClass[] = [
  systemClass(
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
  systemClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
];

function systemClass(name: string, value: number, description: string): PriorityClass {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
  };
}

function validateClass(one: PriorityClass, old?: PriorityClass): Errors {
  const { metadata, value, preemptionPolicy } = one;
  return [
    ...validateMeta(metadata, false, subdomainName),
    ...valueErrors(one),
    ...oneOf('preemptionPolicy', preemptionPolicy, POLICIES),
    ...(old !== undefined && old.value !== value ? [forbiddenField('value', 'may not be changed in an update.')] : []),
    ...(old !== undefined && old.preemptionPolicy !== preemptionPolicy
      ? [invalidValue('preemptionPolicy', preemptionPolicy, IMMUTABLE)]
      : []),
  ];
}

function valueErrors({ metadata: { name }, value, globalDefault = false }: PriorityClass): Errors {
  if (!name.startsWith('system-')) {
    const detail = `maximum allowed value of a user defined priority is ${HIGHEST}`;
    return value > HIGHEST ? [forbiddenField('value', detail)] : [];
  }
  const known = SYSTEM_CLASSES.find(({ metadata }) => metadata.name === name);
  const refuse = (why: string) => [forbiddenField('metadata.name', RESERVED + why)];
  if (known === undefined) return refuse(`${name} is not a known system priority class`);
  if (known.value !== value) return refuse(`value of ${name} PriorityClass must be ${known.value}`);
  return globalDefault ? refuse(`globalDefault of ${name} PriorityClass must be false`) : [];
}

/** The kind PriorityClass. */
export const priorityClass: Kind = { resource: priorityClasses as unknown as Resource, texts, rules: [] };
/** The classes of a new cluster, as they are created. */
export const systemClasses: readonly KubeObject[] = SYSTEM_CLASSES as unknown as readonly KubeObject[];
