import type { JsonObject, JsonValue } from './meta.ts';
import { parseTime } from './meta.ts';
import { formatQuantity, parseQuantity } from './quantity.ts';
import type { Schema, SchemaField, SchemaType } from './resource.ts';

export type Path = readonly (string | number)[];

/** One thing wrong with a body: where it is, so that an editor can mark the line, and what was probably meant. */
export interface DecodeProblem {
  readonly kind: 'unknown' | 'duplicate' | 'type';
  readonly path: Path;
  /** Upstream's text: `unknown field "spec.replica"`, `json: cannot unmarshal …`. */
  readonly message: string;
  /** The field that was probably meant, `replicas`. */
  readonly suggestion?: string;
}

export interface Decoded {
  /** The body with null and empty optional fields dropped and quantities in canonical form. */
  readonly object: JsonObject;
  readonly problems: readonly DecodeProblem[];
}

/**
 * Fits a parsed body to a struct, as upstream's JSON decoder does: nulls count as absent, unknown fields are dropped
 * and
 * reported, a value of a wrong type is reported with Go's text. The caller decides what to do with the problems: see
 * `decodeError`.
 */
export function decode(body: JsonValue, schema: Schema): Decoded {
  const problems: DecodeProblem[] = [];
  const object = structOf(body, schema, { path: [], struct: schema, problems });
  return { object: object ?? {}, problems };
}

/**
 * What the apiserver answers after `cannot be handled as a Pod: `; undefined when the body may pass. A wrong type
 * always
 * fails, and first; unknown and duplicate fields fail under strict validation only, all of them in one text.
 */
export function decodeError(problems: readonly DecodeProblem[], isStrict: boolean): string | undefined {
  const wrongType = problems.find((problem) => problem.kind === 'type');
  if (wrongType !== undefined) return wrongType.message;
  if (!isStrict || problems.length === 0) return undefined;
  return `strict decoding error: ${problems.map((problem) => problem.message).join(', ')}`;
}

/** `spec.containers[0].image`: how upstream's strict errors write a path. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Where decoding is: the path so far, the Go struct that holds the value (for error texts), the list of problems. */
interface Place {
  readonly path: (string | number)[];
  struct: Schema;
  readonly problems: DecodeProblem[];
}

/** A body that is already as it should be comes back itself, not a copy: bodies never change, so they can be shared. */
function structOf(value: JsonValue, schema: Schema, place: Place): JsonObject | undefined {
  if (!isObject(value)) {
    mismatch(value, `v1.${schema.name}`, place);
    return undefined;
  }
  const { struct } = place;
  let changes: Changes | undefined;
  for (const name of Object.keys(value)) {
    const inner = value[name] as JsonValue;
    place.path.push(name);
    const field = schema.fields.get(name);
    if (field === undefined) {
      const path = place.path.slice();
      const message = `unknown field ${JSON.stringify(formatPath(path))}`;
      place.problems.push({ kind: 'unknown', path, message, suggestion: closest(name, schema) });
      changes = withChange(changes, name, undefined);
    } else {
      place.struct = schema;
      const decoded = inner === null || inner === undefined ? undefined : fieldValue(inner, field.type, place);
      const kept = decoded === undefined || isDropped(decoded, field) ? undefined : decoded;
      if (kept !== inner) changes = withChange(changes, name, kept);
    }
    place.path.pop();
  }
  place.struct = struct;
  return changed(value, changes);
}

/** What becomes of entries that are not kept as they are: another value, or undefined: dropped. */
type Changes = Map<string, JsonValue | undefined>;

function withChange(changes: Changes | undefined, name: string, value: JsonValue | undefined): Changes {
  return (changes ?? new Map<string, JsonValue | undefined>()).set(name, value);
}

function changed(value: JsonObject, changes: Changes | undefined): JsonObject {
  if (changes === undefined) return value;
  const entries: [string, JsonValue][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const kept = changes.has(name) ? changes.get(name) : inner;
    if (kept !== undefined) entries.push([name, kept]);
  }
  return Object.fromEntries(entries);
}

function fieldValue(value: JsonValue, type: SchemaType, place: Place): JsonValue {
  switch (type.type) {
    case 'struct':
      return structOf(value, type.struct, place);
    case 'list':
      return listOf(value, type.of, place);
    case 'map':
      return mapOf(value, type.of, place);
    case 'any':
      return value;
    default:
      return scalarOf(value, type.type, place);
  }
}

function listOf(value: JsonValue, type: SchemaType, place: Place): JsonValue {
  if (!Array.isArray(value)) return mismatch(value, goType({ type: 'list', of: type }, place), place);
  const items = value.map((item: JsonValue, index) => itemOf(item, index, type, place));
  return items.every((item, index) => item === value[index]) ? value : items;
}

function mapOf(value: JsonValue, type: SchemaType, place: Place): JsonValue {
  if (!isObject(value)) return mismatch(value, goType({ type: 'map', of: type }, place), place);
  let changes: Changes | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key] as JsonValue;
    const decoded = itemOf(item, key, type, place);
    if (decoded !== item) changes = withChange(changes, key, decoded);
  }
  return changed(value, changes);
}

function itemOf(item: JsonValue, at: string | number, type: SchemaType, place: Place): JsonValue {
  if (item === null || item === undefined) return zeroOf(type);
  place.path.push(at);
  const decoded = fieldValue(item, type, place);
  place.path.pop();
  return decoded;
}

