import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from './meta.ts';
import { applyMergePatch, createMergePatch } from './patch/mergepatch.ts';
import { applyPatch, applyStrategicMergePatch, createThreeWayPatch, createTwoWayPatch, JSON_PATCH } from './patch.ts';
import type { Schema } from './resource.ts';
import { schemas } from './schemas/clusterschemas.ts';
import { readSchemas, schemaOf } from './schemas/schema.ts';

const CASES = new URL('../../../shared/upstream/strategic-merge-cases.json', import.meta.url);

/** The struct that upstream's cases are written for; the field that refers to the struct itself is added below. */
const testSchema = recursive(
  readSchemas(`
Keys name value other simpleMap:{} mergingList:[]Leaf^name nonMergingList:[]Leaf mergingIntList:[]i^
Leaf name value other simpleMap:{}
MergeItem name value other mergingList:[]Leaf^name nonMergingList:[]Leaf mergingIntList:[]i^
  nonMergingIntList:[]i mergeItemPtr:[]Leaf^name simpleMap:{}
  replacingItem:any retainKeysMap:Keys~ retainKeysMergingList:[]Leaf^name~
`),
);

function recursive(known: ReadonlyMap<string, Schema>): Schema {
  const fields = new Map(schemaOf(known, 'MergeItem').fields);
  const item: Schema = { name: 'MergeItem', fields };
  for (const [name, field] of fields) {
    if (field.type.type !== 'list' || field.type.of.type !== 'struct') continue;
    fields.set(name, { ...field, type: { type: 'list', of: { type: 'struct', struct: item } } });
  }
  return item;
}

interface Case {
  readonly description: string;
  readonly original?: JsonObject;
  readonly modified: JsonObject;
  readonly current?: JsonObject;
  readonly twoWay: JsonObject;
  readonly threeWay?: JsonObject;
  readonly result?: JsonObject;
  readonly twoWayResult?: JsonObject;
}

describe.skipIf(!existsSync(CASES))('upstream cases of strategic merge', () => {
  const groups = existsSync(CASES) ? (JSON.parse(readFileSync(CASES, 'utf8')) as Record<string, readonly Case[]>) : {};
  const made = [...(groups.create ?? []), ...(groups.raw ?? [])];
  const applied = [...(groups.custom ?? []), ...made];

  test.each(applied.map((item) => [item.description, item] as const))('apply: %s', (_, item) => {
    const answer = applyStrategicMergePatch(item.original ?? {}, item.twoWay, testSchema);
    expect(answer).toEqual({ ok: true, value: item.twoWayResult ?? item.modified });
  });

  test.each(made.map((item) => [item.description, item] as const))('two-way patch: %s', (_, item) => {
    const answer = createTwoWayPatch(item.original ?? {}, item.modified, testSchema);
    expect(answer).toEqual({ ok: true, value: item.twoWay });
  });

  test.each(made.map((item) => [item.description, item] as const))('three-way patch: %s', (_, item) => {
    const answer = createThreeWayPatch(item.original ?? {}, item.modified, item.current ?? {}, testSchema);
    expect(answer).toEqual({ ok: true, value: item.threeWay });
    const result = applyStrategicMergePatch(item.current ?? {}, item.threeWay ?? {}, testSchema);
    expect(result).toEqual({ ok: true, value: item.result });
  });
});

it('merges containers by name and replaces tolerations as a whole', () => {
  const pod = { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }], tolerations: [{ key: 'k' }] } };
  const patch = { spec: { containers: [{ name: 'b', image: 'y' }], tolerations: [{ key: 'l' }] } };
  expect(applyStrategicMergePatch(pod, patch, schemaOf(schemas, 'Pod'))).toEqual({
    ok: true,
    value: {
      spec: {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'y' },
        ],
        tolerations: [{ key: 'l' }],
      },
    },
  });
});

