import { expect, test } from 'vitest';
import { createCluster } from '../../sim/cluster/boot.ts';
import { nodeShape, shapeOf } from '../../sim/cluster/shape.ts';
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
