import { expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import { createCluster } from '../cluster/boot.ts';
import { nodeShape, shapeOf } from '../cluster/shape.ts';
import { addKinds } from '../packs/kinds.ts';
import { addKubectl } from '../packs/kubectl.ts';
import { act, runToExit } from '../scenario/ahead.ts';
import { foldTerminals } from '../scenario/terminals.ts';

addKinds();
addKubectl();

function pod(name: string, spec: JsonObject): KubeObject {
  const metadata = { name, namespace: 'default', labels: { app: name } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec } as unknown as KubeObject;
}

const two = ['web', 'helper'].map((name) => ({
  name,
  image: 'harbour/web:1',
  env: [{ name: 'PORT', value: name === 'web' ? '80' : '81' }],
}));
const OBJECTS = [
  pod('pair', { containers: two }),
  pod('held', { nodeSelector: { disk: 'none' }, containers: [{ name: 'web', image: 'nginx:1.27' }] }),
  pod('done', { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox:1.36', command: ['true'] }] }),
  pod('lost', { containers: [{ name: 'web', image: 'harbour/nothing:1' }] }),
];

/** Types the lines after 20 seconds, one after the other, and gives what the last printed and its exit code. */
function last(...lines: readonly string[]): readonly [text: string, exitCode: number | undefined] {
  const shape = shapeOf({ etcd: { members: 1 }, nodes: [nodeShape('node-a')], objects: OBJECTS, bootMs: 20_000 });
  const timeline = createCluster(shape);
  for (const [index, line] of lines.entries()) {
    expect(act(timeline, line, `run-${index}`, {})).toBeUndefined();
    runToExit(timeline, `run-${index}`);
  }
  const run = foldTerminals(timeline.past).at(-1);
  return [run?.lines.map(({ text }) => text).join('\n') ?? '', run?.exitCode];
}

test('a command runs in the container, and what it leaves there stays', () => {
  const story = 'kubectl exec pair -c web -- touch /tmp/open';
  expect(last(story)).toEqual(['', 0]);
  expect(last(story, 'kubectl exec pair -c web -- test -e /tmp/open')).toEqual(['', 0]);
  expect(last(story, 'kubectl exec pair -c helper -- test -e /tmp/open')).toEqual([
    'command terminated with exit code 1',
    1,
  ]);
});

test('its words arrive as they were typed', () => {
  expect(last("kubectl exec pair -c web -- sh -c 'echo a\\&command=b; exit 3'")).toEqual([
    'a&command=b\ncommand terminated with exit code 3',
    3,
  ]);
});

const DEFAULTED = 'Defaulted container "web" out of: web, helper';

test.each([
  ['the first of two containers', 'kubectl exec -it pair -- printenv PORT', `${DEFAULTED}\n80`, 0],
  ['quietly', 'kubectl exec -q pair -- printenv PORT', '80', 0],
  ['a container nobody has', 'kubectl exec pair -c x -- date', 'error: container x not found in pod pair', 1],
  [
    'a pod without a node',
    'kubectl exec held -- date',
    'Error from server (BadRequest): pod held does not have a host assigned',
    1,
  ],
  [
    'a pod that is done',
    'kubectl exec done -- date',
    'error: cannot exec into a container in a completed pod; current phase is Succeeded',
    1,
  ],
  [
    'a container that does not run',
    'kubectl exec lost -- date',
    'error: unable to upgrade connection: container not found ("web")',
    1,
  ],
  ['no pod', 'kubectl exec', 'error: pod, type/name or --filename must be specified', 1],
  ['no command', 'kubectl exec pair --', 'error: you must specify at least one command for the container', 1],
])('%s', (_what, line, text, exitCode) => {
  expect(last(line)).toEqual([text, exitCode]);
});

test('a program the image does not have, a shell without work, a kubelet that is off', () => {
  expect(last('kubectl exec pair -c web -- vim')[0]).toMatch(
    /^error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "vim": executable file not found in \$PATH: unknown$/,
  );
  expect(last('kubectl exec -it pair -- bash')[0]).toMatch(/^error: a session with a shell is not modelled/);
  expect(last('stop kubelet/node-a', 'kubectl exec -q pair -- date')).toEqual([
    'Error from server: error dialing backend: dial tcp 10.0.0.1:10250: connect: connection refused',
    1,
  ]);
});

test('whoever may only read pods may not run commands in them', () => {
  const [text] = last(
    'kubectl create clusterrole reader --verb=get,list,watch --resource=pods,pods/exec',
    'kubectl create clusterrolebinding reader --clusterrole=reader --user=ann',
    'kubectl exec -q pair --as=ann -- date',
  );
  expect(text).toBe(
    'Error from server (Forbidden): pods "pair" is forbidden: User "ann" cannot create resource "pods/exec" in API group "" in the namespace "default"',
  );
});
