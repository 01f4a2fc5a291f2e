import {
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  labelKeyErrors,
  labelValueErrors,
  percentErrors,
  portNameErrors,
  portNumberErrors,
} from './formats.ts';
import type { IntOrString, JsonValue, LabelSelector, Labels, ObjectMeta } from './meta.ts';
import type { FieldError } from './resource.ts';

/** What is wrong with an object, in upstream's order. */
export type Errors = readonly FieldError[];

/** A mandatory field that is absent or empty. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'Required', field, detail };
}

/** A value that breaks a rule; `detail` is upstream's text of the rule. */
export function invalidValue(field: string, value: JsonValue, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}

/** One Invalid for each text, as upstream does with the results of its format checks. */
export function invalidEach(field: string, value: JsonValue, details: readonly string[]): Errors {
  return details.map((detail) => invalidValue(field, value, detail));
}

/** A value outside a fixed list. */
export function notSupported(field: string, value: JsonValue, supported: readonly string[]): FieldError {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  return { type: 'NotSupported', field, value, detail: `supported values: ${list}` };
}

/** A value that must be unique and is not. */
export function duplicate(field: string, value: JsonValue): FieldError {
  return { type: 'Duplicate', field, value, detail: '' };
}

/** A field that may not be set, or not changed, here. */
export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, detail };
}

/** Required when absent or empty, NotSupported when not in the list. */
export function oneOf(field: string, value: string | undefined, supported: readonly string[]): Errors {
  if (value === undefined || value === '') return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** Upstream ValidateNonnegativeField. */
export function nonNegative(field: string, value: number | undefined): Errors {
  return value !== undefined && value < 0 ? [invalidValue(field, value, NOT_NEGATIVE)] : [];
}

/** Upstream's text for numbers below zero. */
export const NOT_NEGATIVE = 'must be greater than or equal to 0';
/** Upstream's text for fields that never change. */
export const IMMUTABLE = 'field is immutable';

/** Upstream ValidatePortNumOrName. */
export function portOrName(field: string, value: IntOrString): Errors {
  return typeof value === 'number'
    ? invalidEach(field, value, portNumberErrors(value))
    : invalidEach(field, value, portNameErrors(value));
}

/** Upstream ValidatePositiveIntOrPercent. */
export function countOrPercent(field: string, value: IntOrString): Errors {
  if (typeof value === 'string') return invalidEach(field, value, percentErrors(value));
  return nonNegative(field, value);
}

/** The percentage of a percent text, undefined for a count. */
export function percentOf(value: IntOrString): number | undefined {
  return typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;
}

/** How the names of a kind must look. */
export type NameCheck = (name: string) => readonly string[];

/** Upstream ValidateObjectMeta: name, namespace, labels, annotations, owners, finalizers. */
export function validateMeta(meta: ObjectMeta, namespaced: boolean, nameErrors: NameCheck): Errors {
  return [
    ...validateName(meta, nameErrors),
    ...validateNamespace(meta, namespaced),
    ...validateLabels(meta.labels, 'metadata.labels'),
    ...validateAnnotations(meta.annotations, 'metadata.annotations'),
    ...validateOwners(meta),
    ...(meta.finalizers ?? []).flatMap((text) => invalidEach('metadata.finalizers', text, labelKeyErrors(text))),
  ];
}

/** The usual name: a DNS-1123 subdomain. */
export const subdomainName: NameCheck = dns1123SubdomainErrors;

function validateName(meta: ObjectMeta, nameErrors: NameCheck): Errors {
  const { name, generateName = '' } = meta;
  const base = generateName === '' ? [] : nameErrors(`${generateName.replace(/-$/, '')}a`);
  const errors = invalidEach('metadata.generateName', generateName, base);
  if (name === undefined || name === '') {
    return generateName === '' ? [required('metadata.name', 'name or generateName is required')] : errors;
  }
  return [...errors, ...invalidEach('metadata.name', name, nameErrors(name))];
}

function validateNamespace(meta: ObjectMeta, namespaced: boolean): Errors {
  const { namespace = '' } = meta;
  if (!namespaced) return namespace === '' ? [] : [forbiddenField('metadata.namespace', 'not allowed on this type')];
  if (namespace === '') return [required('metadata.namespace')];
  return invalidEach('metadata.namespace', namespace, dns1123LabelErrors(namespace));
}

/** Upstream ValidateLabels; also used for nodeSelector and the like. */
export function validateLabels(labels: Labels | undefined, field: string): Errors {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidEach(field, key, labelKeyErrors(key)),
    ...invalidEach(field, value, labelValueErrors(value)),
  ]);
}

const ANNOTATIONS_LIMIT_BYTES = 262_144;

/** Upstream ValidateAnnotations: keys like label keys, 256 KiB in all. */
export function validateAnnotations(annotations: Labels | undefined, field: string): Errors {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) => invalidEach(field, key, labelKeyErrors(key.toLowerCase())));
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size <= ANNOTATIONS_LIMIT_BYTES) return errors;
  const detail = `may not be more than ${ANNOTATIONS_LIMIT_BYTES} bytes`;
  return [...errors, { type: 'TooLong', field, detail }];
}

function validateOwners(meta: ObjectMeta): Errors {
  const owners = meta.ownerReferences ?? [];
  const field = 'metadata.ownerReferences';
  const errors = owners.flatMap((owner) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((name) => (owner[name] ?? '') === '')
      .map((name) => {
        const detail = name === 'apiVersion' ? 'version must not be empty' : 'must not be empty';
        return invalidValue(`${field}.${name}`, '', detail);
      }),
  );
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length < 2) return errors;
  const [first, second] = controllers.map((owner) => `${owner.kind}/${owner.name}`);
  const rule = 'Only one reference can have Controller set to true.';
  const detail = `${rule} Found "true" in references for ${first} and ${second}`;
  return [...errors, invalidValue(field, owners, detail)];
}

/** Upstream ValidateLabelSelector. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): Errors {
  if (selector === undefined) return [];
  const expressions = (selector.matchExpressions ?? []).flatMap((item, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    return [
      ...validateOperator(item.operator, item.values ?? [], at),
      ...invalidEach(`${at}.key`, item.key, labelKeyErrors(item.key)),
    ];
  });
  return [...validateLabels(selector.matchLabels, `${field}.matchLabels`), ...expressions];
}

function validateOperator(operator: string, values: readonly string[], at: string): Errors {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) return [required(`${at}.values`, NEEDS_VALUES)];
      return values.flatMap((value, index) => invalidEach(`${at}.values[${index}]`, value, labelValueErrors(value)));
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0 ? [forbiddenField(`${at}.values`, NO_VALUES)] : [];
    default:
      return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')];
  }
}

/** Upstream's text for a set requirement without values. */
export const NEEDS_VALUES = "must be specified when `operator` is 'In' or 'NotIn'";
/** Upstream's text for values on a requirement about existence. */
export const NO_VALUES = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
