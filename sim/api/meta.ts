/**
 * Immutable JSON data. Every API object is assignable to it (they are type aliases, not interfaces, for that reason).
 */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly JsonValue[]
  | { readonly [field: string]: JsonValue };

export type JsonObject = { readonly [field: string]: JsonValue };

/** A time as upstream writes it, `2026-01-01T00:00:00Z` (one-second resolution). Made by `rfc3339`. */
export type Time = string;
/** A time with six decimals, `2026-01-01T00:00:00.000000Z`. Made by `microTime`. */
export type MicroTime = string;
/** Kubernetes quantity text: `100m`, `64Mi`, `2`. Read it with `sim/api/quantity.ts`. */
export type Quantity = string;
/** A number or a percentage / port name. */
export type IntOrString = number | string;
export type Labels = { readonly [key: string]: string };
export type ResourceList = { readonly [resource: string]: Quantity };

export type TypeMeta = { readonly apiVersion: string; readonly kind: string };

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

export type ManagedFieldsEntry = {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: Time;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
  readonly subresource?: string;
};

/** Upstream `metav1.ObjectMeta`. Stored objects always have name, uid, resourceVersion and creationTimestamp. */
export type ObjectMeta = {
  /** `''` only in a create body that uses generateName. */
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly selfLink?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: Time | null;
  readonly deletionTimestamp?: Time;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
};

/** Metadata of a pod template: nothing in it is mandatory. */
export type TemplateMeta = Partial<ObjectMeta>;

export type ListMeta = {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
  readonly selfLink?: string;
};

/** What every stored object has. `spec` and `status` are there for kinds that have them. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: JsonValue;
  readonly status?: JsonValue;
};

/** A list reply: `PodList` and so on. */
export type KubeList<O extends KubeObject = KubeObject> = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: readonly O[];
};

export type LabelSelectorRequirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
};

export type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
};

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** The part all condition types share. */
export type Condition = {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: Time | null;
  readonly observedGeneration?: number;
};

export type LocalObjectReference = { readonly name?: string };

export type ObjectReference = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
};

/** `ns/name`, or `name` for an object without namespace: the key of informers and work queues. */
export function objectKey(object: { readonly metadata: TemplateMeta }): string {
  const { namespace, name = '' } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** Takes `objectKey` apart again; the namespace is '' for cluster-scoped keys. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The one owner reference with `controller: true`, as upstream `metav1.GetControllerOf`. */
export function controllerOf(object: { readonly metadata: TemplateMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** Whether `owner` is the controller of `object`; compared by uid, as upstream does. */
export function isControlledBy(object: { readonly metadata: TemplateMeta }, owner: KubeObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && controller.uid === owner.metadata.uid;
}

/** The owner reference a controller writes into its children, as upstream `metav1.NewControllerRef`. */
export function controllerRef(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The condition of that type, undefined when it was never set. */
export function getCondition<C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition is there with status True. */
export function isConditionTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return getCondition(conditions, type)?.status === 'True';
}

/**
 * The list with `next` in it. `lastTransitionTime` moves to `nowMs` only when the status changes; otherwise the old one
 * is
 * kept. Returns the same array when nothing changes, so that callers can compare by identity.
 */
export function setCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  next: C,
  nowMs: number,
): readonly C[] {
  const list = conditions ?? [];
  const index = list.findIndex((condition) => condition.type === next.type);
  const old = list[index];
  const moved = old === undefined || old.status !== next.status;
  const written: C = { ...next, lastTransitionTime: moved ? rfc3339(nowMs) : old.lastTransitionTime };
  if (old === undefined) return [...list, written];
  if (sameFields(old, written)) return list;
  return list.map((condition, position) => (position === index ? written : condition));
}

function sameFields(left: JsonObject, right: JsonObject): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) if (left[name] !== right[name]) return false;
  return true;
}

/** Virtual 0 ms of every page: 2026-01-01T00:00:00Z, in days since 1970-01-01. */
const EPOCH_DAYS = 20454;
/** The same instant in seconds since 1970-01-01. */
export const UNIX_EPOCH_SECONDS = EPOCH_DAYS * 86_400;
const DAY_MS = 86_400_000;

/** The second in which `ms` (virtual milliseconds) falls, as `2026-01-01T00:00:00Z`. */
export function rfc3339(ms: number): string {
  return `${civil(ms)}Z`;
}

/** `ms` (virtual milliseconds) with six decimals, as upstream writes MicroTime. */
export function microTime(ms: number): string {
  return `${civil(ms)}.${pad(modulo(Math.floor(ms), 1000), 3)}000Z`;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Virtual milliseconds of an RFC 3339 time (also with decimals or an offset); undefined when it is not one. */
export function parseTime(text: string | null | undefined): number | undefined {
  if (text === lastText) return lastTime;
  const time = timeOf(text ?? '');
  if (time !== undefined) [lastText, lastTime] = [text, time];
  return time;
}

/** Most times are read several times in a row; one that was read is remembered. */
let lastText: string | null | undefined = '';
let lastTime: number | undefined;

function timeOf(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const days = daysFromCivil(Number(year), Number(month), Number(day)) - EPOCH_DAYS;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - zoneSeconds(zone);
  return days * DAY_MS + seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Weekday (0 = Sunday) of a virtual time, for RFC 1123 dates in `kubectl describe`. */
export function weekday(ms: number): number {
  return modulo(Math.floor(ms / DAY_MS) + EPOCH_DAYS + 4, 7);
}

function civil(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const seconds = Math.floor((ms - days * DAY_MS) / 1000);
  const [year, month, day] = civilFromDays(days + EPOCH_DAYS);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock.map((part) => pad(part, 2)).join(':')}`;
}

/** Days since 1970-01-01 of a proleptic Gregorian date; years run from March so that the leap day is the last one. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (lengths[month - 1] ?? 0);
}

function zoneSeconds(zone: string): number {
  if (zone === 'Z') return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
