import { expect, test } from 'vitest';
import { createCluster } from '../cluster/boot.ts';
import { nodeShape, shapeOf } from '../cluster/shape.ts';
import { addKinds } from '../packs/kinds.ts';
import { addKubectl } from '../packs/kubectl.ts';
import { act, runToExit } from '../scenario/ahead.ts';
import { foldTerminals } from '../scenario/terminals.ts';

addKinds();
addKubectl();

const shape = shapeOf({ etcd: { members: 1 }, nodes: [nodeShape('node-a')], bootMs: 5000 });
const timeline = createCluster(shape);
let runs = 0;

function typed(line: string): string {
  const run = `run-${++runs}`;
  expect(act(timeline, line, run, {})).toBeUndefined();
  runToExit(timeline, run);
  return (
    foldTerminals(timeline.past)
      .at(-1)
      ?.lines.map(({ text }) => text)
      .join('\n') ?? ''
  );
}

typed('kubectl create deployment web --image=nginx');

// kubectl 1.33, which the other tests compare with, has neither flag: these follow the source of 1.36.
test.each([
  ['--cpu=60%', ['averageUtilization: 60', 'type: Utilization', 'name: cpu']],
  ['--cpu=500', ['averageValue: 500m', 'type: AverageValue', 'name: cpu']],
  ['--cpu=1500m', ['averageValue: 1500m', 'name: cpu']],
  ['--memory=200', ['averageValue: 200Mi', 'name: memory']],
  ['--cpu=60% --memory=1Gi', ['averageUtilization: 60', 'averageValue: 1Gi']],
])('kubectl autoscale %s', (flags, texts) => {
  const printed = typed(`kubectl autoscale deployment web --max=5 ${flags} --dry-run=client -o yaml`);
  for (const text of texts) expect(printed).toContain(text);
  expect(printed).not.toContain('deprecated');
});

test.each([
  ['--cpu=x%', 'error: invalid percentage value: x'],
  ['--cpu=much', 'error: invalid resource cpu value: much'],
  ['--memory=1Xi', 'error: invalid resource memory value: 1Xi'],
])('kubectl autoscale %s is refused', (flags, text) => {
  expect(typed(`kubectl autoscale deployment web --max=5 ${flags}`)).toBe(text);
});

test('the old flag still works, and says that it is old', () => {
  const old =
    'Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format ' +
    "(e.g., '70%' for utilization or '500m' for milliCPU).";
  expect(typed('kubectl autoscale deployment web --max=5 --cpu-percent=60 --cpu=60%')).toBe(
    `${old}\nerror: --cpu-percent and --cpu are mutually exclusive`,
  );
  expect(typed('kubectl autoscale deployment web --max=5 --cpu-percent=60')).toBe(
    `${old}\nhorizontalpodautoscaler.autoscaling/web autoscaled`,
  );
});
