// Kubernetes' protobuf, read only: kubectl 1.32 and newer write typed objects in it and take JSON back. A body is the
// four bytes `k8s\0` and a `runtime.Unknown` that names the kind and holds its message.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { JsonObject, JsonValue } from '../../sim/api/meta.ts';
import type { Schema, SchemaType } from '../../sim/api/resource.ts';
import { fieldNumbers } from './fieldnumbers.ts';

/** The content type of such a body. */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const MAGIC = Uint8Array.from([0x6b, 0x38, 0x73, 0x00]);
const MAX_DEPTH = 40;

/**
 * The object in a protobuf body, as its JSON would be. `schemaOf` gives the schema of a kind; undefined: not served.
 * Throws an Error whose message says what is wrong with the bytes.
 */
export function readProtobuf(
  bytes: Uint8Array,
  schemaOf: (apiVersion: string, kind: string) => Schema | undefined,
): JsonObject {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) {
    throw new Error('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  const envelope = unknownOf(bytes.subarray(MAGIC.length));
  const schema = schemaOf(envelope.apiVersion, envelope.kind);
  if (schema === undefined) {
    throw new Error(`no kind "${envelope.kind}" is registered for version "${envelope.apiVersion}"`);
  }
  const fields = messageOf(new BinaryReader(envelope.raw), envelope.raw.length, schema, 0);
  return { apiVersion: envelope.apiVersion, kind: envelope.kind, ...fields };
}

interface Unknown {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** runtime.Unknown: 1 typeMeta { 1 apiVersion, 2 kind }, 2 raw. */
function unknownOf(bytes: Uint8Array): Unknown {
  let type: readonly string[] = [];
  let raw: Uint8Array = new Uint8Array();
  const reader = new BinaryReader(bytes);
  eachField(reader, bytes.length, (number, wire) => {
    if (number === 1) type = textsOf(reader.bytes());
    else if (number === 2) raw = reader.bytes();
    else reader.skip(wire);
  });
  return { apiVersion: type[1] ?? '', kind: type[2] ?? '', raw };
}

/** The strings of a message that has nothing else, by field number. */
function textsOf(bytes: Uint8Array): readonly string[] {
  const texts: string[] = [];
  const reader = new BinaryReader(bytes);
  eachField(reader, bytes.length, (number, wire) => {
    if (wire === WireType.LengthDelimited) texts[number] = reader.string();
    else reader.skip(wire);
  });
  return texts;
}

function eachField(reader: BinaryReader, end: number, read: (number: number, wire: WireType) => void): void {
  while (reader.pos < end) read(...reader.tag());
}

function messageOf(reader: BinaryReader, length: number, schema: Schema, depth: number): JsonObject {
  const object: Record<string, JsonValue> = {};
  fill(object, reader, length, schema, schema.name, depth);
  return object;
}

/** Reads the fields of `message` into the object; an embedded message fills the same object. */
function fill(
  object: Record<string, JsonValue>,
  reader: BinaryReader,
  length: number,
  schema: Schema,
  message: string,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new Error(`the message is nested more than ${MAX_DEPTH} levels deep`);
  const numbers = fieldNumbers.get(message);
  const end = reader.pos + length;
  eachField(reader, end, (number, wire) => {
    const known = numbers?.get(number);
    if (known?.isEmbedded) {
      fill(object, reader, reader.uint32(), schema, known.names[0] ?? '', depth + 1);
      return;
    }
    const field = known?.names.map((name) => schema.fields.get(name)).find((one) => one !== undefined);
    if (field === undefined) reader.skip(wire);
    else put(object, field.name, field.type, { reader, wire, owner: message, depth });
  });
}

/** Where reading stands: before a value of this wire type. */
interface Place {
  readonly reader: BinaryReader;
  readonly wire: WireType;
  readonly owner: string;
  readonly depth: number;
}

function put(object: Record<string, JsonValue>, name: string, type: SchemaType, place: Place): void {
  if (type.type === 'list') {
    object[name] = [...((object[name] as readonly JsonValue[] | undefined) ?? []), ...itemsOf(type.of, place)];
  } else if (type.type === 'map') {
    object[name] = { ...(object[name] as JsonObject | undefined), ...entryOf(type.of, place) };
  } else {
    const value = readValue(type, place);
    if (value !== undefined && (!isZero(value) || keepsZero(place.owner, name))) object[name] = value;
  }
}

/** One item; several when numbers come packed. */
function itemsOf(type: SchemaType, place: Place): readonly JsonValue[] {
  const { reader, wire } = place;
  const isPacked = wire === WireType.LengthDelimited && /^(int32|int64|boolean)$/.test(type.type);
  if (!isPacked) return [readValue(type, place)];
  const end = reader.uint32() + reader.pos;
  const items: JsonValue[] = [];
  while (reader.pos < end) items.push(readValue(type, { ...place, wire: WireType.Varint }));
  return items;
}

/** A map's entry is a message { 1 key, 2 value }; a value that is a list is one more message { 1 items }. */
function entryOf(type: SchemaType, { reader, owner, depth }: Place): JsonObject {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: JsonValue = type.type === 'list' ? [] : type.type === 'struct' ? {} : '';
  eachField(reader, end, (number, wire) => {
    if (number === 1) key = reader.string();
    else if (number !== 2) reader.skip(wire);
    else if (type.type === 'list') value = textItems(reader.bytes());
    else value = readValue(type, { reader, wire, owner, depth }) ?? null;
  });
  return { [key]: value };
}

function textItems(bytes: Uint8Array): readonly string[] {
  const reader = new BinaryReader(bytes);
  const items: string[] = [];
  eachField(reader, bytes.length, (number, wire) => {
    if (number === 1) items.push(reader.string());
    else reader.skip(wire);
  });
  return items;
}

function readValue(type: SchemaType, { reader, depth }: Place): JsonValue {
  switch (type.type) {
    case 'string':
      return reader.string();
    case 'boolean':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return Number(reader.int64());
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'struct':
      return messageOf(reader, reader.uint32(), type.struct, depth + 1);
    case 'quantity':
      return textsOf(reader.bytes())[1] ?? '0';
    case 'intOrString':
      return intOrString(reader.bytes());
    case 'time':
    case 'microTime':
      return timeOf(reader.bytes(), type.type);
    case 'any':
      return rawJson(reader.bytes());
    default:
      throw new Error(`a ${type.type} inside a ${type.type}`);
  }
}

/** IntOrString { 1 type: 0 number, 1 text; 2 number; 3 text }. */
function intOrString(bytes: Uint8Array): JsonValue {
  const reader = new BinaryReader(bytes);
  let isText = false;
  let number = 0;
  let text = '';
  eachField(reader, bytes.length, (field, wire) => {
    if (field === 1) isText = Number(reader.int64()) === 1;
    else if (field === 2) number = reader.int32();
    else if (field === 3) text = reader.string();
    else reader.skip(wire);
  });
  return isText ? text : number;
}

/** Time { 1 seconds, 2 nanos }; the zero time is no time. */
function timeOf(bytes: Uint8Array, type: 'time' | 'microTime'): JsonValue {
  const reader = new BinaryReader(bytes);
  let seconds = 0;
  let nanos = 0;
  eachField(reader, bytes.length, (field, wire) => {
    if (field === 1) seconds = Number(reader.int64());
    else if (field === 2) nanos = reader.int32();
    else reader.skip(wire);
  });
  if (bytes.length === 0 || seconds === YEAR_ONE_SECONDS) return undefined;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return type === 'time' ? `${text}Z` : `${text}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`;
}

/** Go's zero time. */
const YEAR_ONE_SECONDS = -62_135_596_800;

/** FieldsV1 and RawExtension { 1 raw }: JSON as bytes. */
function rawJson(bytes: Uint8Array): JsonValue {
  const [, text = ''] = textsOf(bytes);
  return text === '' ? undefined : (JSON.parse(text) as JsonValue);
}

function isZero(value: JsonValue): boolean {
  return value === '' || value === 0 || value === false;
}

/** gogo writes plain fields even when zero, and pointers only when set: for pointers a zero means something. */
function keepsZero(message: string, name: string): boolean {
  return POINTERS.has(name) && !PLAIN.has(`${message}.${name}`);
}

const POINTERS: ReadonlySet<string> = new Set(
  `activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation automountServiceAccountToken
  blockOwnerDeletion controller defaultMode deletionGracePeriodSeconds enableServiceLinks expirationSeconds fsGroup
  gracePeriodSeconds hostProcess hostUsers immutable ipFamilyPolicy internalTrafficPolicy maxUnavailable minAvailable
  minDomains mode optional orphanDependents partition priority privileged procMount progressDeadlineSeconds
  readOnly readOnlyRootFilesystem replicas revisionHistoryLimit runAsGroup runAsNonRoot runAsUser setHostnameAsFQDN
  shareProcessNamespace storageClassName terminationGracePeriodSeconds timeoutSeconds tolerationSeconds`.split(/\s+/),
);

/** Fields that share their name with a pointer elsewhere. */
const PLAIN: ReadonlySet<string> = new Set(
  `DeploymentStatus.replicas ReplicaSetStatus.replicas ReplicationControllerStatus.replicas StatefulSetStatus.replicas
  ScaleSpec.replicas ScaleStatus.replicas
  Probe.timeoutSeconds PersistentVolumeClaimVolumeSource.readOnly VolumeMount.readOnly NFSVolumeSource.readOnly
  EphemeralContainerCommon.readOnly`.split(/\s+/),
);
