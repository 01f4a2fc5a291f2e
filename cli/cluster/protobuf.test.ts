import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../sim/api/meta.ts';
import type { Resource, Schema, SchemaType } from '../../sim/api/resource.ts';
import { accessSchemas, schemas, servedVersions } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { readProtobuf } from './protobuf.ts';

addKinds();

/** Upstream's objects with every field filled, as JSON and as the same bytes in protobuf. */
const golden = join(import.meta.dirname, '../../../shared/upstream/golden-objects');
const names = existsSync(golden) ? readdirSync(golden).filter((name) => name.endsWith('.pb')) : [];
if (names.length === 0)
  console.warn('SKIPPED: upstream’s golden objects are not here; protobuf is compared with nothing.');

const schemaOf = (apiVersion: string, kind: string) => {
  const isIt = (one: Resource) =>
    one.kind === kind && [one.group, one.version].filter(Boolean).join('/') === apiVersion;
  return servedVersions().find(isIt)?.schema ?? schemas.get(kind) ?? accessSchemas.get(kind);
};

describe.skipIf(names.length === 0)('golden objects of the kinds that are served', () => {
  it.each(names)('%s reads as its JSON', (name) => {
    const bytes = readFileSync(join(golden, name));
    const json = JSON.parse(readFileSync(join(golden, name.replace(/pb$/, 'json')), 'utf8')) as JsonObject;
    const schema = schemaOf(String(json.apiVersion), String(json.kind));
    expect(readProtobuf(bytes, schemaOf)).toEqual({
      ...known(json, schema as Schema),
      apiVersion: json.apiVersion,
      kind: json.kind,
    });
  });
});

describe('bytes that are no message', () => {
  const cases = {
    'no magic': [Uint8Array.from([1, 2, 3, 4]), /expected prefix/],
    'an unknown kind': [envelope('v1', 'Whale', []), /no kind "Whale"/],
    'a length beyond the end': [envelope('v1', 'ConfigMap', [0x0a, 0x7f]), /./],
  } as const;

  it.each(Object.entries(cases))('%s is refused with a reason', (_name, [bytes, reason]) => {
    expect(() => readProtobuf(bytes, schemaOf)).toThrow(reason);
  });
});

it('garbled bytes give an object or a reason, never anything else', () => {
  const good = envelope('apps/v1', 'Deployment', [0x0a, 0x05, 0x0a, 0x03, 0x77, 0x65, 0x62, 0x12, 0x02, 0x08, 0x03]);
  let seed = 1;
  const random = (bound: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % bound;
  };
  let refused = 0;
  for (let run = 0; run < 2000; run++) {
    const bytes = Uint8Array.from(good);
    for (let flips = 1 + random(3); flips > 0; flips--) bytes[4 + random(bytes.length - 4)] = random(256);
    try {
      expect(readProtobuf(bytes, schemaOf)).toBeTypeOf('object');
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(100);
});

describe('zeros', () => {
  it('of a pointer mean something; of a plain field they are left out', () => {
    const replicas = [0x12, 0x02, 0x08, 0x00];
    expect(readProtobuf(envelope('apps/v1', 'Deployment', replicas), schemaOf)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { replicas: 0 },
    });
    const paused = [0x12, 0x02, 0x38, 0x00];
    expect(readProtobuf(envelope('apps/v1', 'Deployment', paused), schemaOf)).toMatchObject({ spec: {} });
  });
});

/** The fields that this project's schemas know: golden objects of another version may have more. */
function known(object: JsonObject, schema: Schema): JsonObject {
  const entries = Object.entries(object).flatMap(([name, value]): [string, JsonValue][] => {
    const type = schema.fields.get(name)?.type;
    return type === undefined ? [] : [[name, knownValue(value, type)]];
  });
  return Object.fromEntries(entries);
}

function knownValue(value: JsonValue, type: SchemaType): JsonValue {
  if (type.type === 'struct') return known(value as JsonObject, type.struct);
  if (type.type === 'list') return (value as readonly JsonValue[]).map((item) => knownValue(item, type.of));
  if (type.type !== 'map') return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, knownValue(item, type.of)]));
}

function envelope(apiVersion: string, kind: string, raw: readonly number[]): Uint8Array {
  const text = (field: number, value: string) => [(field << 3) | 2, value.length, ...Buffer.from(value)];
  const type = [...text(1, apiVersion), ...text(2, kind)];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, 0x0a, type.length, ...type, 0x12, raw.length, ...raw]);
}
