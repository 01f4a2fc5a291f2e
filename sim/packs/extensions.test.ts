import { expect, it } from 'vitest';
import { act, type ClusterShape, createCluster, defaultShape, runToExit, type Timeline } from '../index.ts';
import { addExtensions, kindsNow } from './extensions.ts';
import { addKinds } from './kinds.ts';
import { addKubectl } from './kubectl.ts';
import { toParsedFile } from './yaml.ts';

addKinds();
addExtensions();
addKubectl();

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ferries.port.example}
spec:
  group: port.example
  scope: Namespaced
  names: {plural: ferries, singular: ferry, kind: Ferry}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {pier: {type: string}}}
`;
const BLUE = `apiVersion: port.example/v1
kind: Ferry
metadata: {name: blue}
spec: {pier: north}
`;

function clusterWith(more: Partial<ClusterShape> = {}): Timeline {
  const shape = { ...defaultShape(1), etcd: { members: 1 as const }, addons: ['extensions' as const], ...more };
  return createCluster(shape, { freeze: true });
}

let runs = 0;

/** What a line prints, with these files. */
function type(timeline: Timeline, line: string, files: Readonly<Record<string, string>> = {}): string {
  const parsed = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)]));
  const run = `t${++runs}`;
  const from = timeline.past.length;
  act(timeline, line, run, parsed);
  runToExit(timeline, run);
  const printed = timeline.past.slice(from).flatMap((record) => {
    return record.type === 'noted' && record.note.what === 'kubectl/printed' ? [String(record.note['text'])] : [];
  });
  return printed.join('\n');
}

it('a kind follows from the state: a fork that goes back does not know it', () => {
  const timeline = clusterWith();
  const before = timeline.fork();
  expect(type(timeline, 'kubectl apply -f kind.yaml', { 'kind.yaml': DEFINITION })).toContain('created');
  timeline.advance(timeline.now + 1000);
  expect(kindsNow(timeline).map(({ kind }) => kind)).toContain('Ferry');
  expect(kindsNow(before).map(({ kind }) => kind)).not.toContain('Ferry');
  expect(type(timeline, 'kubectl apply -f blue.yaml', { 'blue.yaml': BLUE })).toBe('ferry.port.example/blue created');
  expect(type(before, 'kubectl get ferries')).toBe('error: the server doesn\'t have a resource type "ferries"');
});

it('owners of such a kind take their dependents with them, and a namespace its instances', () => {
  const timeline = clusterWith();
  type(timeline, 'kubectl apply -f kind.yaml', { 'kind.yaml': DEFINITION });
  type(timeline, 'kubectl create namespace bay');
  type(timeline, 'kubectl apply -n bay -f blue.yaml', { 'blue.yaml': BLUE });
  type(timeline, 'kubectl apply -f blue.yaml', { 'blue.yaml': BLUE });
  timeline.advance(timeline.now + 40_000);
  const uid = type(timeline, 'kubectl get ferry blue -o jsonpath={.metadata.uid}');
  const owner = `{apiVersion: port.example/v1, kind: Ferry, name: blue, uid: ${uid}}`;
  const log = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: log, ownerReferences: [${owner}]}\n`;
  expect(type(timeline, 'kubectl apply -f log.yaml', { 'log.yaml': log })).toBe('configmap/log created');
  timeline.advance(timeline.now + 5000);
  expect(type(timeline, 'kubectl get configmap log -o name')).toBe('configmap/log');
  type(timeline, 'kubectl delete ferry blue');
  timeline.advance(timeline.now + 5000);
  expect(type(timeline, 'kubectl get configmap log')).toContain('not found');
  expect(type(timeline, 'kubectl delete namespace bay')).toBe('namespace "bay" deleted');
  expect(type(timeline, 'kubectl get ferries -A')).toBe('No resources found');
});

it('a scenario may hold a definition and instances; without the addon there is neither', () => {
  const objects = [DEFINITION, BLUE].map((text) => toParsedFile(text, 'x.yaml').documents?.[0]) as never;
  expect(type(clusterWith({ objects }), 'kubectl get ferries -o name')).toBe('ferry.port.example/blue');
  expect(type(clusterWith({ addons: [] }), 'kubectl get crds')).toContain("doesn't have a resource type");
});

