import { column, nameColumn } from '../cells.ts';
import { labelKeyErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { ObjectMeta, Quantity, ResourceList } from '../meta.ts';
import { compareQuantities, milliValue } from '../quantity.ts';
import { defineResource, type Resource } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import {
  duplicate,
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';

export type LimitRangeItem = {
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
};

export type LimitRange = {
  readonly apiVersion: 'v1';
  readonly kind: 'LimitRange';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly limits?: readonly LimitRangeItem[] };
};

const schemas = readSchemas(
  `
LimitRange kind apiVersion metadata:ObjectMeta spec:LimitRangeSpec
LimitRangeSpec limits!:[]LimitRangeItem
LimitRangeItem type! max:{}q min:{}q default:{}q defaultRequest:{}q maxLimitRequestRatio:{}q
`,
  metaSchemas,
);

const texts = readTexts(`
LimitRange What containers, pods and claims of a namespace may ask for, and what they get when they do not ask.
LimitRangeSpec.limits The limits, each for one type.
LimitRangeItem.type Container, Pod or PersistentVolumeClaim.
LimitRangeItem.max The most, by resource.
LimitRangeItem.min The least, by resource.
LimitRangeItem.default The limit of a container that has none.
LimitRangeItem.defaultRequest The request of a container that has none.
LimitRangeItem.maxLimitRequestRatio How many times its request a limit may be.
`);

/** Upstream registry/core/limitrange strategy. */
const limitRanges = defineResource<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  schema: schemaOf(schemas, 'LimitRange'),
  defaults: (range) => ({ ...range, spec: { ...range.spec, limits: range.spec?.limits?.map(withDefaults) ?? [] } }),
  validate: ({ metadata, spec }) => [
    ...validateMeta(metadata, true, subdomainName),
    ...limitErrors(spec?.limits ?? []),
  ],
  columns: [nameColumn(), column('Created At', ({ metadata }) => metadata.creationTimestamp ?? '', 'date')],
});

/** What a container gets follows from what it may have (SetDefaults_LimitRangeItem). */
function withDefaults(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  return {
    ...item,
    ...(Object.keys(limits).length > 0 ? { default: limits } : {}),
    ...(Object.keys(requests).length > 0 ? { defaultRequest: requests } : {}),
  };
}

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const PARTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
const RESOURCES = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/;
const NOT_OF_POD = "may not be specified when `type` is 'Pod'";

function limitErrors(limits: readonly LimitRangeItem[]): Errors {
  return limits.flatMap((item, index) => {
    const at = `spec.limits[${index}]`;
    const { type } = item;
    const isTwice = limits.slice(0, index).some((other) => other.type === type);
    const isKnown = TYPES.includes(type) || type.includes('/');
    const names = [...new Set(PARTS.flatMap((part) => Object.keys(item[part] ?? {})))].sort();
    return [
      ...invalidEach(`${at}.type`, type, labelKeyErrors(type)),
      ...(isKnown ? [] : [invalidValue(`${at}.type`, type, 'must be a standard limit type or fully qualified')]),
      ...(isTwice ? [duplicate(`${at}.type`, type)] : []),
      ...PARTS.flatMap((part) => nameErrors(item, part, `${at}.${part}`)),
      ...(type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']
        ? [required(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided')]
        : []),
      ...names.flatMap((name) => orderErrors(item, name, at)),
    ];
  });
}

function nameErrors(item: LimitRangeItem, part: (typeof PARTS)[number], at: string): Errors {
  const names = Object.keys(item[part] ?? {});
  if (item.type === 'Pod' && part.startsWith('default'))
    return names.length > 0 ? [forbiddenField(at, NOT_OF_POD)] : [];
  if (item.type !== 'Container' && item.type !== 'Pod') return [];
  return names
    .filter((name) => !RESOURCES.test(name) && !name.includes('/'))
    .map((name) => invalidValue(`${at}[${name}]`, name, 'must be a standard resource for containers'));
}

/** The least is not more than the most, and what lies between lies between. */
function orderErrors(item: LimitRangeItem, name: string, at: string): Errors {
  const [min, max, limit, request, ratio] = (
    ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const
  ).map((part) => item[part]?.[name]);
  const isMore = (a: Quantity | undefined, b: Quantity | undefined) =>
    a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const error = (part: string, value: Quantity | undefined, text: string) => [
    invalidValue(`${at}.${part}[${name}]`, value, text),
  ];
  const most = milliValue(max) / milliValue(min);
  return [
    ...(isMore(min, max) ? error('min', min, `min value ${min} is greater than max value ${max}`) : []),
    ...(isMore(min, request)
      ? error('defaultRequest', request, `min value ${min} is greater than default request value ${request}`)
      : []),
    ...(isMore(request, max)
      ? error('defaultRequest', request, `default request value ${request} is greater than max value ${max}`)
      : []),
    ...(isMore(request, limit)
      ? error(
          'defaultRequest',
          request,
          `default request value ${request} is greater than default limit value ${limit}`,
        )
      : []),
    ...(isMore(min, limit) ? error('default', min, `min value ${min} is greater than default value ${limit}`) : []),
    ...(isMore(limit, max) ? error('default', max, `default value ${limit} is greater than max value ${max}`) : []),
    ...(isMore('1', ratio) ? error('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`) : []),
    ...(ratio !== undefined && min !== undefined && max !== undefined && milliValue(ratio) / 1000 > most
      ? error('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)
      : []),
  ];
}

/** The kind LimitRange. */
export const limitRange: Kind = { resource: limitRanges as unknown as Resource, texts, rules: [] };
