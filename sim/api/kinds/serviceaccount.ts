import { ageColumn, column, nameColumn } from '../cells.ts';
import type { LocalObjectReference, ObjectMeta, ObjectReference } from '../meta.ts';
import { defineResource } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { subdomainName, validateMeta } from '../validate.ts';

export type ServiceAccount = {
  readonly apiVersion: 'v1';
  readonly kind: 'ServiceAccount';
  readonly metadata: ObjectMeta;
  readonly secrets?: readonly ObjectReference[];
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly automountServiceAccountToken?: boolean;
};

/** Upstream registry/core/serviceaccount strategy. */
export const serviceAccounts = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  subresources: ['token'],
  schema: schemaOf(schemas, 'ServiceAccount'),
  validate: (account) => validateMeta(account.metadata, true, subdomainName),
  columns: [nameColumn(), column('Secrets', (account) => account.secrets?.length ?? 0), ageColumn()],
});
