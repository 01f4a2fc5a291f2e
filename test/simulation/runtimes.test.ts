import { expect, test } from 'vitest';
import { createCluster } from '../../sim/cluster/boot.ts';
import { nodeShape, shapeOf } from '../../sim/cluster/shape.ts';
import { address } from '../../sim/kernel/message.ts';
import type { TraceRecord } from '../../sim/kernel/trace.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import type { RuntimeName } from '../../sim/protocol/cri.ts';
import { act, runToExit } from '../../sim/scenario/ahead.ts';
import { foldTerminals } from '../../sim/scenario/terminals.ts';

addKinds();
addKubectl();

/** A cluster of one node with that runtime. `type` waits for a line's end and some seconds, and gives what it printed. */
function clusterWith(runtime: RuntimeName) {
  const nodes = [nodeShape('node-a', { runtime, disk: '20Gi' })];
  const timeline = createCluster(shapeOf({ etcd: { members: 1 }, nodes }), { freeze: true });
  let runs = 0;
  const type = (line: string, seconds = 15): string => {
    const id = `run-${runs++}`;
    expect(act(timeline, line, id, {})).toBeUndefined();
    runToExit(timeline, id);
    const printed = foldTerminals(timeline.past).at(-1);
    timeline.advance(timeline.now + seconds * 1000);
    return printed?.lines.map(({ text }) => text).join('\n') ?? '';
  };
  return { timeline, type, records: () => timeline.past as readonly TraceRecord[] };
}

const RUN = 'kubectl run web --image=nginx:1.27';
const get = (path: string) => `kubectl get pod web -o jsonpath='{${path}}'`;

test.each([
  ['containerd', 'containerd://2.1.4', ['kubelet>containerd']],
  ['cri-o', 'cri-o://1.36.0', ['kubelet>crio']],
  ['docker', 'docker://28.5.1', ['kubelet>cri-dockerd', 'cri-dockerd>dockerd']],
] as const)('%s runs a pod; calls, version and ids are its own', (runtime, version, hops) => {
  const { type, records } = clusterWith(runtime);
  type(RUN);
  expect(type('kubectl get pod web')).toMatch(/web +1\/1 +Running +0/);
  expect(type(get('.status.containerStatuses[0].containerID'))).toMatch(new RegExp(`^${runtime}://[0-9a-f]{64}$`));
  expect(type('kubectl get node node-a -o wide')).toContain(version);
  for (const call of ['runPodSandbox', 'pullImage', 'createContainer', 'startContainer']) {
    const sent = records().flatMap((record) => {
      if (record.type !== 'sent' || record.message.kind !== call) return [];
      return [`${record.message.from.split('/')[0]}>${record.message.to.split('/')[0]}`];
    });
    expect(sent, call).toEqual(hops);
  }
  expect(type('ssh node-a crictl ps')).toMatch(/Running +web +0 .* web +default$/);
  expect(type('kubectl logs web')).not.toBe('');
  expect(type('kubectl exec web -- ls /')).not.toContain('rror');
});

test.each([
  ['containerd', 'failed to pull and unpack image "docker.io/library/nginx:1.72": failed to resolve reference'],
  [
    'cri-o',
    'initializing source docker://nginx:1.72: reading manifest 1.72 in docker.io/library/nginx: manifest unknown',
  ],
  ['docker', 'Error response from daemon: manifest for nginx:1.72 not found: manifest unknown: manifest unknown'],
] as const)('%s says in its own words that there is no such image', (runtime, text) => {
  const { type } = clusterWith(runtime);
  type('kubectl run web --image=nginx:1.72');
  expect(type('kubectl describe pod web')).toContain(text);
});

test.each([
  ['containerd', 'RunContainerError', 'failed to create containerd task: failed to create shim task'],
  ['cri-o', 'CreateContainerError', 'container create failed: executable file `sail` not found in $PATH: No such file'],
  ['docker', 'RunContainerError', 'Error response from daemon: failed to create task for container'],
] as const)('a missing command fails in %s as %s', (runtime, reason, text) => {
  const { type } = clusterWith(runtime);
  type('kubectl run web --image=nginx:1.27 --command -- sail');
  const described = type('kubectl describe pod web', 0);
  expect(described).toContain(text);
  expect(described).toMatch(new RegExp(`${reason}|CrashLoopBackOff`));
  if (runtime === 'cri-o') expect(described).not.toContain('CrashLoopBackOff');
});

