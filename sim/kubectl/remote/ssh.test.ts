import { expect, test } from 'vitest';
import { createCluster } from '../../cluster/boot.ts';
import { nodeShape, shapeOf } from '../../cluster/shape.ts';
import { addKinds } from '../../packs/kinds.ts';
import { addKubectl } from '../../packs/kubectl.ts';
import { act, runToExit } from '../../scenario/ahead.ts';
import { foldTerminals } from '../../scenario/terminals.ts';

addKubectl();
addKinds();

/** Types the lines one after the other, a little time after each, and gives what the last printed and its exit code. */
function last(...lines: readonly string[]): readonly [text: string, exitCode: number | undefined] {
  const timeline = createCluster(
    shapeOf({ etcd: { members: 1 }, nodes: ['node-a', 'node-b'].map((name) => nodeShape(name)) }),
  );
  for (const [index, line] of lines.entries()) {
    expect(act(timeline, line, `run-${index}`, {})).toBeUndefined();
    runToExit(timeline, `run-${index}`);
    if (index < lines.length - 1) timeline.advance(timeline.now + 20_000);
  }
  const run = foldTerminals(timeline.past).at(-1);
  return [run?.lines.map(({ text }) => text).join('\n') ?? '', run?.exitCode];
}

const RUN = 'kubectl run web --image=nginx:1.27';
const PIN = `kubectl create deployment web --image=nginx:1.27 --replicas=2`;
const EXPOSE = 'kubectl expose deployment web --port=80';

test('crictl lists what the runtime of a node has', () => {
  const [ps] = last('kubectl cordon node-b', RUN, 'ssh node-a crictl ps');
  expect(ps.split('\n')).toEqual([
    expect.stringMatching(/^CONTAINER +IMAGE +CREATED +STATE +NAME +ATTEMPT +POD ID +POD +NAMESPACE$/),
    expect.stringMatching(
      /^[0-9a-f]{13} {7}[0-9a-f]{13} {7}\d+ seconds ago +Running +web +0 {19}[0-9a-f]{13} {7}web +default$/,
    ),
  ]);
  const [gone] = last('kubectl cordon node-b', RUN, 'kubectl delete pod web --now', 'ssh node-a crictl pods -q');
  expect(gone).toBe('');
  const [images] = last('ssh admin@node-b sudo crictl images');
  expect(images).toMatch(/^IMAGE .*\nregistry\.k8s\.io\/pause +3\.10 +[0-9a-f]{13} +320kB$/);
});

test('a container that crashed is the older one of two, and only -a shows it', () => {
  const story = ['kubectl cordon node-b', RUN, 'crash pod/web'];
  expect(last(...story, 'ssh node-a crictl ps')[0]).toMatch(/^.*\n.* Running +web +1 .*$/);
  expect(last(...story, 'ssh node-a crictl ps -a')[0]).toMatch(/^.*\n.* Running +web +1 .*\n.* Exited +web +0 .*$/);
});

test('iptables-save shows the rules of the kernel, with or without their writer', () => {
  const story = [PIN, EXPOSE, 'stop kube-proxy/node-a', 'kubectl scale deployment web --replicas=1'];
  const count = (text: string) => text.split('\n').filter((line) => /DNAT.*10\.244/.test(line)).length;
  expect(count(last(...story, 'ssh node-a iptables-save -t nat')[0])).toBe(2);
  expect(count(last(...story, "ssh node-b 'iptables-save | grep default/web'")[0])).toBe(1);
  expect(last('ssh node-a "iptables-save | grep nothing-here"')).toEqual(['', 1]);
});

test.each([
  ['a name nobody knows', ['ssh node-x crictl ps'], /^ssh: Could not resolve hostname node-x: Name/, 255],
  ['no power', ['kill node/node-a', 'ssh node-a crictl ps'], /^ssh: connect to host node-a port 22: Conn.* timed/, 255],
  ['no cable', ['cut node/node-a', 'ssh node-a iptables-save'], /Connection timed out$/, 255],
  ['no runtime', ['stop containerd/node-a', 'ssh node-a crictl ps'], /^FATA\[0000\] .*connection refused"$/, 1],
  ['another program', ['ssh node-a top'], /^bash: line 1: top: command not found/, 127],
  ['nothing to do', ['ssh node-a'], /Try: ssh node-a crictl ps$/, 1],
  ['another verb of crictl', ['ssh node-a crictl exec web'], /has crictl ps, pods and images, not crictl exec/, 1],
  ['another flag', ['ssh node-a crictl ps -o json'], /cannot yet: -o$/, 1],
  ['another pipe', ['ssh node-a "crictl ps | wc -l"'], /only: grep WORD$/, 1],
  ['the control plane', ['ssh control-plane crictl ps'], /only nodes take visitors/, 255],
  ['no machine', ['ssh'], /^usage: ssh/, 255],
])('%s', (_name, lines, text, exitCode) => {
  const [printed, code] = last(...lines);
  expect(printed).toMatch(text);
  expect(code).toBe(exitCode);
});
