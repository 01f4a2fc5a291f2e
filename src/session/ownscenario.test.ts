import { describe, expect, it } from 'vitest';
import { dice } from '../../cli/fuzz/draw.ts';
import { addEtcdctl } from '../../sim/packs/etcdctl.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl, addTerminalProgram } from '../../sim/packs/kubectl.ts';
import { addReplicas } from '../../sim/packs/replicas.ts';
import { FIRST, forgotten, readLibrary } from '../lesson/library.ts';
import { readOwnScenario } from './ownscenario.ts';

addKinds();
addKubectl();
addEtcdctl(addTerminalProgram);
addReplicas();

const library = readLibrary();

describe('the library of the playground', () => {
  it.each(library.map((scenario) => [scenario.name, scenario] as const))(
    '%s boots, and says what it is',
    (_, found) => {
      expect(readOwnScenario(found.text)).toHaveProperty('spec');
      expect(found.title).not.toBe(found.name);
      expect(found.about).toMatch(/.{16,}[.?]$/);
    },
  );

  it('begins with the cluster that the page opens with, and forgets no file', () => {
    expect(library[0]?.name).toBe(FIRST);
    expect(forgotten()).toEqual([]);
    expect(new Set(library.map(({ name }) => name)).size).toBe(library.length);
  });
});

describe('a scenario file that anybody may have written', () => {
  it.each([
    ['no YAML', 'nodes: [1, 2', 1, /not YAML/],
    ['a list', '- a\n- b\n', 1, /./],
    ['two documents', 'seed: 1\n---\nseed: 2\n', 3, /one document/],
    ['an unknown key', 'title: x\nnode: 3\n', 2, /Unknown key "node"/],
    ['500 CPUs', 'nodes:\n  - name: a\n    cpu: 500\n', 3, /nodes\[0\]\.cpu/],
    ['another scenario', 'title: x\nextends: five\n', 2, /extends cannot stand/],
    ['another lesson', 'from: control-plane/etcd\n', 1, /from cannot stand/],
    ['a lab', 'seed: 1\nlab: score-plugin\n', 2, /lab cannot stand/],
    ['a fleet', 'seed: 1\nnodes: 4000\n', 2, /4000 nodes are too many/],
    ['twins', 'nodes:\n  - name: a\n  - name: a\n', 3, /Two nodes are called a/],
    [
      'a crowd',
      'objects:\n  - apiVersion: apps/v1\n    kind: Deployment\n    spec: { replicas: 9000 }\n',
      1,
      /9000 pods/,
    ],
    ['a busy loop', 'timings:\n  nodeMonitorPeriod: 1ms\n', 2, /nodeMonitorPeriod is out of range/],
    ['a year', 'timings:\n  nodeMonitorGracePeriod: 9000h\n', 2, /nodeMonitorGracePeriod is out of range/],
    ['a slow sea', 'network:\n  latencyMs: 900000\n', 2, /latencyMs is out of range/],
    ['an old fault', 'faults:\n  - at: -900h\n    fault: repair\n', 2, /at is out of range/],
    ['a fault of nobody', 'seed: 2\nfaults:\n  - at: -1m\n    fault: stop nobody\n', 4, /does not start/],
    [
      'a Pod that is none',
      'objects:\n  - apiVersion: v1\n    kind: Pod\n    metadata:\n      name: Web\n    spec: { containers: [] }\n',
      5,
      /does not start/,
    ],
    [
      'no kind at all',
      'objects:\n  - apiVersion: v1\n    kind: Boat\n    metadata: { name: x }\n',
      4,
      /does not start/,
    ],
    ['an endless text', `title: ${'x'.repeat(100_001)}`, 1, /too long/],
    ['a key of every object', '__proto__: 1\n', 1, /./],
    [
      'aliases that grow',
      `${'a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n'}d: [*c,*c,*c,*c]\n`,
      1,
      /./,
    ],
  ])('%s is refused at its line, with reason and way out', (_, text, line, title) => {
    const read = readOwnScenario(text);
    expect(read).toMatchObject({ refused: [{ line, title: expect.stringMatching(title) }] });
    for (const { reason, fix } of 'refused' in read ? read.refused : []) {
      expect(reason).toMatch(/[.?]$/);
      expect(fix).toMatch(/\.$/);
    }
  });

  it('is read or refused whatever becomes of it on the way, and never throws', () => {
    const roll = dice(3);
    const small = library.filter(({ lesson }) => lesson === '').map(({ text }) => text);
    let refused = 0;
    for (let count = 0; count < 60; count++) {
      const letters = [...(small[roll(small.length)] ?? '')];
      for (let times = 1 + roll(3); times > 0; times--)
        letters.splice(roll(letters.length), roll(4), ':-{"9\n &*x'[roll(11)] ?? '');
      if ('refused' in readOwnScenario(letters.join(''))) refused++;
    }
    expect(refused).toBeGreaterThan(15);
  });
});