test.each([
  ['add', { a: [1] }, [{ op: 'add', path: '/a/0', value: 2 }], { a: [2, 1] }],
  ['append', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
  ['escaped key', { 'x/y': 1 }, [{ op: 'remove', path: '/x~1y' }], {}],
  ['replace', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
  ['replace in a list', { a: [1, 2] }, [{ op: 'replace', path: '/a/0', value: 3 }], { a: [3, 2] }],
  ['move', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
  ['test that holds', { a: 1 }, [{ op: 'test', path: '/a', value: 1 }], { a: 1 }],
  ['replace without the key', { a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ['copy without the key', { a: 1 }, [{ op: 'copy', from: '/c', path: '/b' }], { a: 1, b: null }],
  ['an index from the end', { a: [1, 2] }, [{ op: 'replace', path: '/a/-1', value: 3 }], { a: [1, 3] }],
  ['remove without the key', { a: 1 }, [{ op: 'remove', path: '/b' }], undefined],
  ['test that fails', { a: 1 }, [{ op: 'test', path: '/a', value: 2 }], undefined],
])('JSON patch: %s', (_, document, patch, want) => {
  const answer = applyPatch(JSON_PATCH, document as JsonObject, patch, schemaOf(schemas, 'Pod'));
  expect(answer.ok ? answer.value : undefined).toEqual(want);
});

/** kubectl 1.33 prints these for `kubectl patch --local --type=json`, after `error: `. */
test.each([
  [
    { op: 'remove', path: '/spec/x' },
    "error in remove for path: '/spec/x': Unable to remove nonexistent key: x: missing value",
  ],
  [{ op: 'remove', path: '/a/b' }, 'remove operation does not apply: doc is missing path: "/a/b": missing value'],
  [{ op: 'remove', path: '/list/x' }, `error in remove for path: '/list/x': strconv.Atoi: parsing "x": invalid syntax`],
  [
    { op: 'add', path: '/list/7', value: 1 },
    "error in add for path: '/list/7': Unable to access invalid index: 7: invalid index referenced",
  ],
  [
    { op: 'add', path: '/list/x', value: 1 },
    `error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
  ],
  [{ op: 'add', path: '', value: 1 }, 'add operation does not apply: doc is missing path: "": missing value'],
  [
    { op: 'replace', path: '/a/b', value: 1 },
    'replace operation does not apply: doc is missing path: /a/b: missing value',
  ],
  [
    { op: 'replace', path: '/list/7', value: 1 },
    'replace operation does not apply: doc is missing key: /list/7: missing value',
  ],
  [
    { op: 'move', path: '/z', from: '/x' },
    "error in move for path: 'x': Unable to remove nonexistent key: x: missing value",
  ],
  [
    { op: 'move', path: '/z', from: '/a/b' },
    'move operation does not apply: doc is missing from path: /a/b: missing value',
  ],
  [
    { op: 'move', path: '/a/b', from: '/list' },
    'move operation does not apply: doc is missing destination path: /a/b: missing value',
  ],
  [
    { op: 'copy', path: '/z', from: '/list/4' },
    "error in copy for from: '/list/4': Unable to access invalid index: 4: invalid index referenced",
  ],
  [{ op: 'test', path: '/a/b', value: 1 }, 'test operation does not apply: is missing path: /a/b: missing value'],
  [{ op: 'test', path: '/spec', value: 1 }, 'testing value /spec failed: test failed'],
  [{ op: 'hop', path: '/spec' }, 'Unexpected kind: hop'],
  [{ path: '/spec' }, 'Unexpected kind: unknown'],
  [{ op: 'add' }, 'add operation failed to decode path: missing value'],
])('JSON patch %j is refused', (operation, error) => {
  const document = { spec: {}, list: ['a'] };
  const answer = applyPatch(JSON_PATCH, document, [operation] as unknown as JsonObject[], schemaOf(schemas, 'Pod'));
  expect(answer).toEqual({ ok: false, error });
});

it('makes and applies JSON merge patches', () => {
  const original = { a: { b: 1, c: 2 }, d: [1], e: 1 };
  const modified = { a: { b: 1, c: 3 }, d: [2], f: 1 };
  const patch = createMergePatch(original, modified);
  expect(patch).toEqual({ a: { c: 3 }, d: [2], e: null, f: 1 });
  expect(applyMergePatch(original, patch)).toEqual(modified);
});

it('takes a field whose value is undefined for no field', () => {
  const pod = { metadata: { labels: undefined, name: 'a' } } as unknown as JsonObject;
  expect(createTwoWayPatch(pod, { metadata: { name: 'a' } }, schemaOf(schemas, 'Pod'))).toEqual({
    ok: true,
    value: {},
  });
  expect(createMergePatch(pod, { ...pod })).toEqual({});
});
