import { ageColumn, column, nameColumn } from '../cells.ts';
import { encodeText } from '../encodetext.ts';
import { configKeyErrors } from '../formats.ts';
import type { Labels, ObjectMeta } from '../meta.ts';
import { defineResource, sameJson } from '../resource.ts';
import { accessSchemas } from '../schemas/accessschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';

export type Secret = {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: ObjectMeta;
  readonly immutable?: boolean;
  /** Base64 values: an encoding, not a protection. */
  readonly data?: Labels;
  /** Plain values, only on the way in: the server moves them into `data`. */
  readonly stringData?: Labels;
  readonly type?: string;
};

/** Upstream registry/core/secret strategy. */
export const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  schema: schemaOf(accessSchemas, 'Secret'),
  defaults: withPlainValues,
  validate: validateSecret,
  fields: ({ metadata, type = '' }) => ({
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    type,
  }),
  columns: [
    nameColumn(),
    column('Type', ({ type = '' }) => type),
    column('Data', ({ data }) => Object.keys(data ?? {}).length),
    ageColumn(),
  ],
});

function withPlainValues(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  const typed = { ...rest, type: rest.type || 'Opaque' };
  if (stringData === undefined) return typed;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, encodeText(value)]));
  return { ...typed, data: { ...rest.data, ...encoded } };
}

const LIMIT_BYTES = 1_048_576;
const WHEN_SET = 'field is immutable when `immutable` is set';
const OWNER = 'kubernetes.io/service-account.name';

/** Keys that each well-known type must have (pkg/apis/core/validation `ValidateSecret`). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function validateSecret(secret: Secret, old?: Secret): Errors {
  const { metadata, data = {}, type = '' } = secret;
  const size = Object.values(data).reduce((sum, value) => sum + (value.length * 3) / 4, 0);
  const isFrozen = old?.immutable === true;
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...Object.keys(data).flatMap((key) => invalidEach(`data[${key}]`, key, configKeyErrors(key))),
    ...(size > LIMIT_BYTES
      ? [{ type: 'TooLong' as const, field: 'data', detail: `may not be more than ${LIMIT_BYTES} bytes` }]
      : []),
    ...missingOf(type, secret),
    ...(old !== undefined && old.type !== type ? [invalidValue('type', type, IMMUTABLE)] : []),
    ...(isFrozen && secret.immutable !== true ? [forbiddenField('immutable', WHEN_SET)] : []),
    ...(isFrozen && !sameJson(data, old.data ?? {}) ? [forbiddenField('data', WHEN_SET)] : []),
  ];
}

function missingOf(type: string, { metadata, data = {} }: Secret): Errors {
  if (type === 'kubernetes.io/service-account-token') {
    return metadata.annotations?.[OWNER] ? [] : [required(`metadata.annotations[${OWNER}]`)];
  }
  if (type === 'kubernetes.io/basic-auth') {
    const has = data['username'] !== undefined || data['password'] !== undefined;
    return has ? [] : [required('data[username]'), required('data[password]')];
  }
  return (REQUIRED[type] ?? []).filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`));
}
