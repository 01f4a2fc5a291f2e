import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { act, createCluster, defaultShape, foldTerminals, runToExit, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

// Every manifest of the Kubernetes documentation, applied to a fork of the same fresh cluster by the built-in kubectl.

addKinds();
addKubectl();

const FOLDER = new URL('../../../shared/manifests/', import.meta.url);
const files = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  : [];
if (files.length === 0) console.warn('SKIPPED: the manifests of the documentation are not here.');

const noKind = (kind: string, version: string) => `no matches for kind "${kind}" in version "${version}"`;

/** What does not simply become objects: kinds that do not exist (any more, or here yet), mistakes, what is refused. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'application/job/cronjob.yaml': noKind('CronJob', 'batch/v1beta1'),
  'pods/pod-with-node-affinity.yaml':
    'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal array into',
  'pods/qos/qos-pod.yaml': 'namespaces "qos-example" not found',
  'pods/resource/memory-request-limit.yaml': 'namespaces "mem-example" not found',
};

/** What such a file creates all the same. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {};

describe.skipIf(files.length === 0)('manifests of the documentation', () => {
  const fresh = files.length === 0 ? undefined : createCluster({ ...defaultShape(), etcd: { members: 1 } });
  const cluster = () => (fresh as Timeline).fork();

  it.each(files.sort())('%s', (file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    const { lines, exitCode } = type(cluster(), 'kubectl apply -f manifest.yaml', { 'manifest.yaml': text });
    const otherwise = OTHERWISE[file];
    const documents = text.match(/^\s*"?kind"?: /gm)?.length ?? 0;
    if (otherwise === undefined) {
      const made = lines.filter((line) => line.endsWith(' created'));
      expect({ exitCode, made: made.length > 0 && made.length <= documents }).toEqual({ exitCode: 0, made: true });
    } else {
      expect(lines.join('\n')).toContain(otherwise);
      expect([exitCode, lines.filter((line) => line.endsWith(' created'))]).toEqual([1, BESIDE[file] ?? []]);
    }
  });

  it.each([
    ['qos-example', 'pods/qos/qos-pod.yaml'],
    ['mem-example', 'pods/resource/memory-request-limit.yaml'],
  ])('once there is a namespace %s its pod is created', (namespace, file) => {
    const timeline = cluster();
    expect(type(timeline, `kubectl create namespace ${namespace}`, {}).exitCode).toBe(0);
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    expect(type(timeline, 'kubectl apply -f manifest.yaml', { 'manifest.yaml': text }).exitCode).toBe(0);
  });

  it.each([
    ['pods/init-containers.yaml', /^init-demo +0\/1 +Init:(Error|CrashLoopBackOff)/, 'the internet is not here'],
    ['application/deployment-sidecar.yaml', /^myapp-\S+ +2\/2 +Running/, 'the sidecar runs beside it'],
    [
      'pods/pod-configmap-env-var-valueFrom.yaml',
      /^\S+ +0\/1 +CreateContainerConfigError/,
      'there is no such ConfigMap',
    ],
  ])('%s: %s', (file, row) => {
    const timeline = cluster();
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    type(timeline, 'kubectl apply -f manifest.yaml', { 'manifest.yaml': text });
    timeline.advance(timeline.now + 30_000);
    expect(type(timeline, 'kubectl get pods', {}).lines[1]).toMatch(row);
  });

  it('a StatefulSet waits for volumes, and runs in its order once there are some', () => {
    const timeline = cluster();
    const text = readFileSync(new URL('application/web/web.yaml', FOLDER), 'utf8').replace(
      /nginx-slim:0.7/,
      'nginx:1.27',
    );
    type(timeline, 'kubectl apply -f web.yaml', { 'web.yaml': text.replace('registry.k8s.io/', '') });
    timeline.advance(timeline.now + 10_000);
    expect(type(timeline, 'kubectl get pods', {}).lines[1]).toMatch(/^web-0 +0\/1 +Pending/);
    for (const name of ['one', 'two']) {
      const volume = `apiVersion: v1
kind: PersistentVolume
metadata: {name: ${name}}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /mnt}}
`;
      type(timeline, `kubectl apply -f ${name}.yaml`, { [`${name}.yaml`]: volume });
    }
    timeline.advance(timeline.now + 60_000);
    expect(type(timeline, 'kubectl get sts', {}).lines[1]).toMatch(/^web +2\/2 /);
    expect(
      type(timeline, 'kubectl get pvc', {})
        .lines.slice(1)
        .map((line) => line.slice(0, 17)),
    ).toEqual(['www-web-0   Bound', 'www-web-1   Bound']);
  });

  it('the DaemonSet of the documentation has a pod on every node', () => {
    const timeline = cluster();
    const text = readFileSync(new URL('controllers/daemonset.yaml', FOLDER), 'utf8');
    const image = text.replace(/image: .*/, 'image: nginx:1.27');
    type(timeline, 'kubectl apply -f ds.yaml', { 'ds.yaml': image });
    timeline.advance(timeline.now + 30_000);
    const { lines } = type(timeline, 'kubectl get ds -n kube-system', {});
    expect(lines[1]).toMatch(/^fluentd-elasticsearch +3 +3 +3 +3 +3 +<none>/);
  });

  it('the Job of the documentation computes pi; the one with a failure policy fails at once', () => {
    const timeline = cluster();
    for (const name of ['job', 'job-pod-failure-policy-example']) {
      const text = readFileSync(new URL(`controllers/${name}.yaml`, FOLDER), 'utf8');
      type(timeline, `kubectl apply -f ${name}.yaml`, { [`${name}.yaml`]: text });
    }
    timeline.advance(timeline.now + 60_000);
    const { lines } = type(timeline, 'kubectl get jobs', {});
    expect(lines[1]).toMatch(/^job-pod-failure-policy-example +Failed +0\/12/);
    expect(lines[2]).toMatch(/^pi +Complete +1\/1/);
    expect(type(timeline, 'kubectl logs job/pi', {}).lines[0]).toMatch(/^3\.14159265358979.*216420198$/);
    expect(type(timeline, 'kubectl describe job job-pod-failure-policy-example', {}).lines.at(-1)).toMatch(
      /PodFailurePolicy +\S+ +job-controller +Container main for pod default\/\S+ failed with exit code 42 matching FailJob rule at index 0/,
    );
  });

  it('the database of the documentation gets its volume and runs', () => {
    const timeline = cluster();
    for (const name of ['mysql-pv', 'mysql-deployment']) {
      const text = readFileSync(new URL(`application/mysql/${name}.yaml`, FOLDER), 'utf8');
      type(timeline, `kubectl apply -f ${name}.yaml`, { [`${name}.yaml`]: text });
    }
    timeline.advance(timeline.now + 40_000);
    expect(type(timeline, 'kubectl get pvc', {}).lines[1]).toMatch(
      /^mysql-pv-claim +Bound +mysql-pv-volume +20Gi +RWO/,
    );
    expect(type(timeline, 'kubectl get pods', {}).lines[1]).toMatch(/^mysql-\S+ +1\/1 +Running/);
  });
});

function type(timeline: Timeline, line: string, texts: Readonly<Record<string, string>>) {
  const run = `run ${line}`;
  const parsed = Object.entries(texts).map(([name, text]) => [name, toParsedFile(text, name)] as const);
  act(timeline, line, run, Object.fromEntries(parsed));
  runToExit(timeline, run);
  const found = foldTerminals(timeline.past).find(({ id }) => id === run);
  return { lines: (found?.lines ?? []).map(({ text }) => text), exitCode: found?.exitCode };
}