it('what was defined outlives the API server', () => {
  const timeline = clusterWith();
  type(timeline, 'kubectl apply -f kind.yaml', { 'kind.yaml': DEFINITION });
  type(timeline, 'kubectl apply -f blue.yaml', { 'blue.yaml': BLUE });
  act(timeline, 'stop kube-apiserver', '', {});
  act(timeline, 'start kube-apiserver', '', {});
  timeline.advance(timeline.now + 5000);
  expect(type(timeline, 'kubectl get ferries -o name')).toBe('ferry.port.example/blue');
});

const POLICY = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments/scale]}]
  validations: [{expression: object.spec.replicas <= 3}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few-here}
spec: {policyName: few, validationActions: [Deny]}
`;

it('the trace names the policies that were asked about a change and let it through', () => {
  const timeline = clusterWith();
  type(timeline, 'kubectl apply -f policy.yaml', { 'policy.yaml': POLICY });
  type(timeline, 'kubectl create deployment web --image=nginx');
  timeline.advance(timeline.now + 1000);
  const saidAfter = (line: string) => {
    const from = timeline.past.length;
    type(timeline, line);
    return timeline.past.slice(from).flatMap((record) => {
      const isIt = record.type === 'noted' && record.note.what === 'apiserver/let-through';
      return isIt && record.note.about === 'deployment/web' ? (record.note['said'] as readonly string[]) : [];
    });
  };
  expect(saidAfter('kubectl scale deployment web --replicas=2')).toEqual([
    'ValidatingAdmissionPolicy: few does not deny it',
  ]);
  expect(saidAfter('kubectl label deployment web tier=x'), 'it is about the scale alone').toEqual([]);
  expect(saidAfter('kubectl scale deployment web --replicas=4'), 'denied').toEqual([]);
});

it('none is no number in a Scale: a rule that only reads the replicas cannot judge it', () => {
  const timeline = clusterWith();
  type(timeline, 'kubectl apply -f policy.yaml', { 'policy.yaml': POLICY });
  type(timeline, 'kubectl create deployment web --image=nginx');
  expect(type(timeline, 'kubectl scale deployment web --replicas=0')).toContain('resulted in error: No such key');
  const has = POLICY.replace('object.spec.replicas', 'object.spec.?replicas.orValue(0)');
  type(timeline, 'kubectl apply -f policy.yaml', { 'policy.yaml': has });
  expect(type(timeline, 'kubectl scale deployment web --replicas=0')).toBe('deployment.apps/web scaled');
});

const GUARD = POLICY.replace('[UPDATE]', '[DELETE]')
  .replace('deployments/scale', 'deployments')
  .replace('object.spec.replicas <= 3', "request.userInfo.username == 'admin'");

it('a rule that bars namespace-controller holds a namespace up, and is asked ever more rarely', () => {
  const timeline = clusterWith();
  type(timeline, 'kubectl apply -f policy.yaml', { 'policy.yaml': GUARD });
  type(timeline, 'kubectl create namespace shop');
  type(timeline, 'kubectl -n shop create deployment till --image=nginx');
  type(timeline, 'kubectl delete namespace shop --wait=false');
  timeline.advance(timeline.now + 30_000);
  const delays = timeline.past.flatMap((record) =>
    record.type === 'noted' && record.note.what === 'controller/retry' && record.note['key'] === 'shop'
      ? [record.note['delayMs']]
      : [],
  );
  expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
  expect(type(timeline, 'kubectl get namespace shop -o yaml')).toContain('reason: ContentDeletionFailed');
});

it('a variable without a value says why, through those that name it', () => {
  const timeline = clusterWith();
  const text = POLICY.replace('[UPDATE]', '[CREATE]')
    .replace('deployments/scale', 'deployments')
    .replace(
      'validations: [{expression: object.spec.replicas <= 3}]',
      `variables: [{name: first, expression: object.spec.nope}, {name: second, expression: variables.first + 1}]
  validations: [{expression: variables.second == 2}]`,
    );
  type(timeline, 'kubectl apply -f policy.yaml', { 'policy.yaml': text });
  expect(type(timeline, 'kubectl create deployment web --image=nginx')).toContain(
    `resulted in error: composited variable "second" fails to evaluate: composited variable "first" fails to evaluate: No`,
  );
});
