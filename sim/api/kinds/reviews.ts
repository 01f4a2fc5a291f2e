import { nameColumn } from '../cells.ts';
import type { JsonObject, KubeObject, ObjectMeta } from '../meta.ts';
import { defineResource, type FieldError, type Resource } from '../resource.ts';
import { accessSchemas } from '../schemas/accessschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { invalidValue, required } from '../validate.ts';

/** The group of reviews about permission. */
export const AUTHORIZATION = 'authorization.k8s.io';
/** The group of reviews about identity. */
export const AUTHENTICATION = 'authentication.k8s.io';

/** A question about a resource: may somebody do `verb` to it? Absent fields are ''; `*` means all. */
export type ResourceAttributes = {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
};

export type NonResourceAttributes = { readonly path?: string; readonly verb?: string };

export type AccessReviewSpec = {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: NonResourceAttributes;
  readonly user?: string;
  readonly groups?: readonly string[];
};

/** SelfSubjectAccessReview, SubjectAccessReview and LocalSubjectAccessReview. */
export type AccessReview = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: AccessReviewSpec;
};

/**
 * Objects that are questions: created, answered in their status, and never stored. Follows
 * pkg/apis/authorization/validation and pkg/registry/{authorization,authentication}.
 */
export const reviews: readonly Resource[] = [
  review(AUTHENTICATION, 'SelfSubjectReview', false),
  review(AUTHENTICATION, 'TokenReview', false, ({ spec }) =>
    (spec as { token?: string } | undefined)?.token ? [] : [required('spec.token', 'token is required')],
  ),
  review(AUTHORIZATION, 'LocalSubjectAccessReview', true, (object) => localErrors(object as AccessReview)),
  review(AUTHORIZATION, 'SelfSubjectAccessReview', false, (object) => attributeErrors(object as AccessReview)),
  review(AUTHORIZATION, 'SelfSubjectRulesReview', false),
  review(AUTHORIZATION, 'SubjectAccessReview', false, (object) => subjectErrors(object as AccessReview)),
];

/** What a request for a token looks like; it lives below a ServiceAccount (`…/token`) only. */
export const TOKEN_REQUEST = {
  group: AUTHENTICATION,
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'TokenRequest',
  schema: schemaOf(accessSchemas, 'TokenRequest'),
};

function review(
  group: string,
  kind: string,
  namespaced: boolean,
  validate: (object: KubeObject) => readonly FieldError[] = () => [],
): Resource {
  return defineResource<KubeObject>({
    group,
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced,
    verbs: ['create'],
    schema: schemaOf(accessSchemas, kind),
    validate,
    columns: [nameColumn()],
  });
}

const ONE_OF = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
const BOTH = 'cannot be specified in combination with resourceAttributes';

function attributeErrors({ spec }: AccessReview): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    return [invalidValue('spec.nonResourceAttributes', nonResourceAttributes as JsonObject, BOTH)];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  return [invalidValue('spec.resourceAttributes', nonResourceAttributes ?? null, ONE_OF)];
}

function subjectErrors(review: AccessReview): readonly FieldError[] {
  const { user = '', groups = [] } = review.spec;
  const nobody = user === '' && groups.length === 0;
  return [
    ...attributeErrors(review),
    ...(nobody ? [invalidValue('spec.user', '', 'at least one of user or group must be specified')] : []),
  ];
}

function localErrors(review: AccessReview): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = review.spec;
  const namespace = resourceAttributes?.namespace ?? '';
  const about = 'must match metadata.namespace';
  return [
    ...subjectErrors(review),
    ...(namespace === (review.metadata.namespace ?? '')
      ? []
      : [invalidValue('spec.resourceAttributes.namespace', namespace, about)]),
    ...(nonResourceAttributes === undefined
      ? []
      : [
          invalidValue(
            'spec.nonResourceAttributes',
            nonResourceAttributes as JsonObject,
            'disallowed on this kind of request',
          ),
        ]),
  ];
}
