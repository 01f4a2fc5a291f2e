import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario } from '../../cli/scenariofile.ts';
import { act, createCluster, foldTerminals, runToExit, type ScenarioFile, shapeFromScenario } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { findBinary } from './binaries.ts';

// kubectl top, line by line: the real one against `npm run cluster`, and the one of the terminal.

const SCENARIO = 'src/content/chapters/03-control-plane/12-autoscaling/scenario.shop.yaml';
const binary = findBinary('kubectl.1.33');
if (binary === undefined) console.warn('SKIPPED: kubectl 1.33 is not here; kubectl top is not compared.');

addKinds();
addKubectl();

describe.skipIf(binary === undefined)('kubectl top', () => {
  const folder = mkdtempSync(join(tmpdir(), 'top-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const timeline = createCluster(shapeFromScenario(readScenario(SCENARIO) as ScenarioFile));
  let server: ChildProcess;

  beforeAll(async () => {
    const words = ['cli/cluster.ts', '--port', '0', '--kubeconfig', kubeconfig, '--scenario', SCENARIO];
    server = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      server.stdout?.on('data', (data) => String(data).includes('listening on') && resolve());
      server.on('exit', () => reject(new Error('the server ended before it listened')));
    });
  }, 60_000);

  afterAll(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const real = (line: string): string => {
    try {
      const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
      return execFileSync(binary ?? '', line.split(' '), { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      return String((error as { readonly stderr: string }).stderr);
    }
  };
  let count = 0;
  const own = (line: string): string => {
    const run = `top-${count++}`;
    act(timeline, `kubectl ${line}`, run, {});
    runToExit(timeline, run);
    const found = foldTerminals(timeline.past).find(({ id }) => id === run);
    return (found?.lines ?? []).map(({ text }) => `${text}\n`).join('');
  };

  it.each([
    'top pods',
    'top po --no-headers',
    'top pods -A --containers',
    'top pod -l app=shop',
    'top pod database',
    'top pods --sort-by=memory',
    'top nodes',
    'top node node-1',
    'top no --sort-by=cpu --no-headers',
    'top node --show-capacity',
    'top pod nobody',
    'top node nobody',
    'top pod -l app=none',
    'top pod -A -l app=none',
    'top pod -n kube-system',
    'top pod --sort-by=name',
    'top pod database -l app=shop',
  ])('%s (the terminal adds advice below)', (line) => {
    const wanted = real(line);
    const ours = own(line)
      .split('\n')
      .slice(0, wanted.split('\n').length - 1);
    expect(ours).toEqual(wanted.split('\n').slice(0, -1));
  });
});
