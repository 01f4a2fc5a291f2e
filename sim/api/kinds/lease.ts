import { ageColumn, column, nameColumn } from '../cells.ts';
import type { MicroTime, ObjectMeta } from '../meta.ts';
import { defineResource } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { type Errors, invalidValue, nonNegative, subdomainName, validateMeta } from '../validate.ts';

export type Lease = {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: ObjectMeta;
  readonly spec?: LeaseSpec;
};

export type LeaseSpec = {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: MicroTime;
  readonly renewTime?: MicroTime;
  readonly leaseTransitions?: number;
  readonly strategy?: string;
  readonly preferredHolder?: string;
};

/** Upstream registry/coordination/lease strategy. */
export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  schema: schemaOf(schemas, 'Lease'),
  validate: validateLease,
  columns: [nameColumn(), column('Holder', (lease) => lease.spec?.holderIdentity ?? ''), ageColumn()],
});

function validateLease(lease: Lease): Errors {
  const { leaseDurationSeconds, leaseTransitions } = lease.spec ?? {};
  return [
    ...validateMeta(lease.metadata, true, subdomainName),
    ...(leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0
      ? [invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...nonNegative('spec.leaseTransitions', leaseTransitions),
  ];
}