test.each([
  ['containerd', 'containerd', false],
  ['cri-o', 'crio', false],
  ['docker', 'cri-dockerd', false],
  ['docker', 'dockerd', true],
] as const)('with %s a restart of %s ends containers: %s', (runtime, process, ends) => {
  const { type } = clusterWith(runtime);
  type(RUN);
  const before = type(get('.status.podIP'));
  type(`stop ${process}/node-a`, 2);
  type(`start ${process}/node-a`, 40);
  expect(type(get('.status.containerStatuses[0].restartCount'))).toBe(ends ? '1' : '0');
  expect(type(get('.status.podIP')) === before).toBe(!ends);
  expect(type(get('.status.phase'))).toBe('Running');
  if (ends) expect(type('kubectl describe pod web')).toMatch(/SandboxChanged .*Pod sandbox changed, it will be killed/);
});

test('a node whose Engine does not run is NotReady after half a minute, and its pods wait', () => {
  const { type } = clusterWith('docker');
  type('stop dockerd/node-a', 50);
  expect(type('kubectl describe node node-a')).toContain('container runtime is down');
  expect(type('ssh node-a docker ps')).toBe(
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  );
  expect(type('ssh node-a crictl ps')).toContain('Cannot connect to the Docker daemon');
  type('start dockerd/node-a', 20);
  expect(type('kubectl get nodes')).toMatch(/node-a +Ready/);
});

test('docker ps shows one container more for each pod: the one that pauses', () => {
  const { type } = clusterWith('docker');
  type(RUN, 75);
  const [head, own, pause, ...rest] = type('ssh node-a docker ps').split('\n');
  expect(head).toMatch(/^CONTAINER ID {3}IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/);
  expect(own).toMatch(
    /^[0-9a-f]{12} {3}[0-9a-f]{12} +"nginx -g 'daemon of…" +About a minute ago +Up About a minute +k8s_web_/,
  );
  expect(pause).toMatch(/registry\.k8s\.io\/pause:3\.10 +"\/pause" .* k8s_POD_web_default_[-0-9a-f]{36}_0$/);
  expect(rest).toEqual([]);
  const { type: other } = clusterWith('cri-o');
  expect(other('ssh node-a docker ps')).toContain('bash: line 1: docker: command not found');
});

test('containerd counts an image as it travelled, the others as it lies on the disk', () => {
  const sizes = (['containerd', 'cri-o', 'docker'] as const).map((runtime) => {
    const { type } = clusterWith(runtime);
    type(RUN);
    return Number(/nginx +1\.27 +[0-9a-f]{13} +(\d+(?:\.\d+)?)MB/.exec(type('ssh node-a crictl images'))?.[1]);
  });
  expect(sizes).toEqual([72.1, 180, 180]);
});

test.each([
  ['containerd', 'containerd', '0'],
  ['cri-o', 'crio', '0'],
  ['docker', 'dockerd', '1'],
] as const)('with %s containers answer and ask while %s does not run; restarts after it is back: %s', (...row) => {
  const [runtime, process, restarts] = row;
  const { type, timeline } = clusterWith(runtime);
  type('kubectl run web --image=harbour/web:1.0');
  type('kubectl expose pod web --port=8080', 1);
  type('kubectl run client --image=harbour/client:1.0 --env=TARGET=web:8080', 10);
  const answered = () => {
    const { containers } = timeline.simulation.inspect(address(`${process}/node-a`)) as {
      readonly containers: readonly { readonly name: string; readonly program: { readonly ok: number } }[];
    };
    return containers.find(({ name }) => name === 'client')?.program.ok ?? 0;
  };
  const before = answered();
  type(`stop ${process}/node-a`, 25);
  expect(type('kubectl get node node-a', 15)).toMatch(/node-a +Ready/);
  expect(answered() - before).toBeGreaterThanOrEqual(38);
  const described = type('kubectl describe node node-a', 160);
  expect(described).toMatch(/Ready +False .* KubeletNotReady +\[?container runtime is down/);
  expect(type('kubectl describe node node-a', 0)).toMatch(/PLEG is not healthy: pleg was last seen active 3m\S+ ago/);
  expect(answered() - before).toBeGreaterThanOrEqual(195);
  type(`start ${process}/node-a`, 40);
  expect(type("kubectl get pod web -o jsonpath='{.status.containerStatuses[0].restartCount}'")).toBe(restarts);
  expect(type('kubectl get node node-a')).toMatch(/node-a +Ready/);
});

test('a container that ends while its runtime does not run is found ended when that is back', () => {
  const { type } = clusterWith('containerd');
  type("kubectl run brief --image=busybox --restart=Never --command -- sh -c 'sleep 30'");
  type('stop containerd/node-a', 40);
  expect(type(get('.status.phase').replace('web', 'brief'), 0)).toBe('Running');
  type('start containerd/node-a', 5);
  expect(type(get('.status.phase').replace('web', 'brief'), 0)).toBe('Succeeded');
});
