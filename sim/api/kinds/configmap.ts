import { ageColumn, column, nameColumn } from '../cells.ts';
import { configKeyErrors } from '../formats.ts';
import type { Labels, ObjectMeta } from '../meta.ts';
import { defineResource, sameJson } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { type Errors, forbiddenField, invalidEach, invalidValue, subdomainName, validateMeta } from '../validate.ts';

export type ConfigMap = {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: ObjectMeta;
  readonly data?: Labels;
  /** Base64 values. */
  readonly binaryData?: Labels;
  readonly immutable?: boolean;
};

/** Upstream registry/core/configmap strategy. */
export const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: schemaOf(schemas, 'ConfigMap'),
  validate: validateConfigMap,
  columns: [nameColumn(), column('Data', countKeys), ageColumn()],
});

function countKeys({ data, binaryData }: ConfigMap): number {
  return Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length;
}

const LIMIT_BYTES = 1_048_576;
const IS_IMMUTABLE = 'field is immutable when `immutable` is set';

function validateConfigMap(map: ConfigMap, old?: ConfigMap): Errors {
  const { data = {}, binaryData = {} } = map;
  const size = [data, binaryData]
    .flatMap((values) => Object.values(values))
    .reduce((sum, value) => sum + value.length, 0);
  const isFrozen = old?.immutable === true;
  return [
    ...validateMeta(map.metadata, true, subdomainName),
    ...Object.keys(data).flatMap((key) => [
      ...invalidEach(`data[${key}]`, key, configKeyErrors(key)),
      ...(key in binaryData ? [invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
    ]),
    ...Object.keys(binaryData).flatMap((key) => invalidEach(`binaryData[${key}]`, key, configKeyErrors(key))),
    ...(size > LIMIT_BYTES
      ? [{ type: 'TooLong' as const, field: '[]', detail: `may not be more than ${LIMIT_BYTES} bytes` }]
      : []),
    ...(isFrozen && map.immutable !== true ? [forbiddenField('immutable', IS_IMMUTABLE)] : []),
    ...(isFrozen && !sameJson(data, old.data ?? {}) ? [forbiddenField('data', IS_IMMUTABLE)] : []),
    ...(isFrozen && !sameJson(binaryData, old.binaryData ?? {}) ? [forbiddenField('binaryData', IS_IMMUTABLE)] : []),
  ];
}
