import type { Decoded } from './decode.ts';
import type { JsonObject, JsonValue, KubeObject } from './meta.ts';
import type { Scale } from './scale.ts';

/** Upstream `field.ErrorType`, by its short name. */
export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'NotSupported'
  | 'Duplicate'
  | 'Forbidden'
  | 'TooLong'
  | 'TooMany'
  | 'NotFound'
  | 'Internal'
  | 'TypeInvalid';

/** One reason why an object is refused, as data; `renderFieldError` in status.ts gives upstream's text. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].image` */
  readonly field: string;
  readonly value?: JsonValue;
  readonly detail: string;
}

/** What the course's simulator does with a field that upstream knows. */
export type Verdict = 'modelled' | 'inert' | 'refused';

/** One row of the published list of fields: what happens to `field` of `kind` here, and why. */
export interface LedgerEntry {
  readonly kind: string;
  readonly field: string;
  readonly verdict: Verdict;
  readonly note: string;
}

/** A column of the server-side Table. Priority 1 is shown by `-o wide` only. */
export interface Column<O extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  readonly priority: number;
  cell(object: O, nowMs: number): string | number | boolean | null;
}

export type Subresource = 'status' | 'scale' | 'binding' | 'eviction' | 'log' | 'exec' | 'token' | 'finalize';

/** The type of a field: a scalar of the wire format, a struct, or a list or map of one. */
export type SchemaType =
  | { readonly type: 'string' | 'boolean' | 'int32' | 'int64' | 'number' | 'quantity' | 'intOrString' }
  | { readonly type: 'time' | 'microTime' | 'bytes' | 'any' }
  | { readonly type: 'list' | 'map'; readonly of: SchemaType }
  | { readonly type: 'struct'; readonly struct: Schema };

export interface SchemaField {
  readonly name: string;
  readonly type: SchemaType;
  readonly required: boolean;
  /** Merge key of a list of structs; '' for a merged list of scalars; undefined for an atomic list. */
  readonly mergeKey: string | undefined;
  /** Whether a strategic merge patch carries `$retainKeys` for it. */
  readonly retainKeys: boolean;
}

