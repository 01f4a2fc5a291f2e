import { describe, expect, it } from 'vitest';
import { act, createCluster, foldTerminals, nodeShape, runToExit, shapeOf, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

addKinds();
addKubectl();

const SHOP = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: api
        image: harbour/api:1.0
        env: [{name: WORK_MS, value: "60"}]
        resources: {requests: {cpu: 200m, memory: 64Mi}, limits: {cpu: 500m, memory: 128Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: database}
spec:
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec: {containers: [{name: database, image: harbour/database:1.0}]}
---
apiVersion: v1
kind: Service
metadata: {name: database}
spec: {selector: {app: database}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: load}
spec:
  replicas: 0
  selector: {matchLabels: {app: load}}
  template:
    metadata: {labels: {app: load}}
    spec: {containers: [{name: load, image: harbour/loadgenerator:1.0, env: [{name: TARGET, value: shop}]}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
`;

function desk(addons: Parameters<typeof shapeOf>[0]['addons']) {
  const nodes = ['node-a', 'node-b'].map((name) => nodeShape(name));
  const timeline: Timeline = createCluster(shapeOf({ etcd: { members: 1 }, nodes, addons: addons ?? [] }), {
    freeze: true,
  });
  let count = 0;
  const type = (line: string, text?: string): string => {
    const run = `run ${count++}`;
    const problem = act(timeline, line, run, text === undefined ? {} : { 'f.yaml': toParsedFile(text, 'f.yaml') });
    if (problem !== undefined) return problem;
    if (line.startsWith('kubectl')) runToExit(timeline, run);
    const found = foldTerminals(timeline.past).find(({ id }) => id === run);
    return (found?.lines ?? []).map((one) => one.text).join('\n');
  };
  const wait = (seconds: number) => timeline.advance(timeline.now + seconds * 1000);
  const replicas = () => Number(type("kubectl get deployment shop -o jsonpath='{.spec.replicas}'"));
  return { timeline, type, wait, replicas };
}

describe('a load that rises and falls', () => {
  const { type, wait, replicas } = desk(['dns', 'metrics-server']);

  it('is measured', () => {
    type('kubectl apply -f f.yaml', SHOP);
    expect(type('kubectl top pods')).toBe('error: metrics not available yet');
    wait(60);
    expect(type('kubectl top pods -l app=shop').replace(/shop-\S+/, 'SHOP')).toBe(
      'NAME                    CPU(cores)   MEMORY(bytes)   \nSHOP   0m           48Mi            ',
    );
    expect(type('kubectl get hpa shop')).toContain('cpu: 0%/50%');
  });

  it('makes one pod slow, then the autoscaler adds pods and answers are quick again', () => {
    type('kubectl scale deployment load --replicas=1');
    wait(20);
    expect(type('kubectl logs deploy/load --tail=1')).toMatch(/, [1-9]\d* failures in 10 s/);
    wait(100);
    expect(replicas()).toBe(6);
    expect(type('kubectl logs deploy/load --tail=1')).toMatch(/^100 answers, 0 failures in 10 s; p50 \d\d\d? ms/);
    expect(type('kubectl get events')).toContain(
      'New size: 4; reason: cpu resource utilization (percentage of request) above target',
    );
  });

  it('keeps them for 300 s after the load has gone', () => {
    type('kubectl scale deployment load --replicas=0');
    wait(290);
    expect(replicas()).toBe(6);
    wait(60);
    expect(replicas()).toBe(1);
    expect(type('kubectl get events')).toContain('New size: 1; reason: All metrics below target');
  });

  it('prints what kubectl top prints', () => {
    expect(type('kubectl top nodes --no-headers')).toMatch(/^node-a {3}\d+m {3}\d% {4}\d+Mi {3}\d+% +\nnode-b/);
    const usage = type('kubectl top pod -A --containers --sort-by=memory').split('\n');
    expect(usage[0]).toMatch(/^NAMESPACE +POD +NAME +CPU\(cores\) {3}MEMORY\(bytes\) {3}$/);
    expect(usage[1]).toMatch(/^default +database-\S+ {3}database {3}\d+m +120Mi {11}$/);
    expect(type('kubectl top pod nobody').split('\n')[0]).toBe(
      'Error from server (NotFound): podmetrics.metrics.k8s.io "default/nobody" not found',
    );
    expect(type('kubectl top pod --sort-by=name')).toBe('error: --sort-by accepts only cpu or memory');
    expect(type('kubectl top pod -n kube-public').split('\n')[0]).toBe('No resources found in kube-public namespace.');
  });

  it('is an object to read', () => {
    expect(type('kubectl get podmetrics')).toMatch(/^NAME +CPU +MEMORY +WINDOW\ndatabase-\S+ +\d+n? +\d+Ki/);
    expect(type('kubectl get nodemetrics -o name')).toBe(
      'nodemetrics.metrics.k8s.io/node-a\nnodemetrics.metrics.k8s.io/node-b',
    );
    expect(type('kubectl get nodemetrics node-a -o yaml')).toMatch(/^apiVersion: metrics.k8s.io\/v1beta1\nkind: NodeM/);
    expect(type('kubectl get pods')).toContain('Running');
  });

  it('says what is missing when metrics-server is', () => {
    expect(type('kubectl get apiservices')).toMatch(/v1beta1\.metrics\.k8s\.io +kube-system\/metrics-server +True/);
    type('stop metrics-server');
    wait(40);
    const why = 'the server is currently unable to handle the request (get pods.metrics.k8s.io)';
    expect(type('kubectl top pods')).toBe(`Error from server (ServiceUnavailable): ${why}`);
    expect(type('kubectl get apiservices')).toContain('False (FailedDiscoveryCheck)');
    expect(type('kubectl describe hpa shop')).toContain(`unable to fetch metrics from resource metrics API: ${why}`);
    type('kubectl delete apiservice v1beta1.metrics.k8s.io');
    wait(1);
    expect(type('kubectl top nodes')).toBe('error: Metrics API not available');
  });
});

it('a cluster without the addon has no metrics, and no timers for them', () => {
  const { timeline, type, wait } = desk([]);
  expect(type('kubectl top nodes')).toBe('error: Metrics API not available');
  expect(type('kubectl get podmetrics').split('\n')[0]).toBe(
    `error: the server doesn't have a resource type "podmetrics"`,
  );
  wait(120);
  const kinds = new Set(timeline.past.flatMap((record) => ('message' in record ? [record.message.kind] : [])));
  expect([...kinds].filter((kind) => /scrape|resourceMetrics|ContainerStats|api\/check/.test(kind))).toEqual([]);
});
