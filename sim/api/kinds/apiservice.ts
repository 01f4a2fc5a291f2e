import { ageColumn, column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { Condition, ObjectMeta } from '../meta.ts';
import { defineResource, type Resource } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import { type Errors, required, validateMeta } from '../validate.ts';

export type APIService = {
  readonly apiVersion: 'apiregistration.k8s.io/v1';
  readonly kind: 'APIService';
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly group?: string;
    readonly version?: string;
    readonly service?: { readonly name?: string; readonly namespace?: string; readonly port?: number };
    readonly insecureSkipTLSVerify?: boolean;
    readonly caBundle?: string;
    readonly groupPriorityMinimum: number;
    readonly versionPriority: number;
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
};

const schemas = readSchemas(
  `
APIService kind apiVersion metadata:ObjectMeta spec:APIServiceSpec status:APIServiceStatus
APIServiceSpec service:ServiceReference group version insecureSkipTLSVerify:b caBundle groupPriorityMinimum!:i
  versionPriority!:i
ServiceReference namespace name port:i
APIServiceStatus conditions:[]APIServiceCondition^type
APIServiceCondition type! status! lastTransitionTime:t reason message
`,
  metaSchemas,
);

const texts = readTexts(`
APIService An API group and version that another server serves.
APIServiceSpec.service Where that server is.
APIServiceSpec.group The group, such as metrics.k8s.io.
APIServiceSpec.version The version of the group, such as v1beta1.
APIServiceSpec.groupPriorityMinimum Which group comes first where several have a kind of that name.
APIServiceSpec.versionPriority Which version of the group comes first.
APIServiceStatus.conditions Available says whether the server answers.
`);

/** Upstream kube-aggregator registry/apiservice strategy. */
const apiServices = defineResource<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  namespaced: false,
  categories: ['api-extensions'],
  subresources: ['status'],
  schema: schemaOf(schemas, 'APIService'),
  prepareForCreate: ({ status: _none, ...one }) => one,
  prepareForUpdate: (next, old) => ({ ...next, ...(old.status && { status: old.status }) }),
  validate: validateService,
  columns: [
    nameColumn(),
    column('Service', ({ spec }) => (spec?.service ? `${spec.service.namespace}/${spec.service.name}` : 'Local')),
    column('Available', availableText),
    ageColumn(),
  ],
});

function availableText({ status }: APIService): string {
  const found = status?.conditions?.find(({ type }) => type === 'Available');
  if (found === undefined) return 'Unknown';
  return found.status === 'True' ? 'True' : `${found.status} (${found.reason})`;
}

function validateService(service: APIService): Errors {
  const { group = '', version = '', service: where } = service.spec ?? {};
  const wanted = `${version}.${group}`;
  const wrong = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
  return [
    ...validateMeta(service.metadata, false, (name) => (name === wanted ? [] : [wrong])),
    ...(version === '' ? [required('spec.version')] : []),
    ...(where !== undefined && !where.name ? [required('spec.service.name')] : []),
    ...(where !== undefined && !where.namespace ? [required('spec.service.namespace')] : []),
  ];
}

/** `/apis/metrics.k8s.io/v1beta1` */
export function pathOfService({ spec }: APIService): string {
  return `/apis/${spec?.group}/${spec?.version}`;
}

/** The kind APIService, apiregistration.k8s.io/v1. */
export const apiService: Kind = { resource: apiServices as unknown as Resource, texts, rules: [] };
