import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFlags } from './flags.ts';
import { runSim } from './sim.ts';

const folder = mkdtempSync(join(tmpdir(), 'sim-'));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function linesOf(...words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  runSim(words, (line) => lines.push(line));
  return lines;
}

function refusalOf(...words: readonly string[]): string {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['cli/sim.ts', ...words], { encoding: 'utf8' });
  return `${status} ${stderr.trim().split('\n').at(-1)}${stdout}`;
}

describe('npm run sim', () => {
  const run = ['--run', 'kubectl run web --image=nginx:1.27', '--until', '20s', '--run', 'kubectl get pods', '--hash'];

  it('prints each line with a $, its output, and the hash last: the same for the same seed only', () => {
    const lines = linesOf(...run);
    expect(lines.slice(0, 3)).toEqual([
      '$ kubectl run web --image=nginx:1.27',
      'pod/web created',
      '$ kubectl get pods',
    ]);
    expect(lines.at(-2)).toMatch(/^web {4}1\/1 {5}Running/);
    expect(lines.at(-1)).toMatch(/^[0-9a-f]{16}$/);
    expect(linesOf(...run)).toEqual(lines);
    expect(linesOf('--seed', '2', ...run).at(-1)).not.toBe(lines.at(-1));
  });

  it('reads manifests and scenarios from disk', () => {
    const pod = write(
      'pod.json',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"nginx"}]}}',
    );
    const scenario = write('two.yaml', 'nodes:\n  - name: red\n  - name: blue\nseed: 7\n');
    const lines = linesOf(
      '--scenario',
      scenario,
      '--run',
      `kubectl apply -f ${pod}`,
      '--run',
      'kubectl get nodes -o name',
    );
    expect(lines).toEqual([
      `$ kubectl apply -f ${pod}`,
      'pod/a created',
      '$ kubectl get nodes -o name',
      'node/blue',
      'node/red',
    ]);
  });

  it('prints the trace, numbered, when asked', () => {
    const lines = linesOf('--run', 'kubectl delete pod nobody', '--trace');
    expect(lines.some((line) => /^ +\d+ +0\.\d{3} s {2}sent +kubectl -> kube-apiserver: /.test(line))).toBe(true);
  });

  it.each([
    [['--wat'], '2 sim: unknown flag: --wat.'],
    [['--until'], '2 sim: --until needs a value'],
    [['--until', 'soon'], '2 sim: --until soon: not a duration.'],
    [['--seed', 'x'], '2 sim: --seed x: a seed is a whole number.'],
    [['--run', 'reboot'], '2 sim: --run "reboot":'],
    [['--scenario', 'nowhere.yaml'], '2 sim: --scenario nowhere.yaml: there is no such file.'],
    [['--scenario', write('bad.yaml', 'seed: 1\nnodes:\n  - name: a\n    cpuu: 4\n')], 'bad.yaml:'],
  ])('refuses %j with exit code 2', (words, text) => {
    const refusal = refusalOf(...words);
    expect(refusal).toContain(text);
    expect(refusal.startsWith('2 ')).toBe(true);
  });

  it('reads flags in order, with = or a space', () => {
    const flags = [
      { name: 'run', value: 'LINE', does: '' },
      { name: 'hash', value: '', does: '' },
    ];
    expect(readFlags(['--run=a=b', '--hash', '--run', 'c'], flags)).toEqual([
      { name: 'run', value: 'a=b' },
      { name: 'hash', value: '' },
      { name: 'run', value: 'c' },
    ]);
    expect(readFlags(['--hash=1'], flags)).toBe('--hash takes no value.');
  });
});
