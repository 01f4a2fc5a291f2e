import { expect, it } from 'vitest';
import { applyConfiguration, recordUpdate, type Writer } from '../../sim/api/managedfields/updater.ts';
import type { JsonObject, JsonValue, KubeObject } from '../../sim/api/meta.ts';
import { schemas } from '../../sim/api/schemas/clusterschemas.ts';
import { schemaOf } from '../../sim/api/schemas/schema.ts';
import { Dice, drawPod } from './patches/draw.ts';
import { leavesOf, PlainObject } from './patches/ownership.ts';

// Server-side apply by random managers with random configurations, and plain updates in between: the object and the
// conflicts are those of a plain reading of the definition.

const schema = schemaOf(schemas, 'Pod');
const seeds = import.meta.env.MODE === 'long' ? 5000 : 60;
const writer = (manager: string): Writer => ({ manager, apiVersion: 'v1', subresource: '' });

it('keeps what others own, takes back what one applies no more, and names who is in the way', () => {
  const counts = { applied: 0, refused: 0, forced: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const dice = new Dice(seed);
    const plain = new PlainObject();
    let live: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } } as unknown as KubeObject;
    for (let step = 0; step < 8; step++) {
      const told = `seed ${seed}, step ${step}`;
      const manager = dice.one(['ada', 'bob', 'cleo']);
      const config = draw(dice);
      if (dice.isLucky(15)) {
        plain.update('edit', leavesOf(config));
        live = recordUpdate(live, withRows(config, live), schema, writer('edit'), step);
      } else {
        const isForced = dice.isLucky(30);
        const applied = applyConfiguration(
          live,
          config as unknown as KubeObject,
          schema,
          writer(manager),
          isForced,
          step,
        );
        const inTheWay = plain.apply(manager, leavesOf(config), isForced);
        const owners = applied.ok ? [] : applied.conflicts.map(({ owner }) => owner.manager ?? '');
        expect([...new Set(owners)].sort(), told).toEqual(inTheWay);
        if (applied.ok) live = applied.object;
        counts[applied.ok ? (isForced ? 'forced' : 'applied') : 'refused'] += 1;
      }
      const leaves = leavesOf(live as unknown as JsonObject);
      // Somebody took back the name of an item that others own parts of: the server refuses that as invalid.
      if ([...leaves.keys()].some((path) => path.includes('[undefined]'))) break;
      expect(sorted(leaves), told).toEqual(sorted(plain.values));
    }
  }
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(seeds / 2);
});

/** Ports have two keys, one of them with a default: they are left to the tests of the updater. */
function draw(dice: Dice): JsonObject {
  return JSON.parse(JSON.stringify(drawPod(dice), (key, value: JsonValue) => (key === 'ports' ? undefined : value)));
}

function withRows(object: JsonObject, live: KubeObject): KubeObject {
  const metadata = { ...(object['metadata'] as JsonObject), managedFields: live.metadata.managedFields };
  return { ...object, metadata } as unknown as KubeObject;
}

function sorted(leaves: ReadonlyMap<string, string>): readonly string[] {
  return [...leaves].map(([path, value]) => `${path}=${value}`).sort();
}
