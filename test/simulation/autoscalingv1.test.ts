import { describe, expect, it } from 'vitest';
import { act, createCluster, foldTerminals, nodeShape, runToExit, shapeOf } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

addKinds();
addKubectl();

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 100m}}}]}
`;

const autoscaler = (spec: string) => `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, ${spec}}
`;

function desk() {
  const shape = shapeOf({ etcd: { members: 1 }, nodes: [nodeShape('node-a')], addons: ['dns', 'metrics-server'] });
  const timeline = createCluster(shape, { freeze: true });
  let count = 0;
  const type = (line: string, text = ''): string => {
    const run = `run ${count++}`;
    const problem = act(timeline, line, run, { 'f.yaml': toParsedFile(text, 'f.yaml') });
    if (problem !== undefined) return problem;
    runToExit(timeline, run);
    const found = foldTerminals(timeline.past).find(({ id }) => id === run);
    return (found?.lines ?? []).map((one) => one.text).join('\n');
  };
  const json = (line: string) => JSON.parse(type(`${line} -o json`));
  const wait = (seconds: number) => timeline.advance(timeline.now + seconds * 1000);
  return { timeline, type, json, wait };
}

describe('a HorizontalPodAutoscaler of autoscaling/v1', () => {
  const { timeline, type, json, wait } = desk();

  it('is kept once, and read in both versions', () => {
    type('kubectl apply -f f.yaml', DEPLOYMENT);
    expect(
      type('kubectl apply -f f.yaml', autoscaler('minReplicas: 2, maxReplicas: 3, targetCPUUtilizationPercentage: 60')),
    ).toBe('horizontalpodautoscaler.autoscaling/web created');
    expect(json('kubectl get horizontalpodautoscalers.v1.autoscaling web')).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { minReplicas: 2, maxReplicas: 3, targetCPUUtilizationPercentage: 60 },
    });
    expect(json('kubectl get hpa web')).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 60 } } }] },
    });
    expect(json('kubectl get hpa.v1.autoscaling web').apiVersion).toBe('autoscaling/v2');
    expect(type('kubectl get hpa')).toBe(type('kubectl get horizontalpodautoscalers.v1.autoscaling'));
  });

  it('scales, and shows what it measured in annotations', () => {
    wait(90);
    expect(type("kubectl get deployment web -o jsonpath='{.spec.replicas}'")).toContain('2');
    const { metadata, spec, status } = json('kubectl get horizontalpodautoscalers.v1.autoscaling web');
    const { 'autoscaling.alpha.kubernetes.io/conditions': conditions, ...rest } = metadata.annotations;
    expect(JSON.parse(conditions)[0]).toMatchObject({ type: 'AbleToScale', status: 'True' });
    expect(rest['autoscaling.alpha.kubernetes.io/current-metrics']).toMatch(
      /^\[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":\d+,"currentAverageValue":"\w+"}}\]$/,
    );
    expect(spec).not.toHaveProperty('metrics');
    expect(status).toMatchObject({ currentReplicas: 2, desiredReplicas: 2 });
    expect(status).toHaveProperty('currentCPUUtilizationPercentage');
    expect(json('kubectl get hpa web').metadata.annotations).not.toHaveProperty([
      'autoscaling.alpha.kubernetes.io/conditions',
    ]);
  });

  it('is changed in either version', () => {
    const kept = json('kubectl get hpa web').status;
    type(
      `kubectl patch horizontalpodautoscalers.v1.autoscaling web -p '{"spec":{"targetCPUUtilizationPercentage":70}}'`,
    );
    const { spec, status } = json('kubectl get hpa web');
    expect(spec.metrics[0].resource.target.averageUtilization).toBe(70);
    expect(status).toEqual(kept);
    const memory =
      '{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}}';
    const behavior = '{"scaleDown":{"stabilizationWindowSeconds":10}}';
    const patch = `[{"op":"add","path":"/spec/metrics/-","value":${memory}},{"op":"add","path":"/spec/behavior","value":${behavior}}]`;
    type(`kubectl patch hpa web --type=json -p '${patch}'`);
    const { annotations } = json('kubectl get horizontalpodautoscalers.v1.autoscaling web').metadata;
    expect(annotations['autoscaling.alpha.kubernetes.io/metrics']).toBe(
      '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]',
    );
    expect(annotations['autoscaling.alpha.kubernetes.io/behavior']).toContain(
      '"ScaleDown":{"StabilizationWindowSeconds":10,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null}',
    );
    type(`kubectl patch horizontalpodautoscalers.v1.autoscaling web -p '{"spec":{"maxReplicas":5}}'`);
    const after = json('kubectl get hpa web').spec;
    expect(after.maxReplicas).toBe(5);
    expect(after.behavior.scaleDown.stabilizationWindowSeconds).toBe(10);
    expect(after.metrics.map((metric: { resource: { name: string } }) => metric.resource.name)).toEqual([
      'memory',
      'cpu',
    ]);
  });

  it('is watched in the version that was asked for', () => {
    const watch = 'kubectl get horizontalpodautoscalers.v1.autoscaling web -w';
    act(timeline, `${watch} -o jsonpath={.apiVersion}/{.spec.maxReplicas}/`, 'objects', {});
    act(timeline, `${watch} --no-headers`, 'rows', {});
    wait(1);
    type(`kubectl patch hpa web -p '{"spec":{"maxReplicas":6}}'`);
    wait(1);
    const printed = (run: string) => {
      const found = foldTerminals(timeline.past).find(({ id }) => id === run);
      return (found?.lines ?? []).map(({ text }) => text).join('\n');
    };
    expect(printed('objects')).toContain('autoscaling/v1/6/');
    expect(printed('rows')).toMatch(/^web +Deployment\/web .*\/70% +2 +6 +2 /m);
  });

  it('belongs to its writers in the version they wrote', () => {
    const apply = 'kubectl apply --server-side -f f.yaml';
    const own = autoscaler('maxReplicas: 4, targetCPUUtilizationPercentage: 50').replaceAll(
      'name: web}\n',
      'name: own}\n',
    );
    expect(type(apply, own)).toBe('horizontalpodautoscaler.autoscaling/own serverside-applied');
    const rows = () => json('kubectl get hpa own --show-managed-fields').metadata.managedFields;
    expect(rows()[0]).toMatchObject({ manager: 'kubectl', operation: 'Apply', apiVersion: 'autoscaling/v1' });
    expect(Object.keys(rows()[0].fieldsV1['f:spec'])).toContain('f:targetCPUUtilizationPercentage');
    const inV2 = own
      .replace('autoscaling/v1', 'autoscaling/v2')
      .replace(
        /targetCPU.*/,
        'metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 40}}}]}',
      );
    expect(type(`${apply} --field-manager=other`, inV2)).toContain(
      'conflict with "kubectl": .spec.targetCPUUtilizationPercentage',
    );
    type(`${apply} --field-manager=other --force-conflicts`, inV2);
    const [first, second] = rows();
    expect(first.fieldsV1['f:spec']).not.toHaveProperty('f:targetCPUUtilizationPercentage');
    expect(second).toMatchObject({ manager: 'other', apiVersion: 'autoscaling/v2' });
    type('kubectl delete horizontalpodautoscalers.v1.autoscaling own');
  });

  it('is described and explained', () => {
    expect(type('kubectl describe horizontalpodautoscalers.v1.autoscaling web')).toContain('resource cpu on pods');
    expect(type('kubectl explain hpa --api-version=autoscaling/v1')).toContain('VERSION:    v1\n');
    expect(type('kubectl explain hpa.spec.metrics --api-version=autoscaling/v1')).toContain(
      'field "metrics" does not exist',
    );
    expect(type('kubectl explain hpa --api-version=autoscaling/v3')).toBe(
      'error: couldn\'t find resource for "autoscaling/v3, Resource=horizontalpodautoscalers"',
    );
  });

  it('has a default, and refuses what it has no field for', () => {
    expect(type('kubectl apply -f f.yaml', autoscaler('maxReplicas: 3').replace('name: web', 'name: bare'))).toContain(
      'created',
    );
    expect(json('kubectl get horizontalpodautoscalers.v1.autoscaling bare').spec).toMatchObject({
      minReplicas: 1,
      targetCPUUtilizationPercentage: 80,
    });
    expect(type('kubectl apply -f f.yaml', autoscaler('maxReplicas: 3, metrics: []'))).toContain(
      'unknown field "spec.metrics"',
    );
  });
});
