import { rfc3339 } from './time.ts';

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

export { microTime, parseTime, rfc3339 } from './time.ts';
