import { dns1035LabelErrors, dns1123SubdomainErrors } from '../formats.ts';
import type { JsonValue } from '../meta.ts';
import { type FieldError, sameJson } from '../resource.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidValue,
  notSupported,
  oneOf,
  required,
  validateMeta,
} from '../validate.ts';
import { withDefaults } from './defaulting.ts';
import {
  type Definition,
  type DefinitionNames,
  type DefinitionVersion,
  isTrue,
  type PrinterColumn,
} from './definition.ts';
import { type JsonSchema, sortedNames, valuesOf } from './jsonschema.ts';
import { readExpression, SELF } from './rules.ts';
import { structuralErrors } from './structural.ts';
import { valueErrors } from './valueerrors.ts';

/** Follows apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go; leaves out the costs of rules. */
export function definitionErrors(one: Definition, old?: Definition): Errors {
  const { spec, status = {}, metadata } = one;
  const wanted = `${spec.names.plural ?? ''}.${spec.group ?? ''}`;
  const named = (name: string) => [
    ...dns1123SubdomainErrors(name),
    ...(name === wanted ? [] : ['must be spec.names.plural+"."+spec.group']),
  ];
  return [
    ...validateMeta(metadata, false, named),
    ...groupErrors(spec.group ?? ''),
    ...oneOf('spec.scope', spec.scope, ['Cluster', 'Namespaced']),
    ...schemasThere(spec.versions),
    ...spec.versions.flatMap((version, index) => versionErrors(version, `spec.versions[${index}]`)),
    ...versionsErrors(spec.versions),
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((name) =>
      spec.names[name] ? [] : [required(`spec.names.${name}`)],
    ),
    ...namesErrors(spec.names, 'spec.names'),
    ...oneOf('spec.conversion.strategy', spec.conversion?.strategy, ['None', 'Webhook']),
    ...(old === undefined ? [] : changeErrors(one, old)),
    ...namesErrors(status.acceptedNames ?? {}, 'status.acceptedNames'),
    ...approvalErrors(one),
    ...(spec.preserveUnknownFields ? [invalidValue('spec.preserveUnknownFields', true, PRESERVE)] : []),
  ];
}

const PRESERVE =
  'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';

/** What is known and not done here. */
export function definitionRefusals({ spec }: Definition): Errors {
  const notDone = (what: string, instead: string) => `${what} is not modelled by this course's simulator; ${instead}`;
  const served = spec.versions.filter((version) => version.served);
  const errors: FieldError[] = [];
  if (spec.conversion?.strategy === 'Webhook') {
    errors.push(forbiddenField('spec.conversion', notDone('Conversion by webhook', 'use the strategy None')));
  }
  if (served.length > 1) {
    errors.push(forbiddenField('spec.versions', notDone('More than one served version', 'serve the stored one')));
  }
  if (served.length === 1 && !served[0]?.storage) {
    errors.push(
      forbiddenField('spec.versions', notDone('Serving a version that is not stored', 'serve the stored one')),
    );
  }
  if (spec.versions.some(({ selectableFields = [] }) => selectableFields.length > 0)) {
    errors.push(
      forbiddenField('spec.versions', notDone('Selecting by fields of your own', 'leave selectableFields out')),
    );
  }
  return errors;
}

function groupErrors(group: string): Errors {
  if (group === '') return [required('spec.group')];
  const wrong = dns1123SubdomainErrors(group);
  if (wrong.length > 0) return [invalidValue('spec.group', group, wrong.join(','))];
  return group.includes('.') ? [] : [invalidValue('spec.group', group, 'should be a domain with at least one dot')];
}

function schemasThere(versions: readonly DefinitionVersion[]): Errors {
  return versions.flatMap(({ schema }, index) =>
    schema?.openAPIV3Schema === undefined ? [required(`spec.versions[${index}].schema.openAPIV3Schema`)] : [],
  );
}

