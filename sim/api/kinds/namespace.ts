import { ageColumn, column, nameColumn } from '../cells.ts';
import { dns1123LabelErrors } from '../formats.ts';
import type { Condition, ObjectMeta } from '../meta.ts';
import { defineResource, keepStatus } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { validateMeta } from '../validate.ts';

export type Namespace = {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: NamespaceStatus;
};

export type NamespaceStatus = {
  readonly phase?: 'Active' | 'Terminating';
  readonly conditions?: readonly Condition[];
};

/** Upstream registry/core/namespace strategy: a new namespace is Active and holds the finalizer `kubernetes`. */
export const namespaces = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status', 'finalize'],
  schema: schemaOf(schemas, 'Namespace'),
  defaults: withNameLabel,
  prepareForCreate: (namespace) => ({
    ...namespace,
    spec: { finalizers: [...new Set([...(namespace.spec?.finalizers ?? []), 'kubernetes'])] },
    status: { phase: 'Active' },
  }),
  prepareForUpdate: (next, old) => keepStatus({ ...next, spec: old.spec }, old),
  validate: (namespace) => validateMeta(namespace.metadata, false, dns1123LabelErrors),
  fields: ({ metadata, status }) => ({ 'metadata.name': metadata.name, 'status.phase': status?.phase ?? '' }),
  columns: [nameColumn(), column('Status', (namespace) => namespace.status?.phase ?? ''), ageColumn()],
});

/** Every namespace carries its name as a label, so that namespace selectors can name it. */
function withNameLabel(namespace: Namespace): Namespace {
  const { metadata } = namespace;
  if (!metadata.name) return namespace;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  return { ...namespace, metadata: { ...metadata, labels } };
}
