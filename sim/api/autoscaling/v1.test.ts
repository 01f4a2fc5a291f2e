import { describe, expect, it } from 'vitest';
import type { Labels } from '../meta.ts';
import type { AutoscalerSpec, HorizontalPodAutoscaler } from './spec.ts';
import { fromV1, type HorizontalPodAutoscalerV1, toV1 } from './v1.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const memory = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
};

const kept = (spec: Partial<AutoscalerSpec>): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 3, ...spec },
});

const spoken = (target: number | undefined, annotations?: Labels): HorizontalPodAutoscalerV1 => ({
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', ...(annotations && { annotations }) },
  spec: {
    scaleTargetRef,
    minReplicas: 1,
    maxReplicas: 3,
    ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }),
  },
});

const at = (name: string) => `autoscaling.alpha.kubernetes.io/${name}`;

describe('autoscaling/v1', () => {
  it.each([
    ['a target of the CPU', kept({ metrics: [cpu(60)] })],
    ['another metric alone', kept({ metrics: [memory] })],
    ['both, the other one first', kept({ metrics: [memory, cpu(60)] })],
    [
      'a behaviour',
      kept({
        metrics: [cpu(60)],
        behavior: { scaleUp: { selectPolicy: 'Min', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } },
      }),
    ],
    [
      'what was measured',
      {
        ...kept({ metrics: [cpu(60)] }),
        status: {
          currentReplicas: 1,
          desiredReplicas: 2,
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '90m' } } },
          ],
          conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'a < b' }],
        },
      } as HorizontalPodAutoscaler,
    ],
  ])('says all of %s, some of it in annotations', (_, object) => {
    expect(fromV1(toV1(object))).toEqual(object);
  });

  it('writes annotations as upstream does', () => {
    const behavior = {
      scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 9, periodSeconds: 15 }] },
    };
    expect(toV1(kept({ metrics: [memory, cpu(60)], behavior }))).toEqual(
      spoken(60, {
        [at('metrics')]: '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]',
        [at('behavior')]:
          '{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Max",' +
          '"Policies":[{"Type":"Percent","Value":9,"PeriodSeconds":15}],"Tolerance":null}}',
      }),
    );
  });

  it('means 80 percent where nothing is said', () => {
    expect(fromV1(spoken(undefined)).spec.metrics).toEqual([cpu(80)]);
  });

  it.each([
    ['no JSON', 'metrics', '['],
    ['a wrong type', 'metrics', '[{"type":"Resource","resource":{"name":5}}]'],
    ['an empty list', 'metrics', '[]'],
    ['no rules', 'behavior', '{}'],
    ['a text', 'conditions', '"True"'],
  ])('leaves out an annotation with %s', (_, name, text) => {
    expect(fromV1(spoken(60, { [at(name)]: text, note: 'this' }))).toEqual({
      ...kept({ metrics: [cpu(60)] }),
      metadata: { name: 'web', annotations: { note: 'this' } },
    });
  });

  it('names metrics of another type, which are refused', () => {
    const pods = '[{"type":"Pods","pods":{"metricName":"hits","targetAverageValue":"10"}}]';
    expect(fromV1(spoken(undefined, { [at('metrics')]: pods })).spec.metrics).toEqual([
      { type: 'Pods', pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '10' } } },
    ]);
  });
});
