import { ageColumn, column, nameColumn } from '../cells.ts';
import { dns1123LabelErrors, dns1123SubdomainErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { ObjectMeta } from '../meta.ts';
import { referenceErrors } from '../networking/formats.ts';
import { countGeneration, defineResource, type Resource, startGeneration } from '../resource.ts';
import { networkingSchemas } from '../schemas/networkingschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';

export type IngressClass = {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'IngressClass';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly controller?: string; readonly parameters?: ClassParameters };
};

export type ClassParameters = {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly scope?: string;
  readonly namespace?: string;
};

const texts = readTexts(`
IngressClass A name for an ingress controller, which Ingresses use.
IngressClassSpec.controller The controller, such as example.org/ingress-controller. It never changes.
IngressClassSpec.parameters An object with settings of the controller.
IngressClassParametersReference.apiGroup The group of that object.
IngressClassParametersReference.scope Cluster or Namespace. Default Cluster.
`);

/** Upstream registry/networking/ingressclass strategy. */
const ingressClasses = defineResource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  schema: schemaOf(networkingSchemas, 'IngressClass'),
  defaults: classDefaults,
  prepareForCreate: startGeneration,
  prepareForUpdate: countGeneration,
  validate: validateClass,
  columns: [
    nameColumn(),
    column('Controller', ({ spec }) => spec?.controller ?? ''),
    column('Parameters', parametersText),
    ageColumn(),
  ],
});

function classDefaults(one: IngressClass): IngressClass {
  const { parameters } = one.spec ?? {};
  if (parameters === undefined || parameters.scope !== undefined) return one;
  return { ...one, spec: { ...one.spec, parameters: { ...parameters, scope: 'Cluster' } } };
}

function parametersText({ spec }: IngressClass): string {
  if (spec?.parameters === undefined) return '<none>';
  const { apiGroup, kind = '', name = '' } = spec.parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

const LONGEST = 250;

/** Upstream ValidateIngressClass and ValidateIngressClassUpdate. */
function validateClass({ metadata, spec = {} }: IngressClass, old?: IngressClass): Errors {
  const { controller = '', parameters } = spec;
  const isMoved = old !== undefined && old.spec?.controller !== spec.controller;
  return [
    ...(isMoved ? [invalidValue('spec.controller', controller, IMMUTABLE)] : []),
    ...validateMeta(metadata, false, subdomainName),
    ...controllerErrors(controller, 'spec.controller'),
    ...(parameters === undefined ? [] : parameterErrors(parameters, 'spec.parameters')),
  ];
}

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

function controllerErrors(controller: string, at: string): Errors {
  if (controller === '') return [required(at)];
  const [, host = '', path = ''] = /^([^/]+)\/(.+)$/.exec(controller) ?? [];
  if (host === '') {
    return [invalidValue(at, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const wrong = `Invalid path (regex used for validation is '${PATH}')`;
  return [
    ...(controller.length > LONGEST
      ? [{ type: 'TooLong' as const, field: at, detail: `may not be more than ${LONGEST} bytes` }]
      : []),
    ...invalidEach(at, host, dns1123SubdomainErrors(host)),
    ...(new RegExp(`^${PATH}$`).test(path) ? [] : [invalidValue(at, path, wrong)]),
  ];
}

const SCOPES = ['Cluster', 'Namespace'];

function parameterErrors(parameters: ClassParameters, at: string): Errors {
  const { scope, namespace } = parameters;
  return [...referenceErrors(parameters, at), ...scopeErrors(scope ?? '', namespace, at)];
}

function scopeErrors(scope: string, namespace: string | undefined, at: string): Errors {
  if (!SCOPES.includes(scope)) return [notSupported(`${at}.scope`, scope, SCOPES)];
  if (scope === 'Cluster') {
    return namespace === undefined ? [] : [forbiddenField(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'")];
  }
  if (namespace === undefined) return [required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'")];
  return invalidEach(`${at}.namespace`, namespace, dns1123LabelErrors(namespace));
}

/** The kind IngressClass. */
export const ingressClass: Kind = { resource: ingressClasses as unknown as Resource, texts, rules: [] };
