import { describe, expect, test } from 'vitest';
import type { TraceRecord } from '../sim/index.ts';
import { readSheet, runSheet } from '../src/lesson/cheatsheet.ts';
import { FILES, headersOf, parseHeader, readHeader } from '../src/lesson/fidelity.ts';
import { doStep } from '../src/lesson/typed.ts';
import { open, readParts, runPart } from '../src/lesson/whatif.ts';

// The build runs every line of the cheat sheet and every claim of “What if X dies?”, and stops at one that is not so,
// or at a lesson or place that is not there. Here is tested that it would.

describe('the cheat sheet', () => {
  const sheet = readSheet();
  const lines = sheet.groups.flatMap((group) => group.lines);

  test('names each line once', () => {
    expect(new Set(lines.map(({ line }) => line)).size).toBe(lines.length);
  });

  test('refuses a line that prints or ends otherwise than it says', () => {
    const one = (change: object) => {
      const [group] = sheet.groups.filter(({ id }) => id === 'members');
      const [line] = group?.lines ?? [];
      if (group === undefined || line === undefined) throw new Error('there is such a line');
      return () => runSheet({ ...sheet, groups: [{ ...group, lines: [{ ...line, ...change }] }] });
    };
    expect(one({})).not.toThrow();
    expect(one({ shows: 'etcd-7' })).toThrow('does not print “etcd-7”');
    expect(one({ exit: 1 })).toThrow('ends with 0, not with 1');
  });
});

describe('what if X dies', () => {
  const parts = readParts();

  test('has an entry for each part, with what is seen first, what stops and what goes on', () => {
    const ids = parts.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of PARTS) expect(ids).toContain(id);
    for (const { id, claims } of parts) {
      expect(new Set(claims.map(({ about }) => about)), id).toContain('first');
      expect(claims.map(({ about }) => about).join(' '), id).toMatch(/goes-on|then/);
      expect(claims.map(({ about }) => about).join(' '), id).toContain('stops');
    }
  });

  test('refuses a claim that is not so', () => {
    const [part] = parts.filter(({ id }) => id === 'etcd-leader');
    if (part === undefined) throw new Error('there is such a part');
    const run = runPart(new Map());
    const claimed = (claim: object) => () =>
      run({ ...part, claims: [{ about: 'first', says: 'So it is said.', ...claim }] });
    expect(claimed({ happens: 'note etcd/elected *' })).not.toThrow();
    expect(claimed({ happens: 'note etcd/elected *', within: '900ms' })).toThrow('nothing matches');
    expect(claimed({ never: 'note etcd/elected *', for: '5s' })).toThrow(/happens after 1\.\d\d s/);
    expect(claimed({ prints: { line: 'kubectl get nodes', shows: 'NotReady' } })).toThrow('kubectl get nodes prints');
    expect(claimed({ does: ['kubectl get pod nobody'], never: 'note etcd/elected *', for: '1ms' })).toThrow(
      'ends with 1',
    );
  });
});

describe('what a stage leaves out', () => {
  const text = `// kubelet: makes pods run.
// Watches: Pods.
// Writes: status.
// Follows: \`pkg/kubelet\`.
// Leaves out: swap, and
// sockets.
//
// Something else.
import x from 'y';
`;

  test('is read from the comment that opens a file', () => {
    const header = parseHeader('sim/x.ts', text);
    expect(header).toEqual({
      file: 'sim/x.ts',
      is: 'kubelet: makes pods run.',
      follows: '`pkg/kubelet`.',
      leavesOut: 'swap, and sockets.',
    });
    expect(() => parseHeader('sim/x.ts', text.replace('Leaves out', 'Has'))).toThrow('does not open with');
  });

  test.each(Object.entries(FILES))('is there for %s', (_, file) => {
    const { is, follows, leavesOut } = readHeader(file);
    expect(Math.min(is.length, follows.length, leavesOut.length)).toBeGreaterThan(10);
  });

  test('is that of the parts that took part', () => {
    const past = runPast('etcd-leader');
    const files = headersOf(past).map(({ file }) => file);
    expect(files).toContain('sim/etcd/etcd.ts');
    expect(files).not.toContain('sim/net/dns/coredns.ts');
    expect(headersOf([])).toEqual([]);
  });
});

function runPast(id: string): readonly TraceRecord[] {
  const [part] = readParts().filter((candidate) => candidate.id === id);
  const { session } = open(part?.scenario ?? '');
  const timeline = session.timeline.fork();
  for (const step of part?.breaks ?? []) doStep(timeline, step);
  doStep(timeline, 'advance 3s');
  return timeline.past;
}

const PARTS = [
  'kube-apiserver',
  'etcd-member',
  'etcd-leader',
  'etcd-quorum',
  'kube-scheduler',
  'kube-controller-manager',
  'kubelet',
  'kube-proxy',
  'container-runtime',
  'coredns',
  'network-plugin',
  'cloud-controller-manager',
  'metrics-server',
  'node',
  'link-to-etcd',
  'kubectl',
  'pod',
  'container',
];