/** A Go struct of the API: its name (as in upstream's error texts) and its JSON fields in upstream's order. */
export interface Schema {
  readonly name: string;
  readonly fields: ReadonlyMap<string, SchemaField>;
  /** What the fields mean, by name, and the struct itself under ''; for structs that were described at run time. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Everything the API machinery has to know about a kind. Pure: no method keeps state or changes its arguments. */
export interface Resource<O extends KubeObject = KubeObject> {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: O['kind'];
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** What can be done with it, as discovery lists it; a kind that can only be created is answered and never stored. */
  readonly verbs: readonly string[];
  readonly schema: Schema;
  /** Whether dependents stay when a DELETE does not say what becomes of them. */
  readonly orphansDependents?: boolean;
  defaults(object: O): O;
  /** What the registry sets on create: a status, generation 1; never identity (uid, resourceVersion, timestamps). */
  prepareForCreate(object: O): O;
  /** Update of the main resource: keeps the old status, raises generation when the spec changed. */
  prepareForUpdate(next: O, old: O): O;
  /** Update of /status: keeps the old spec and the metadata that upstream keeps. */
  prepareForStatusUpdate(next: O, old: O): O;
  /** Upstream's validation, immutable fields included when `old` is given. */
  validate(object: O, old?: O): readonly FieldError[];
  /** Fields that are kept but do nothing here: texts of the Warning header. */
  warnings?(object: O): readonly string[];
  /** Fields whose behaviour matters and is not simulated: refused with a sentence that says so and what to do. */
  refusals?(object: O): readonly FieldError[];
  /** The form in which a valid object is stored. */
  canonicalize(object: O): O;
  /** Values for field selectors: every key that upstream allows for this kind. */
  fields(object: O): Readonly<Record<string, string>>;
  readonly columns: readonly Column<O>[];
  /** Set for a version that is served beside the one in which objects are kept. */
  readonly conversion?: Conversion<O>;
  /** Set for a kind that a CustomResourceDefinition describes. */
  readonly custom?: CustomKind<O>;
  /** What every answer about the kind warns of, once it is deprecated. */
  readonly deprecation?: string;
  /** The directory below /registry, where it is not called after the plural. */
  readonly directory?: string;
  /** What a DELETE writes into the object first. */
  prepareForDelete?(object: O, nowMs: number): O;
}

/** How an object of another version becomes one as it is kept, and back. Upstream goes over an internal type. */
export interface Conversion<O extends KubeObject = KubeObject> {
  /** Of an object with its version's own defaults. */
  toStored(object: O): O;
  fromStored(object: O): O;
}

/** What is done otherwise for a kind that was described and not built in. */
export interface CustomKind<O extends KubeObject = KubeObject> {
  /** The description itself, as OpenAPI documents show it. */
  readonly described: JsonObject;
  /** Fits a body to the description: unknown fields are dropped and reported. */
  decode(body: JsonValue): Decoded;
  /** What is wrong with a status that is written by itself. */
  validateStatus(object: O, old: O): readonly FieldError[];
  viewScale?(object: O): Scale;
  withScale?(object: O, replicas: number): O;
}

type Optional = 'singular' | 'shortNames' | 'categories' | 'subresources' | 'verbs';
type Hooks =
  | 'defaults'
  | 'canonicalize'
  | 'prepareForCreate'
  | 'prepareForUpdate'
  | 'prepareForStatusUpdate'
  | 'fields';

/** What a kind has to say itself; the rest has the usual answer. */
export type ResourceDefinition<O extends KubeObject> = Omit<Resource<O>, Optional | Hooks> &
  Partial<Pick<Resource<O>, Optional | Hooks>>;

const ALL_VERBS: readonly string[] = 'create delete deletecollection get list patch update watch'.split(' ');

/** Whether objects of a kind are kept; reviews and requests for tokens are only answered. */
export function isStored({ verbs }: Pick<Resource, 'verbs'>): boolean {
  return verbs.includes('get');
}

/**
 * A Resource from its definition. Without hooks of its own a kind has no defaults, keeps its status on update, counts
 * generation when it has a spec and a status subresource, and selects by metadata.name and metadata.namespace.
 */
export function defineResource<O extends KubeObject>(definition: ResourceDefinition<O>): Resource<O> {
  const hasStatus = definition.subresources?.includes('status') ?? false;
  const usual: Pick<Resource<O>, Optional | Hooks> = {
    singular: definition.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    subresources: [],
    verbs: ALL_VERBS,
    defaults: (object) => object,
    canonicalize: (object) => object,
    prepareForCreate: (object) => (hasStatus ? startGeneration(object) : object),
    prepareForUpdate: (next, old) => (hasStatus ? keepStatus(countGeneration(next, old), old) : next),
    prepareForStatusUpdate: (next, old) => keepSpec(next, old),
    fields: (object) => metadataFields(object, definition.namespaced),
  };
  return but(usual as Resource<O>, definition);
}

/** A resource in which some things are otherwise. A getter stays one: what it gives is made when somebody asks. */
export function but<O extends KubeObject>(resource: Resource<O>, own: Partial<Resource<O>>): Resource<O> {
  const all = { ...Object.getOwnPropertyDescriptors(resource), ...Object.getOwnPropertyDescriptors(own) };
  return Object.defineProperties({}, all) as Resource<O>;
}

/** Generation 1, for kinds that count it. */
export function startGeneration<O extends KubeObject>(object: O): O {
  return { ...object, metadata: { ...object.metadata, generation: 1 } };
}

/** Generation of `old`, one higher when the spec changed. */
export function countGeneration<O extends KubeObject>(next: O, old: O): O {
  const generation = (old.metadata.generation ?? 0) + (sameJson(next.spec, old.spec) ? 0 : 1);
  return generation === 0 ? next : { ...next, metadata: { ...next.metadata, generation } };
}

/** The update with the status that was stored: the main resource cannot write it. */
export function keepStatus<O extends KubeObject>(next: O, old: O): O {
  if (old.status !== undefined) return { ...next, status: old.status };
  const { status: _dropped, ...rest } = next;
  return rest as O;
}

/** A status update: spec, labels, annotations, owners and generation stay as stored. */
function keepSpec<O extends KubeObject>(next: O, old: O): O {
  const { resourceVersion } = next.metadata;
  return { ...old, metadata: { ...old.metadata, resourceVersion }, status: next.status };
}

/** The field selectors that every kind has. */
function metadataFields(object: KubeObject, namespaced: boolean): Record<string, string> {
  const { name, namespace = '' } = object.metadata;
  return namespaced ? { 'metadata.name': name, 'metadata.namespace': namespace } : { 'metadata.name': name };
}

/** Deep equality of JSON data; an absent field equals one that is undefined. */
export function sameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (left === undefined || right === undefined) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  const a = left as { readonly [field: string]: JsonValue };
  const b = right as { readonly [field: string]: JsonValue };
  for (const name of Object.keys(a)) if (!sameJson(a[name], b[name])) return false;
  for (const name of Object.keys(b)) if (b[name] !== undefined && a[name] === undefined) return false;
  return true;
}
