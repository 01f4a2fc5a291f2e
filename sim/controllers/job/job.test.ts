import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { JobSpec } from '../../api/batch/jobspec.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { rfc3339 } from '../../api/meta.ts';
import { recordEnds, remainingBackOff } from './backoff.ts';
import { firstMissing, formatIndexes, parseIndexes, withIndexes } from './indexes.ts';
import { TRACKING } from './observe.ts';
import { matchSuccessPolicy } from './policies.ts';

const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const PODS = '/api/v1/namespaces/default/pods';

/** A control plane whose pods end only when the test says so. */
function start(spec: Partial<JobSpec> & { readonly restartPolicy?: string }): ControlPlane {
  const plane = new ControlPlane({ nodes: ['node-1'] });
  const { restartPolicy = 'Never', ...rest } = spec;
  const template = { spec: { restartPolicy, containers: [{ name: 'c', image: 'busybox' }] } };
  plane.post(JOBS, { ...object('batch/v1', 'Job', 'work'), spec: { template, ...rest } } as never);
  plane.run(2500);
  return plane;
}

function job(plane: ControlPlane): Job {
  return plane.get<Job>(`${JOBS}/work`);
}

function conditions(plane: ControlPlane): readonly string[] {
  return (job(plane).status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

function running(plane: ControlPlane): readonly Pod[] {
  const isOver = ({ status, metadata }: Pod) =>
    metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return plane.pods().filter((pod) => !isOver(pod));
}

/** Lets a pod end, as kubelet reports it. */
function end(plane: ControlPlane, pod: Pod | undefined, exitCode: number, more: object = {}): void {
  const terminated = { exitCode, finishedAt: rfc3339(plane.now) };
  const status = {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    containerStatuses: [{ name: 'c', ready: false, restartCount: 0, image: '', imageID: '', state: { terminated } }],
    conditions: [],
    ...more,
  };
  plane.merge(`${PODS}/${pod?.metadata.name}/status`, { status });
  plane.run(1500);
}

describe('a Job', () => {
  it('counts its pods, takes their finalizers, and is Complete', () => {
    const plane = start({ completions: 3, parallelism: 2 });
    expect(running(plane)).toHaveLength(2);
    expect(running(plane).every(({ metadata }) => metadata.finalizers?.includes(TRACKING))).toBe(true);
    expect(job(plane).status).toMatchObject({ active: 2, ready: 2, terminating: 0, uncountedTerminatedPods: {} });
    for (let done = 0; done < 3; done++) {
      plane.run(1500);
      end(plane, running(plane)[0], 0);
    }
    expect(conditions(plane)).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    const { status } = job(plane);
    expect(status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0 });
    expect(status?.active).toBeUndefined();
    expect(status?.completionTime).toBeDefined();
    expect(plane.pods().flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
    expect(plane.events('Completed')).toEqual(['Job completed']);
    expect(plane.events('SuccessfulCreate')).toHaveLength(3);
  });

  it('names uids in its status before it takes a finalizer, and counts them afterwards', () => {
    const plane = start({});
    const [pod] = running(plane);
    end(plane, pod, 0);
    const lines = plane.requests(/status$|pods\/work-/).flatMap(({ line, body }) => {
      if (line.startsWith('PATCH')) return [line.replace(/work-\w+/, 'POD')];
      const { status } = body as Job;
      const { uncountedTerminatedPods: waits, succeeded = 0, conditions: all = [] } = status ?? {};
      return [
        `${waits?.succeeded?.length ?? 0} uncounted, ${succeeded} counted, ${all.map(({ type }) => type).join()}`,
      ];
    });
    expect(lines.slice(-3)).toEqual([
      '1 uncounted, 0 counted, SuccessCriteriaMet',
      'PATCH /api/v1/namespaces/default/pods/POD',
      '0 uncounted, 1 counted, SuccessCriteriaMet,Complete',
    ]);
  });

  it('waits 10 s, 20 s, 40 s after failures, and gives up after the limit', () => {
    const plane = start({ backoffLimit: 3 });
    const waits: number[] = [];
    for (let failure = 0; failure < 3; failure++) {
      end(plane, running(plane)[0], 1);
      const failed = plane.now - 1500;
      for (let i = 0; i < 700 && running(plane).length === 0; i++) plane.run(100);
      waits.push(Math.round((plane.now - failed) / 1000));
      plane.run(1500);
    }
    expect(waits.map((wait, at) => Math.abs(wait - 10 * 2 ** at) <= 1)).toEqual([true, true, true]);
    end(plane, running(plane)[0], 1);
    plane.run(1000);
    expect(conditions(plane)).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
    expect(job(plane).status?.failed).toBe(4);
    expect(plane.events('BackoffLimitExceeded')).toEqual(['Job has reached the specified backoff limit']);
  });

  it('suspended deletes its pods without counting them, and begins its time anew', () => {
    const plane = start({ parallelism: 2, completions: 2 });
    plane.merge(`${JOBS}/work`, { spec: { suspend: true } });
    plane.run(2500);
    expect(conditions(plane)).toEqual(['Suspended=True JobSuspended']);
    expect(plane.pods()).toEqual([]);
    expect(job(plane).status?.failed).toBeUndefined();
    expect(plane.events('Suspended')).toEqual(['Job suspended']);
    const before = job(plane).status?.startTime;
    plane.merge(`${JOBS}/work`, { spec: { suspend: false } });
    plane.run(2500);
    expect(conditions(plane)).toEqual(['Suspended=False JobResumed']);
    expect(running(plane)).toHaveLength(2);
    expect(job(plane).status?.startTime).not.toBe(before);
    expect(plane.events('Resumed')).toEqual(['Job resumed']);
  });

  it('ends at its deadline with its pods, which count as failed', () => {
    const plane = start({ activeDeadlineSeconds: 5, parallelism: 2, completions: 2 });
    plane.run(6000);
    expect(conditions(plane)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded']);
    expect(job(plane).status).toMatchObject({ failed: 2, terminating: 0 });
    expect(plane.events('DeadlineExceeded')).toEqual(['Job was active longer than specified deadline']);
    expect(plane.pods()).toEqual([]);
  });

  it('without completions is done when one pod has succeeded and the others have ended', () => {
    const plane = start({ parallelism: 2 });
    expect(job(plane).spec.completions).toBeUndefined();
    end(plane, running(plane)[0], 0);
    expect(running(plane)).toHaveLength(1);
    expect(conditions(plane)).toEqual([]);
    end(plane, running(plane)[0], 1);
    plane.run(1000);
    expect(conditions(plane).at(-1)).toBe('Complete=True CompletionsReached');
  });

  it('lets its pods live when it is deleted without options, and not their finalizers', () => {
    const plane = start({});
    plane.send({ method: 'DELETE', path: `${JOBS}/work` });
    plane.run(2000);
    const [pod] = plane.pods();
    expect([pod?.metadata.ownerReferences, pod?.metadata.finalizers]).toEqual([undefined, undefined]);
  });
});

describe('an Indexed Job', () => {
  const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 3 };
  const indexes = (plane: ControlPlane) =>
    running(plane)
      .map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-completion-index'])
      .sort();
  const ofIndex = (plane: ControlPlane, index: number) =>
    running(plane).find(({ spec }) => spec.hostname === `work-${index}`);

  it('numbers its pods by label, annotation, host name and variable', () => {
    const plane = start(indexed);
    expect(indexes(plane)).toEqual(['0', '1', '2']);
    const pod = ofIndex(plane, 1);
    expect(pod?.metadata.name).toMatch(/^work-1-[a-z0-9]{5}$/);
    expect(pod?.metadata.labels?.['batch.kubernetes.io/job-completion-index']).toBe('1');
    expect(pod?.spec.containers[0]?.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
    end(plane, ofIndex(plane, 0), 0);
    end(plane, ofIndex(plane, 2), 0);
    expect(job(plane).status).toMatchObject({ completedIndexes: '0,2', succeeded: 2 });
  });

  it('with backoffLimitPerIndex gives up single indexes', () => {
    const plane = start({ ...indexed, backoffLimitPerIndex: 1 });
    end(plane, ofIndex(plane, 1), 1);
    plane.run(10_500);
    expect(ofIndex(plane, 1)?.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count']).toBe('1');
    end(plane, ofIndex(plane, 1), 1);
    plane.run(25_000);
    expect(indexes(plane)).toEqual(['0', '2']);
    expect(job(plane).status?.failedIndexes).toBe('1');
    end(plane, ofIndex(plane, 0), 0);
    end(plane, ofIndex(plane, 2), 0);
    plane.run(1000);
    expect(conditions(plane)).toEqual(['FailureTarget=True FailedIndexes', 'Failed=True FailedIndexes']);
    expect(plane.events('FailedIndexes')).toEqual(['Job has failed indexes']);
  });

  it('fails at once when more indexes are lost than allowed', () => {
    const plane = start({ ...indexed, backoffLimitPerIndex: 0, maxFailedIndexes: 0 });
    end(plane, ofIndex(plane, 1), 1);
    plane.run(2000);
    expect(conditions(plane).at(-1)).toBe('Failed=True MaxFailedIndexesExceeded');
    expect(running(plane)).toEqual([]);
  });

  it('succeeds by its policy, and what still runs ends uncounted', () => {
    const successPolicy = { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] };
    const plane = start({ ...indexed, successPolicy });
    end(plane, ofIndex(plane, 1), 0);
    expect(conditions(plane)).toEqual([]);
    end(plane, ofIndex(plane, 2), 0);
    plane.run(1500);
    expect(conditions(plane)).toEqual(['SuccessCriteriaMet=True SuccessPolicy', 'Complete=True SuccessPolicy']);
    expect(job(plane).status).toMatchObject({ succeeded: 2, completedIndexes: '1,2' });
    expect(job(plane).status?.failed).toBeUndefined();
    expect(running(plane)).toEqual([]);
  });
});

describe('a podFailurePolicy', () => {
  const rules = [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
    { action: 'FailJob', onExitCodes: { containerName: 'c', operator: 'In', values: [42] } },
    { action: 'Count', onExitCodes: { operator: 'NotIn', values: [1] } },
  ];

  it('ignores, counts and fails the Job', () => {
    const plane = start({ backoffLimit: 0, podFailurePolicy: { rules } });
    expect(job(plane).spec.podReplacementPolicy).toBe('Failed');
    const target = [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: rfc3339(plane.now) }];
    end(plane, running(plane)[0], 137, { conditions: target });
    plane.run(11_000);
    expect(conditions(plane)).toEqual([]);
    const [pod] = running(plane);
    end(plane, pod, 42);
    plane.run(1000);
    expect(conditions(plane)).toEqual(['FailureTarget=True PodFailurePolicy', 'Failed=True PodFailurePolicy']);
    const name = pod?.metadata.name;
    expect(plane.events('PodFailurePolicy')).toEqual([
      `Container c for pod default/${name} failed with exit code 42 matching FailJob rule at index 1`,
    ]);
  });
});

describe('back-off', () => {
  const failed = (at: number) =>
    ({
      metadata: { name: 'p' },
      status: { containerStatuses: [{ state: { terminated: { finishedAt: rfc3339(at) } } }] },
    }) as unknown as Pod;

  it.each([
    [0, 0],
    [1, 10],
    [2, 20],
    [3, 40],
    [4, 80],
    [5, 160],
    [6, 320],
    [7, 600],
    [30, 600],
  ])('after %i failures is %i s', (failures, seconds) => {
    expect(remainingBackOff({ failures, lastFailure: 0 }, 0)).toBe(seconds * 1000);
  });

  it('counts failures since the last success', () => {
    expect(recordEnds({ failures: 2, lastFailure: 1000 }, [], [failed(5000)])).toEqual({
      failures: 3,
      lastFailure: 5000,
    });
    expect(recordEnds({ failures: 2, lastFailure: 1000 }, [failed(4000)], [failed(3000), failed(6000)])).toEqual({
      failures: 1,
      lastFailure: 6000,
    });
    expect(recordEnds({ failures: 2, lastFailure: 1000 }, [failed(4000)], [])).toEqual({ failures: 0, lastFailure: 0 });
  });
});

describe('indexes', () => {
  it.each([
    [[], ''],
    [[0], '0'],
    [[1, 0], '0,1'],
    [[3, 1, 2], '1-3'],
    [[0, 2, 3, 4, 9], '0,2-4,9'],
    [[5, 5], '5'],
  ])('%j are written as %s', (list, text) => {
    expect(formatIndexes(withIndexes([], list))).toBe(text);
    expect(formatIndexes(parseIndexes(text, 10))).toBe(text);
  });

  it('beyond the completions are not read', () => {
    expect(formatIndexes(parseIndexes('0-3,8', 3))).toBe('0-2');
    expect(firstMissing(withIndexes([], [0, 1, 4]), 3, 7)).toEqual([2, 3, 5]);
    expect(firstMissing(withIndexes([], [0, 1]), 3, 3)).toEqual([2]);
  });

  const policy = (rules: readonly object[]) =>
    ({ spec: { completions: 10, successPolicy: { rules } } }) as unknown as Job;
  it.each([
    [[{ succeededIndexes: '0-2' }], [0, 1, 2, 4], 'Matched rules at index 0'],
    [[{ succeededIndexes: '3' }], [0, 1, 2], undefined],
    [[{ succeededCount: 3 }], [0, 1, 2], 'Matched rules at index 0'],
    [[{ succeededIndexes: '9' }, { succeededIndexes: '0-5', succeededCount: 2 }], [0, 5], 'Matched rules at index 1'],
    [[{ succeededIndexes: 'odd' }], [0], undefined],
    [[{ succeededCount: 0 }], [], undefined],
  ])('%j with %j', (rules, done, text) => {
    expect(matchSuccessPolicy(policy(rules), withIndexes([], done))).toBe(text);
  });
});