function versionsErrors(versions: readonly DefinitionVersion[]): Errors {
  const names = versions.map(({ name }) => name);
  const value = versions as unknown as JsonValue;
  const errors: FieldError[] = [];
  if (new Set(names).size < names.length) {
    errors.push(invalidValue('spec.versions', value, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalidValue('spec.versions', value, 'must have exactly one version marked as storage version'));
  }
  return errors;
}

function versionErrors(version: DefinitionVersion, field: string): Errors {
  const { name, schema, subresources = {}, additionalPrinterColumns = [], deprecated, deprecationWarning } = version;
  const wrong = dns1035LabelErrors(name ?? '');
  const hint = 'can only be set for deprecated versions';
  return [
    ...(wrong.length > 0 ? [invalidValue(`${field}.name`, name ?? '', wrong.join(','))] : []),
    ...(!deprecated && deprecationWarning !== undefined
      ? [invalidValue(`${field}.deprecationWarning`, deprecationWarning, hint)]
      : []),
    ...schemaErrors(schema?.openAPIV3Schema, subresources.status !== undefined, `${field}.schema.openAPIV3Schema`),
    ...scaleErrors(subresources.scale, `${field}.subresources.scale`),
    ...additionalPrinterColumns.flatMap((one, i) => columnErrors(one, `${field}.additionalPrinterColumns[${i}]`)),
  ];
}

const AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

function schemaErrors(schema: JsonSchema | undefined, hasStatus: boolean, field: string): Errors {
  if (schema === undefined) return [];
  const errors: FieldError[] = [];
  if (hasStatus && schema.type !== undefined && schema.type !== 'object') {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    errors.push(invalidValue(`${field}.type`, schema.type, why));
  }
  const logic = (['allOf', 'anyOf', 'oneOf', 'not', 'additionalProperties', 'default'] as const).some(
    (name) => schema[name] !== undefined,
  );
  if (hasStatus && logic) {
    const list = `[${AT_ROOT}]`;
    const why = `only ${list} fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.push(invalidValue(field, schema as unknown as JsonValue, why));
  }
  if (schema.nullable) errors.push(forbiddenField(`${field}.nullable`, 'nullable cannot be true at the root'));
  const structural = structuralErrors(schema, field);
  errors.push(...structural);
  if (structural.length === 0) errors.push(...defaultErrors(schema, field));
  return [...errors, ...propsErrors(schema, field)];
}

/** A default must itself be valid. Follows schema/defaulting/validation.go. */
function defaultErrors(schema: JsonSchema, field: string): Errors {
  const own =
    schema.default === undefined
      ? []
      : valueErrors(withDefaults(schema.default, schema), schema, `${field}.default`).map((error) => {
          return { ...error, field: error.field === '<nil>' ? `${field}.default` : error.field };
        });
  const values = valuesOf(schema);
  return [
    ...own,
    ...sortedNames(schema.properties).flatMap((name) =>
      defaultErrors(schema.properties?.[name] ?? {}, `${field}.properties[${name}]`),
    ),
    ...(schema.items === undefined ? [] : defaultErrors(schema.items, `${field}.items`)),
    ...(values === undefined ? [] : defaultErrors(values, `${field}.additionalProperties`)),
  ];
}

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** What may stand in one schema beside what. */
function propsErrors(schema: JsonSchema, field: string): Errors {
  const { type = '', properties, items } = schema;
  const errors: FieldError[] = [];
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  if (schema.uniqueItems) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${field}.uniqueItems`, why));
  }
  if (schema.additionalProperties && properties !== undefined) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbiddenField(`${field}.additionalProperties`, why));
  }
  errors.push(...listTypeErrors(schema, field), ...ruleTextErrors(schema, field));
  const values = valuesOf(schema);
  return [
    ...errors,
    ...sortedNames(properties).flatMap((name) => propsErrors(properties?.[name] ?? {}, `${field}.properties[${name}]`)),
    ...(items === undefined ? [] : propsErrors(items, `${field}.items`)),
    ...(values === undefined ? [] : propsErrors(values, `${field}.additionalProperties`)),
  ];
}

