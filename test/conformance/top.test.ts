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

// kubectl top and get podmetrics, line by line: the real one against `npm run cluster`, and the one of the terminal.

const SCENARIO = 'src/content/chapters/03-control-plane/12-autoscaling/scenario.shop.yaml';
const binary = findBinary('kubectl.1.33');
if (binary === undefined) console.warn('SKIPPED: kubectl 1.33 is not here; kubectl top is not compared.');

addKinds();
addKubectl();

/** Without what depends on the second in which it was measured. */
function plain(text: string): string {
  return text.replace(/\d+\.\d+s\b/g, 'WINDOW').replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME');
}

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

  it.each([
    'get podmetrics',
    'get nodemetrics',
    'get podmetrics -A -o wide --show-labels',
    'get PodMetrics -l app=shop --no-headers',
    'get pods.metrics.k8s.io,nodes.metrics.k8s.io',
    'get nodemetrics node-1 -o json',
    'get podmetrics database -o yaml',
    'get nodemetrics/node-1 -o jsonpath={.usage.memory}',
    'get podmetrics -o name',
    'get podmetrics nobody',
    'get podmetrics -n kube-system',
    'get podmetric',
    'get pods.v1beta1.metrics.k8s.io database',
    'describe podmetrics database',
    'delete podmetrics database',
    'explain podmetrics',
    'api-resources --api-group=metrics.k8s.io',
  ])('%s (windows and times of a scrape aside)', (line) => {
    const lines = (text: string) => plain(text).split('\n').slice(0, -1);
    const wanted = lines(real(line));
    expect(lines(own(line)).slice(0, wanted.length)).toEqual(wanted);
  });

  it('says when it was measured, on the clock of whoever asks', () => {
    const measured = Date.parse(real('get podmetrics database -o jsonpath={.timestamp}'));
    expect(Math.abs(Date.now() - measured)).toBeLessThan(120_000);
  });
});