type Scalar = Exclude<SchemaType['type'], 'struct' | 'list' | 'map' | 'any'>;

function scalarOf(value: JsonValue, type: Scalar, place: Place): JsonValue {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : mismatch(value, 'bool', place);
    case 'int32':
    case 'int64':
      return isInteger(value, type) ? value : mismatch(value, type, place);
    case 'intOrString':
      if (typeof value === 'string' || isInteger(value, 'int32')) return value;
      return mismatch(value, 'int32', place);
    case 'quantity':
      return quantityOf(value, place);
    case 'time':
    case 'microTime':
      return timeOf(value, type, place);
    default:
      return typeof value === 'string' ? value : mismatch(value, goString(type, place), place);
  }
}

function quantityOf(value: JsonValue, place: Place): JsonValue {
  const parsed = parseQuantity(isObject(value) || Array.isArray(value) ? '' : String(value).trim());
  if (parsed.ok) return formatQuantity(parsed.value);
  place.problems.push({ kind: 'type', path: place.path.slice(), message: parsed.error });
  return undefined;
}

function timeOf(value: JsonValue, type: 'time' | 'microTime', place: Place): JsonValue {
  if (typeof value !== 'string') return mismatch(value, 'string', place);
  if (parseTime(value) !== undefined) return value;
  const layout = type === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
  const text = JSON.stringify(value);
  const message = `parsing time ${text} as "${layout}": cannot parse ${text} as "2006"`;
  place.problems.push({ kind: 'type', path: place.path.slice(), message });
  return undefined;
}

/** Go's text of a wrong type; the path has no list indices there, and names the struct that has the field. */
function mismatch(value: JsonValue, expected: string, place: Place): undefined {
  const names = place.path.filter((part) => typeof part === 'string');
  const field = [place.struct.name, ...names].join('.');
  const where = names.length === 0 ? 'Go value' : `Go struct field ${field}`;
  const message = `json: cannot unmarshal ${goValue(value)} into ${where} of type ${expected}`;
  place.problems.push({ kind: 'type', path: place.path.slice(), message });
  return undefined;
}

function goValue(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && !Number.isInteger(value)) return `number ${value}`;
  return typeof value;
}

function goType(type: SchemaType, place: Place): string {
  if (type.type === 'struct') return `v1.${type.struct.name}`;
  if (type.type === 'list') return `[]${goType(type.of, place)}`;
  if (type.type === 'map' && type.of.type === 'quantity') return 'v1.ResourceList';
  if (type.type === 'map') return `map[string]${goType(type.of, place)}`;
  if (type.type === 'boolean') return 'bool';
  if (type.type === 'bytes') return '[]uint8';
  return type.type === 'int32' || type.type === 'int64' ? type.type : goString(type.type, place);
}

/** Fields whose Go type is a named string. */
const NAMED_STRINGS: Readonly<Record<string, string>> = {
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'PodSpec.preemptionPolicy': 'v1.PreemptionPolicy',
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'Container.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'ContainerPort.protocol': 'v1.Protocol',
  'ServicePort.protocol': 'v1.Protocol',
  'ServiceSpec.type': 'v1.ServiceType',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.externalTrafficPolicy': 'v1.ServiceExternalTrafficPolicy',
  'ServiceSpec.internalTrafficPolicy': 'v1.ServiceInternalTrafficPolicy',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator',
  'TopologySpreadConstraint.whenUnsatisfiable': 'v1.UnsatisfiableConstraintAction',
  'Toleration.operator': 'v1.TolerationOperator',
  'Toleration.effect': 'v1.TaintEffect',
  'Taint.effect': 'v1.TaintEffect',
  'HTTPGetAction.scheme': 'v1.URIScheme',
  'ObjectMeta.uid': 'types.UID',
};

function goString(type: string, place: Place): string {
  if (type === 'bytes') return '[]uint8';
  const last = place.path[place.path.length - 1];
  return NAMED_STRINGS[`${place.struct.name}.${last ?? ''}`] ?? 'string';
}

function isInteger(value: JsonValue, type: 'int32' | 'int64'): value is number {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return type === 'int64' || (value >= -2_147_483_648 && value <= 2_147_483_647);
}

/** Optional strings, lists and maps that are empty are not written by upstream's encoder (`omitempty`). */
function isDropped(value: JsonValue, field: SchemaField): boolean {
  if (field.required) return false;
  if (field.type.type === 'list') return Array.isArray(value) && value.length === 0;
  if (field.type.type === 'map') return isObject(value) && Object.keys(value).length === 0;
  return value === '';
}

function zeroOf(type: SchemaType): JsonValue {
  if (type.type === 'struct' || type.type === 'map') return {};
  if (type.type === 'list') return [];
  if (type.type === 'quantity') return '0';
  if (type.type === 'time' || type.type === 'microTime') return null;
  if (type.type === 'boolean') return false;
  return type.type === 'int32' || type.type === 'int64' ? 0 : '';
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field with the smallest spelling distance, when it is small enough to be a slip. */
function closest(name: string, schema: Schema): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of schema.fields.keys()) {
    const distance = spellingDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length / 2) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance: insertions, deletions and replacements. */
function spellingDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