function listTypeErrors(schema: JsonSchema, field: string): Errors {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const [at, keysAt] = [`${field}.x-kubernetes-list-type`, `${field}.x-kubernetes-list-map-keys`];
  const errors: FieldError[] = [];
  if (listType !== undefined && schema.type !== 'array') {
    errors.push(
      invalidValue(`${field}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'),
    );
  }
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(at, listType, ['atomic', 'set', 'map']));
  }
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(listType === undefined ? required(at, why) : invalidValue(at, listType, why));
  }
  if (listType !== 'map') return errors;
  if (keys.length === 0) errors.push(required(keysAt, 'must not be empty if x-kubernetes-list-type is map'));
  if (schema.items?.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalidValue(`${field}.items.type`, schema.items?.type ?? '', why)];
  }
  const known = schema.items.properties ?? {};
  if (keys.some((key) => known[key] === undefined)) {
    errors.push(invalidValue(keysAt, keys, 'entries must all be names of item properties'));
  }
  return errors;
}

function ruleTextErrors(schema: JsonSchema, field: string): Errors {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index): Errors => {
    const at = `${field}.x-kubernetes-validations[${index}]`;
    const { rule: text = '', messageExpression = '' } = rule;
    if (text.trim() === '') return [required(`${at}.rule`, 'rule is not specified')];
    if (text.trim().includes('\n') && !rule.message?.trim()) {
      return [required(`${at}.message`, 'message must be specified if rule contains line breaks')];
    }
    const read = readExpression(text, SELF, 'bool');
    const said = messageExpression === '' ? undefined : readExpression(messageExpression, SELF, 'string');
    return [
      ...(typeof read === 'string' ? [invalidValue(`${at}.rule`, rule, `compilation failed: ${read}`)] : []),
      ...(typeof said === 'string'
        ? [invalidValue(`${at}.messageExpression`, rule, `compilation failed: ${said}`)]
        : []),
    ];
  });
}

const COLUMN_TYPES: readonly string[] = ['boolean', 'date', 'integer', 'number', 'string'];
const PATH = /^(\.[\w-]+|\['[^']+'\]|\.[\w-]*\\\.[\w\\.-]+|\[\d+\]|\[\?\(.*\)\])+(\.[\w-]+|\[.*\])*$/;

function columnErrors({ name, type, jsonPath = '' }: PrinterColumn, field: string): Errors {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${field}.name`));
  if (!type) errors.push(required(`${field}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalidValue(`${field}.type`, type, types));
  if (jsonPath === '') errors.push(required(`${field}.JSONPath`));
  else if (!PATH.test(jsonPath)) {
    errors.push(invalidValue(`${field}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
  }
  return errors;
}

const SIMPLE = /^(\.[\w-]+)+$/;

function scaleErrors(scale: { readonly [path: string]: string } | object | undefined, field: string): Errors {
  if (scale === undefined) return [];
  const { specReplicasPath = '', statusReplicasPath = '' } = scale as Readonly<Record<string, string>>;
  const check = (name: string, path: string, root: string): Errors => {
    if (path === '') return [required(`${field}.${name}`)];
    if (SIMPLE.test(path) && path.startsWith(root)) return [];
    return [invalidValue(`${field}.${name}`, path, `should be a json path under ${root}`)];
  };
  return [
    ...check('specReplicasPath', specReplicasPath, '.spec'),
    ...check('statusReplicasPath', statusReplicasPath, '.status'),
  ];
}

function namesErrors(names: DefinitionNames, field: string): Errors {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] } = names;
  const label = (name: string, value: string, lead = ''): Errors => {
    const wrong = value === '' ? [] : dns1035LabelErrors(value.toLowerCase());
    const isLower = lead !== '' || value === value.toLowerCase();
    const texts = isLower ? wrong : dns1035LabelErrors(value);
    return texts.length === 0 ? [] : [invalidValue(`${field}.${name}`, value, lead + texts.join(','))];
  };
  const mixed = 'may have mixed case, but should otherwise match: ';
  const same = 'kind and listKind may not be the same';
  return [
    ...label('plural', plural),
    ...label('singular', singular),
    ...label('kind', kind, mixed),
    ...label('listKind', listKind, mixed),
    ...shortNames.flatMap((name, index) => label(`shortNames[${index}]`, name)),
    ...(kind !== '' && kind === listKind ? [invalidValue(`${field}.listKind`, listKind, same)] : []),
    ...categories.flatMap((name, index) => label(`categories[${index}]`, name)),
  ];
}

/** What storage hangs on does not change. */
function changeErrors({ spec }: Definition, old: Definition): Errors {
  const pairs: readonly (readonly [string, JsonValue, JsonValue])[] = [
    ...(isTrue(old, 'Established')
      ? ([
          ['spec.scope', spec.scope, old.spec.scope],
          ['spec.names.kind', spec.names.kind, old.spec.names.kind],
        ] as const)
      : []),
    ['spec.group', spec.group, old.spec.group],
    ['spec.names.plural', spec.names.plural, old.spec.names.plural],
  ];
  return pairs.flatMap(([field, now, before]) => (sameJson(now, before) ? [] : [invalidValue(field, now, IMMUTABLE)]));
}

const APPROVED = 'api-approved.kubernetes.io';

/** Groups of Kubernetes itself are not for everybody. Upstream validateAPIApproval. */
function approvalErrors({ spec, metadata }: Definition): Errors {
  const { group = '' } = spec;
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  if (!isProtected || metadata.annotations?.[APPROVED]) return [];
  const where = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const why = `protected groups must have approval annotation "${APPROVED}", ${where}`;
  return [required(`metadata.annotations[${APPROVED}]`, why)];
}
