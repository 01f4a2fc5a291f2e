import { column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import { setCondition } from '../meta.ts';
import { defineResource, type Resource, type Schema, type SchemaField, sameJson } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import { CLEANUP, type Definition, type DefinitionNames } from './definition.ts';
import { definitionErrors, definitionRefusals } from './definitionerrors.ts';

const table = readSchemas(
  `
CustomResourceDefinition kind apiVersion metadata:ObjectMeta spec!:CustomResourceDefinitionSpec
  status:CustomResourceDefinitionStatus
CustomResourceDefinitionSpec group! names!:CustomResourceDefinitionNames scope!
  versions!:[]CustomResourceDefinitionVersion conversion:CustomResourceConversion preserveUnknownFields:b
CustomResourceDefinitionNames plural! singular shortNames:[] kind! listKind categories:[]
CustomResourceDefinitionVersion name! served!:b storage!:b deprecated:b deprecationWarning
  schema:CustomResourceValidation subresources:CustomResourceSubresources
  additionalPrinterColumns:[]CustomResourceColumnDefinition selectableFields:[]SelectableField
CustomResourceValidation openAPIV3Schema:JSONSchemaProps
CustomResourceSubresources status:any scale:CustomResourceSubresourceScale
CustomResourceSubresourceScale specReplicasPath! statusReplicasPath! labelSelectorPath
CustomResourceColumnDefinition name! type! format description priority:i jsonPath!
SelectableField jsonPath!
CustomResourceConversion strategy! webhook:any
CustomResourceDefinitionStatus conditions:[]CustomResourceDefinitionCondition^type
  acceptedNames:CustomResourceDefinitionNames storedVersions:[] observedGeneration:l
CustomResourceDefinitionCondition type! status! lastTransitionTime:t reason message observedGeneration:l
JSONSchemaProps type format title description default:any nullable:b properties:{}JSONSchemaProps
  additionalProperties:any items:JSONSchemaProps required:[] enum:any minimum:any maximum:any exclusiveMinimum:b
  exclusiveMaximum:b multipleOf:any minLength:l maxLength:l pattern minItems:l maxItems:l uniqueItems:b minProperties:l
  maxProperties:l allOf:[]JSONSchemaProps anyOf:[]JSONSchemaProps oneOf:[]JSONSchemaProps not:JSONSchemaProps
  example:any externalDocs:any id x_kubernetes_preserve_unknown_fields:b x_kubernetes_embedded_resource:b
  x_kubernetes_int_or_string:b x_kubernetes_list_type x_kubernetes_list_map_keys:[] x_kubernetes_map_type
  x_kubernetes_validations:[]ValidationRule
ValidationRule rule! message messageExpression reason fieldPath optionalOldSelf:b
`,
  metaSchemas,
);
hyphenate(schemaOf(table, 'JSONSchemaProps'));

/** Names of extensions have hyphens, which a table cannot write. */
function hyphenate(schema: Schema): void {
  const fields = schema.fields as Map<string, SchemaField>;
  for (const [name, field] of [...fields]) {
    if (!name.startsWith('x_')) continue;
    const written = name.replaceAll('_', '-');
    fields.delete(name);
    fields.set(written, { ...field, name: written });
  }
}

const texts = readTexts(`
CustomResourceDefinition A kind of one's own: how it is called, where it lives, and what its objects look like.
CustomResourceDefinitionSpec.group The API group, such as example.com; the object is named PLURAL.GROUP.
CustomResourceDefinitionSpec.names What the kind is called in URLs, on the command line and in manifests.
CustomResourceDefinitionSpec.scope Namespaced or Cluster.
CustomResourceDefinitionSpec.versions The versions of the kind; exactly one of them is stored.
CustomResourceDefinitionVersion.served Whether the version is offered at all.
CustomResourceDefinitionVersion.storage Whether objects are stored in this version.
CustomResourceDefinitionVersion.schema What objects look like: fields that it does not describe are dropped.
CustomResourceDefinitionVersion.subresources Whether status and scale are written by themselves.
CustomResourceDefinitionVersion.additionalPrinterColumns Columns of kubectl get beside the name.
CustomResourceDefinitionStatus.acceptedNames The names that are in use; they may differ while others have them.
CustomResourceDefinitionStatus.storedVersions Versions in which objects may be stored.
CustomResourceDefinitionStatus.conditions NamesAccepted, Established, and Terminating when it is on its way out.
`);

/** Upstream apiextensions-apiserver registry/customresourcedefinition strategy. */
const definitions = defineResource<Definition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  namespaced: false,
  categories: ['api-extensions'],
  subresources: ['status'],
  directory: 'apiextensions.k8s.io/customresourcedefinitions',
  schema: schemaOf(table, 'CustomResourceDefinition'),
  defaults: setDefaults,
  prepareForCreate: (one) =>
    withStored({ ...one, metadata: { ...one.metadata, generation: 1 }, status: { acceptedNames: {}, conditions: [] } }),
  prepareForUpdate: (next, old) => {
    const generation = (old.metadata.generation ?? 1) + (sameJson(next.spec, old.spec) ? 0 : 1);
    const kept = old.status === undefined ? {} : { status: old.status };
    return withStored({ ...next, ...kept, metadata: { ...next.metadata, generation } });
  },
  prepareForStatusUpdate: (next, old) => {
    const { finalizers, resourceVersion } = next.metadata;
    const { finalizers: _gone, ...metadata } = old.metadata;
    const held = finalizers === undefined ? {} : { finalizers };
    return { ...old, metadata: { ...metadata, ...held, resourceVersion }, ...(next.status && { status: next.status }) };
  },
  prepareForDelete: markDeleting,
  validate: definitionErrors,
  refusals: definitionRefusals,
  columns: [nameColumn(), column('Created At', ({ metadata }) => metadata.creationTimestamp ?? '<unknown>', 'date')],
});

function setDefaults(one: Definition): Definition {
  const { names = {} as DefinitionNames, conversion } = one.spec ?? {};
  const { kind = '', singular, listKind } = names;
  const said = {
    ...names,
    ...(singular || kind === '' ? {} : { singular: kind.toLowerCase() }),
    ...(listKind || kind === '' ? {} : { listKind: `${kind}List` }),
  };
  return { ...one, spec: { ...one.spec, names: said, conversion: conversion ?? { strategy: 'None' } } };
}

/** The version that is stored joins the list of those that ever were. */
function withStored(one: Definition): Definition {
  const stored = one.spec.versions?.find(({ storage }) => storage)?.name;
  const { storedVersions = [] } = one.status ?? {};
  if (stored === undefined || storedVersions.includes(stored)) return one;
  return { ...one, status: { ...one.status, storedVersions: [...storedVersions, stored] } };
}

/** The first DELETE: the instances go first. Upstream registry/customresourcedefinition/etcd.go `Delete`. */
function markDeleting(one: Definition, nowMs: number): Definition {
  if (one.metadata.deletionTimestamp !== undefined) return one;
  const { finalizers = [] } = one.metadata;
  const held = finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP];
  const pending = {
    type: 'Terminating',
    status: 'True' as const,
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  const conditions = setCondition(one.status?.conditions, pending, nowMs);
  return { ...one, metadata: { ...one.metadata, finalizers: held }, status: { ...one.status, conditions } };
}

/** The kind CustomResourceDefinition, apiextensions.k8s.io/v1. */
export const customResourceDefinition: Kind = { resource: definitions as unknown as Resource, texts, rules: [] };
