import { expect, it } from 'vitest';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import { act, createCluster, nodeShape, peekAt, runToExit, shapeOf, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { foldTerminals } from '../../sim/scenario/terminals.ts';

addKinds();
addKubectl();

function manifest(image: string, more: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'c', image }], ...more },
  };
}

const NAME = 'web-node-a';
const DIRECTORY = '/etc/kubernetes/manifests';

function open(manifests: Readonly<Record<string, object>> = { 'web.yaml': manifest('nginx:1.27') }): Timeline {
  const nodes = [nodeShape('node-a', { manifests: manifests as never }), nodeShape('node-b')];
  return createCluster(shapeOf({ etcd: { members: 1 }, nodes }), { freeze: true });
}

let runs = 0;

function type(timeline: Timeline, line: string, document?: object, seconds = 20): string {
  runs += 1;
  const files: Parameters<typeof act>[3] =
    document === undefined ? {} : { 'web.yaml': toParsedFile(JSON.stringify(document), 'web.yaml') };
  expect(act(timeline, line, `run-${runs}`, files)).toBeUndefined();
  if (/^(kubectl|ssh|scp)/.test(line)) runToExit(timeline, `run-${runs}`);
  timeline.advance(timeline.now + seconds * 1000);
  const found = foldTerminals(timeline.past).find(({ id }) => id === `run-${runs}`);
  return (found?.lines ?? []).map(({ text }) => text).join('\n');
}

function mirror(timeline: Timeline, name = NAME): Pod | undefined {
  const pods = peekAt(timeline.simulation).objects('pods') as readonly unknown[] as readonly Pod[];
  return pods.find(({ metadata }) => metadata.name === name);
}

const running = (timeline: Timeline) => mirror(timeline)?.status?.containerStatuses?.[0]?.containerID;

it('a file of a node is a pod, and its mirror shows what it does', () => {
  const timeline = open();
  const pod = mirror(timeline);
  const node = peekAt(timeline.simulation)
    .objects('nodes')
    .find(({ metadata }) => metadata.name === 'node-a');
  const hash = pod?.metadata.annotations?.['kubernetes.io/config.hash'] ?? '';
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  expect(pod).toMatchObject({
    metadata: {
      namespace: 'default',
      annotations: {
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.seen': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'node-a', uid: node?.metadata.uid, controller: true }],
    },
    spec: { nodeName: 'node-a', tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
    status: { phase: 'Running' },
  });
  expect(pod?.spec).not.toHaveProperty('serviceAccountName');
  expect(pod?.metadata.uid).not.toBe(hash);
  expect(type(timeline, `kubectl describe pod ${NAME}`)).toMatch(
    /Controlled By: +Node\/node-a[\s\S]*Events:[\s\S]*Normal +Started .*Container started$/,
  );
  expect(type(timeline, `ssh node-a ls ${DIRECTORY}`)).toBe('web.yaml');
});

it('a mirror that is deleted comes back, and nothing stops; drain lets it be', () => {
  const timeline = open();
  const [before, container] = [mirror(timeline)?.metadata.uid, running(timeline)];
  type(timeline, `kubectl delete pod ${NAME}`);
  expect(mirror(timeline)?.metadata.uid).not.toBe(before);
  expect(running(timeline)).toBe(container);
  const after = mirror(timeline)?.metadata.uid;
  expect(type(timeline, 'kubectl drain node-a')).toBe('node/node-a cordoned\nnode/node-a drained');
  expect(mirror(timeline)?.metadata.uid).toBe(after);
  type(timeline, `kubectl label pod ${NAME} a=b`);
  expect(type(timeline, `kubectl annotate pod ${NAME} kubernetes.io/config.mirror-`)).toBe(
    `The Pod "${NAME}" is invalid: metadata.annotations[kubernetes.io/config.mirror]: ` +
      'Forbidden: may not remove or update mirror pod annotation',
  );
});

it('files come, change and go by ssh, with or without an API server, and kubelet remembers none of them', () => {
  const timeline = open({});
  expect(mirror(timeline)).toBeUndefined();
  type(timeline, 'stop kube-apiserver');
  type(timeline, `scp web.yaml node-a:${DIRECTORY}/`, manifest('nginx:1.27'));
  expect(type(timeline, 'ssh node-a crictl ps')).toMatch(/Running/);
  type(timeline, 'start kube-apiserver', undefined, 90);
  const first = mirror(timeline);
  expect(first?.status?.phase).toBe('Running');
  type(timeline, `scp web.yaml node-a:${DIRECTORY}/`, manifest('nginx:1.28', { terminationGracePeriodSeconds: 5 }), 60);
  expect(mirror(timeline)?.metadata.uid).not.toBe(first?.metadata.uid);
  expect(mirror(timeline)).toMatchObject({
    spec: { containers: [{ image: 'nginx:1.28' }] },
    status: { phase: 'Running', containerStatuses: [{ restartCount: 0 }] },
  });
  const container = running(timeline);
  type(timeline, 'stop kubelet/node-a');
  type(timeline, 'start kubelet/node-a', undefined, 30);
  expect(running(timeline)).toBe(container);
  type(timeline, 'stop kubelet/node-a');
  expect(type(timeline, `ssh node-a rm ${DIRECTORY}/web.yaml`)).toBe('');
  expect(mirror(timeline)).toBeDefined();
  type(timeline, 'start kubelet/node-a', undefined, 60);
  expect(mirror(timeline)).toBeUndefined();
  expect(type(timeline, 'ssh node-a crictl ps -q')).toBe('');
  expect(type(timeline, `ssh node-a rm ${DIRECTORY}/web.yaml`)).toBe(
    `rm: cannot remove '${DIRECTORY}/web.yaml': No such file or directory`,
  );
});
