import { expect, it } from 'vitest';
import { createCluster } from '../cluster/boot.ts';
import { defaultShape } from '../cluster/shape.ts';
import { addEtcdctl } from '../packs/etcdctl.ts';
import { addKubectl, addTerminalProgram } from '../packs/kubectl.ts';
import { act, runToExit } from '../scenario/ahead.ts';
import { foldTerminals } from '../scenario/terminals.ts';
import { bytesText, tableLines, tookText } from './table.ts';

addKubectl();
addEtcdctl(addTerminalProgram);

/** Types lines one after the other; what the last printed, and its exit code. */
function last(members: 1 | 3, ...lines: readonly string[]): readonly [text: string, exitCode: number | undefined] {
  const timeline = createCluster({ ...defaultShape(1), etcd: { members } });
  for (const [index, line] of lines.entries()) {
    expect(act(timeline, line, `run-${index}`, {})).toBeUndefined();
    runToExit(timeline, `run-${index}`);
  }
  const run = foldTerminals(timeline.past).at(-1);
  return [run?.lines.map(({ text }) => text).join('\n') ?? '', run?.exitCode];
}

it.each<[string, readonly string[], string | RegExp, number]>([
  ['a put and a get', ['etcdctl put a 1', 'etcdctl get a'], 'a\n1', 0],
  ['only the value', ['etcdctl put a 1', 'etcdctl get a --print-value-only'], '1', 0],
  ['no such key', ['etcdctl get zz'], '', 0],
  ['keys only: an empty line after each', ['etcdctl put a 1', 'etcdctl get --prefix a --keys-only'], 'a\n', 0],
  [
    'an older revision, with fields',
    ['etcdctl put a 1', 'etcdctl put a 2', 'etcdctl -w fields get a --min-mod-rev 1'],
    /"Version" : 2\n"Value" : "2"\n"Lease" : 0\n"More" : false\n"Count" : 1$/,
    0,
  ],
  ['what was before', ['etcdctl put a 1', 'etcdctl put a 2 --prev-kv'], 'OK\na\n1', 0],
  ['a deletion', ['etcdctl put a 1', 'etcdctl del a --prev-kv'], '1\na\n1', 0],
  ['nothing to delete', ['etcdctl del a'], '0', 0],
  [
    'a record of Kubernetes',
    ['etcdctl get /registry/minions/node-1'],
    /^\/registry\/minions\/node-1\n\{"apiVersion"/,
    0,
  ],
  ['no writing past the API', ['etcdctl put /registry/pods/default/x y'], /kubectl apply$/, 128],
  ['the beginning of a name', ['etcdctl compact 2'], 'compacted revision 2', 0],
  ['twice', ['etcdctl compact 2', 'etcdctl compact 2'], /mvcc: required revision has been compacted$/, 1],
  ['no alarm', ['etcdctl alarm list'], '', 0],
  ['a lease', ['etcdctl lease grant 1'], /^lease [0-9a-f]{16} granted with TTL\(2s\)$/, 0],
  ['a lease that is not', ['etcdctl put a 1 --lease=abcdef'], 'Error: etcdserver: requested lease not found', 1],
  ['a key bound to no lease', ['etcdctl lease timetolive abcdef'], 'lease 0000000000abcdef already expired', 0],
  ['a copy', ['etcdctl snapshot save x', 'etcdutl snapshot status x'], /^[0-9a-f]{1,8}, \d+, \d+, \d+ kB, 3\.6\.0$/, 0],
  ['no copy', ['etcdutl snapshot status x'], 'Error: stat x: no such file or directory', 1],
  ['half a bump', ['etcdutl snapshot restore x --bump-revision 9'], /^Error: --mark-compacted required/, 128],
  ['here', ['etcdutl snapshot restore x'], /Type it there: ssh control-plane etcdutl snapshot restore x …$/, 1],
  ['an unknown flag', ['etcdctl get a --foo'], 'Error: unknown flag: --foo', 1],
  ['a flag of the real one', ['etcdctl get a --hex'], 'etcdctl get can do this; this harbour cannot yet: --hex', 1],
  ['a format of the real one', ['etcdctl get a -w json'], /cannot yet: --write-out=json$/, 1],
  ['no table of keys', ['etcdctl get a -w table'], 'Error: table not supported as output format', 4],
  ['an unknown command', ['etcdctl frob'], /^Error: unknown command "frob" for "etcdctl"\n/, 1],
  ['a command of the real one', ['etcdctl watch a'], /this harbour has no etcdctl watch/, 1],
  ['no such member', ['etcdctl --endpoints=nowhere:2379 get a'], 'Error: context deadline exceeded', 1],
  [
    'a member that is down',
    ['stop etcd', 'etcdctl endpoint status'],
    'Failed to get the status of endpoint https://etcd:2379 (context deadline exceeded)',
    1,
  ],
  ['a strange machine', ['ssh node-1 etcdutl snapshot status x'], /Machines of members: control-plane\.$/, 255],
])('%s', (_name, lines, text, exitCode) => {
  const [printed, code] = last(1, ...lines);
  if (typeof text === 'string') expect(printed).toBe(text);
  else expect(printed).toMatch(text);
  expect(code).toBe(exitCode);
});

it('with several members one that answers is enough, and a silent one does no harm', () => {
  expect(last(3, 'stop etcd-0', 'kill node/etcd-1', 'start etcd-0', 'etcdctl put a 1')).toEqual(['OK', 0]);
  expect(last(3, 'kill node/etcd-1', 'etcdctl endpoint health')[1]).toBe(1);
  expect(last(3, 'etcdctl --endpoints=etcd-2:2379 endpoint status --cluster')[0].split('\n')).toHaveLength(3);
});

it('a full database is recovered: compact, defragment, disarm', () => {
  const timeline = createCluster({ ...defaultShape(1), etcd: { members: 1, quotaBytes: 400_000 } });
  const type = (line: string) => {
    const run = `run-${timeline.world.recorded}`;
    timeline.command({ kind: 'kubectl', run, line, files: {} });
    runToExit(timeline, run);
    return (
      foldTerminals(timeline.past)
        .at(-1)
        ?.lines.map(({ text }) => text) ?? []
    );
  };
  const big = `etcdctl put big ${'x'.repeat(100_000)}`;
  for (let count = 0; count < 4; count++) type(big);
  expect(type(big)).toEqual(['Error: etcdserver: mvcc: database space exceeded']);
  expect(type('kubectl create configmap x')[0]).toContain('etcdserver: mvcc: database space exceeded');
  expect(type('etcdctl alarm list')).toEqual([expect.stringMatching(/^memberID:\d+ alarm:NOSPACE $/)]);
  expect(type('etcdctl endpoint health').at(-1)).toBe('Error: unhealthy cluster');
  const [, , revision = ''] = type('etcdctl get big -w fields --keys-only');
  type(`etcdctl compact ${revision.split(' ').at(-1)}`);
  type('etcdctl defrag');
  expect(type('etcdctl alarm disarm')).toEqual([expect.stringMatching(/NOSPACE/)]);
  expect(type('etcdctl put small x')).toEqual(['OK']);
  type('etcdctl snapshot save copy.db');
  expect([type('ls'), type('cat copy.db')[0]]).toEqual([
    ['copy.db'],
    expect.stringMatching(/^cat: copy.db is a database/),
  ]);
});

it('draws tables as etcdctl does, breaking long cells between words', () => {
  expect(
    tableLines(['ID', 'is_leader', 'errors'], [['2e1259d415f2', 'true', `memberID:${'1'.repeat(20)} alarm:NOSPACE `]]),
  ).toEqual([
    '+--------------+-----------+-------------------------------+',
    '|      ID      | IS LEADER |            ERRORS             |',
    '+--------------+-----------+-------------------------------+',
    '| 2e1259d415f2 |      true | memberID:11111111111111111111 |',
    '|              |           |                alarm:NOSPACE  |',
    '+--------------+-----------+-------------------------------+',
  ]);
});

it('writes sizes and times as Go does', () => {
  expect([9, 20_480, 2 ** 31, 1_000_000].map(bytesText)).toEqual(['9 B', '20 kB', '2.1 GB', '1.0 MB']);
  expect([0, 2, 1500].map(tookText)).toEqual(['0s', '2ms', '1.5s']);
});
