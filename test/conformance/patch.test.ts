import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../sim/api/meta.ts';
import {
  applyPatch,
  applyStrategicMergePatch,
  createThreeWayPatch,
  createTwoWayPatch,
  JSON_PATCH,
  MERGE_PATCH,
  STRATEGIC_MERGE_PATCH,
} from '../../sim/api/patch.ts';
import { schemas } from '../../sim/api/schemas/clusterschemas.ts';
import { schemaOf } from '../../sim/api/schemas/schema.ts';
import { findBinary } from './binaries.ts';
import { Dice, drawJsonPatch, drawMergePatch, drawPod, drawStrategicPatch } from './patches/draw.ts';
import { plainJsonPatch, plainMerge, sorted } from './patches/plain.ts';

// Random Pods and random patches: what the simulator makes of them is what a plain reading of the definition says, and
// what the real kubectl makes of them by itself (`kubectl patch --local`).

const isLong = import.meta.env.MODE === 'long';
const schema = schemaOf(schemas, 'Pod');
const seeds = Array.from({ length: isLong ? 20_000 : 500 }, (_, index) => index + 1);

describe('by their definitions', () => {
  it('JSON merge patches', () => {
    for (const seed of seeds) {
      const dice = new Dice(seed);
      const [pod, patch] = [drawPod(dice), drawMergePatch(dice)];
      const applied = applyPatch(MERGE_PATCH, pod, patch, schema);
      expect(applied, `seed ${seed}`).toEqual({ ok: true, value: plainMerge(pod, patch) });
    }
  });

  it('JSON patches, also those that do not apply', () => {
    const counts = { applied: 0, refused: 0 };
    for (const seed of seeds) {
      const dice = new Dice(seed);
      const pod = drawPod(dice);
      const patch = drawJsonPatch(dice, pod);
      const applied = applyPatch(JSON_PATCH, pod, patch as unknown as JsonValue, schema);
      const plain = plainJsonPatch(pod, patch);
      const told = `seed ${seed}: ${JSON.stringify(patch)}`;
      expect(applied.ok ? applied.value : undefined, told).toEqual(plain);
      counts[applied.ok ? 'applied' : 'refused'] += 1;
    }
    expect(counts.applied).toBeGreaterThan(seeds.length / 5);
    expect(counts.refused).toBeGreaterThan(seeds.length / 5);
  });

  it('a strategic two-way patch leads from one object to the other', () => {
    for (const seed of seeds) {
      const dice = new Dice(seed);
      const [original, modified] = [drawPod(dice), drawPod(dice)];
      const patch = createTwoWayPatch(original, modified, schema);
      const applied = applyStrategicMergePatch(original, patch.ok ? patch.value : {}, schema);
      expect(applied, `seed ${seed}: ${JSON.stringify(patch)}`).toEqual({ ok: true, value: modified });
    }
  });

  it('a three-way patch changes nothing that others have made, and nothing twice', () => {
    for (const seed of seeds) {
      const dice = new Dice(seed);
      const [original, modified] = [drawPod(dice), drawPod(dice)];
      const live = createThreeWayPatch(original, modified, original, schema);
      const applied = applyStrategicMergePatch(original, live.ok ? live.value : {}, schema);
      expect(applied, `seed ${seed}`).toEqual({ ok: true, value: modified });
      const others = { ...original, status: { phase: 'Running' } };
      const patch = createThreeWayPatch(original, modified, others, schema);
      const kept = applyStrategicMergePatch(others, patch.ok ? patch.value : {}, schema);
      expect(kept, `seed ${seed}`).toEqual({ ok: true, value: { ...modified, status: { phase: 'Running' } } });
      expect(createThreeWayPatch(modified, modified, modified, schema), `seed ${seed}`).toEqual({
        ok: true,
        value: {},
      });
    }
  });
});

const kubectl = findBinary('kubectl.1.33') ?? findBinary('kubectl.1.32') ?? findBinary('kubectl.1.31');
const folder = mkdtempSync(join(tmpdir(), 'patches-'));
afterAll(() => rmSync(folder, { recursive: true }));
if (kubectl === undefined) console.warn('SKIPPED: there is no kubectl 1.31 to 1.33 here to compare patches with.');

/** One call patches so many Pods: starting the program takes the time. */
const PODS = 25;
const calls = Array.from({ length: isLong ? 400 : 12 }, (_, index) => index + 1);

describe.skipIf(kubectl === undefined)('by the real kubectl, alone with a file', () => {
  it.each([
    ['merge', MERGE_PATCH, drawMergePatch],
    ['strategic', STRATEGIC_MERGE_PATCH, drawStrategicPatch],
    ['json', JSON_PATCH, (dice: Dice, pod: JsonObject) => drawJsonPatch(dice, pod) as unknown as JsonValue],
  ] as const)('%s', { timeout: 600_000 }, (type, contentType, drawPatch) => {
    let [applied, refused] = [0, 0];
    for (const seed of calls) {
      const dice = new Dice(seed);
      const pods = Array.from({ length: PODS }, (_, index) => drawPod(dice, `web-${index}`));
      const patch = drawPatch(dice, pods[0] ?? {});
      const ours = pods.map((pod) => applyPatch(contentType, pod, withoutName(patch), schema));
      const fit = pods.filter((_, index) => ours[index]?.ok);
      const told = `seed ${seed}: ${JSON.stringify(withoutName(patch))}`;
      const expected = ours.flatMap((one) => (one.ok ? [sorted(one.value)] : []));
      if (fit.length > 0) expect(patched(fit, type, withoutName(patch)), told).toEqual(expected);
      const unfit = pods.find((_, index) => ours[index]?.ok === false);
      if (unfit !== undefined) expect(patched([unfit], type, withoutName(patch)), told).toEqual([]);
      applied += fit.length;
      refused += PODS - fit.length;
    }
    console.log(`      ${type}: ${applied} patched, ${refused} refused, by both`);
    expect(applied).toBeGreaterThan(calls.length);
  });
});

/** A patch for Pods of many names. */
function withoutName(patch: JsonValue): JsonValue {
  if (Array.isArray(patch)) return patch;
  const { metadata, ...rest } = patch as { readonly metadata?: JsonObject };
  if (metadata === undefined) return patch;
  const { name: _name, ...others } = metadata;
  return { ...rest, metadata: others };
}

/** What kubectl prints, object by object; nothing when it refuses. */
function patched(pods: readonly JsonObject[], type: string, patch: JsonValue): readonly JsonValue[] {
  const [file, patchFile] = [join(folder, 'pods.json'), join(folder, 'patch.json')];
  writeFileSync(file, pods.map((pod) => JSON.stringify(pod)).join('\n'));
  writeFileSync(patchFile, JSON.stringify(patch));
  const args = ['patch', '--local', '-f', file, '--type', type, '--patch-file', patchFile, '-o', 'json'];
  const { stdout, status, stderr } = spawnSync(kubectl ?? '', [...args, '--kubeconfig', '/dev/null'], {
    encoding: 'utf8',
  });
  if (status !== 0) return pods.length > 1 ? [stderr] : [];
  return stdout
    .split(/^}$/m)
    .slice(0, -1)
    .map((text) => sorted(JSON.parse(`${text}}`) as JsonValue));
}
