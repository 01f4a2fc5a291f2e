import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { CronJob, CronJobSpec } from '../../api/kinds/cronjob.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';

const BATCH = '/apis/batch/v1/namespaces/default';
const PODS = '/api/v1/namespaces/default/pods';
/** The minute of the first run: virtual time begins 2026-01-01T00:00:00Z. */
const FIRST = 29_453_761;

function start(spec: Partial<CronJobSpec>, jobSpec: object = {}): ControlPlane {
  const plane = new ControlPlane({ nodes: ['node-1'] });
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } };
  const whole = { schedule: '* * * * *', jobTemplate: { spec: { template, ...jobSpec } }, ...spec };
  plane.post(`${BATCH}/cronjobs`, { ...object('batch/v1', 'CronJob', 'tick'), spec: whole } as never);
  return plane;
}

const cronJob = (plane: ControlPlane) => plane.get<CronJob>(`${BATCH}/cronjobs/tick`);
const jobs = (plane: ControlPlane) => plane.list<Job>(`${BATCH}/jobs`).map(({ metadata }) => metadata.name);
const runs = (...minutes: readonly number[]) => minutes.map((minute) => `tick-${FIRST + minute - 1}`);

/** All pods that run end well. */
function finish(plane: ControlPlane): void {
  for (const { metadata, status } of plane.list<Pod>(PODS)) {
    if (status?.phase === 'Running') plane.merge(`${PODS}/${metadata.name}/status`, { status: { phase: 'Succeeded' } });
  }
  plane.run(3000);
}

function until(plane: ControlPlane, ms: number): void {
  plane.run(ms - plane.now);
}

describe('a CronJob', () => {
  it('creates a Job a minute, names it after the minute, and keeps the last three', () => {
    const plane = start({});
    for (let minute = 1; minute <= 5; minute++) {
      until(plane, minute * 60_000 + 5000);
      expect(cronJob(plane).status?.active?.map(({ name }) => name)).toEqual(runs(minute));
      finish(plane);
    }
    expect(jobs(plane)).toEqual(runs(3, 4, 5));
    const { status } = cronJob(plane);
    expect(status?.lastScheduleTime).toBe('2026-01-01T00:05:00Z');
    expect(status?.active).toBeUndefined();
    expect(status?.lastSuccessfulTime).toMatch(/^2026-01-01T00:05:/);
    expect(plane.events('SuccessfulCreate').filter((text) => text.startsWith('Created job'))[0]).toBe(
      `Created job ${runs(1)[0]}`,
    );
    expect(plane.events('SawCompletedJob')[0]).toBe(`Saw completed job: ${runs(1)[0]}, condition: Complete`);
    expect(plane.events('SuccessfulDelete')).toContain(`Deleted job ${runs(1)[0]}`);
    const job = plane.get<Job>(`${BATCH}/jobs/${runs(5)[0]}`);
    expect(job.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:05:00Z',
    });
  });

  it.each([
    ['Allow', runs(1, 2)],
    ['Forbid', runs(1)],
    ['Replace', runs(2)],
  ])('with %s while the Job before still runs', (concurrencyPolicy, expected) => {
    const plane = start({ concurrencyPolicy });
    until(plane, 128_000);
    expect(jobs(plane)).toEqual(expected);
    expect(cronJob(plane).status?.active?.map(({ name }) => name)).toEqual(expected);
    const refused = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    expect(plane.events('JobAlreadyActive').length > 0).toBe(concurrencyPolicy === 'Forbid');
    if (concurrencyPolicy === 'Forbid') expect(plane.events('JobAlreadyActive')[0]).toBe(refused);
  });

  it('suspended creates nothing, and afterwards only the latest run', () => {
    const plane = start({ suspend: true });
    until(plane, 200_000);
    expect(jobs(plane)).toEqual([]);
    plane.merge(`${BATCH}/cronjobs/tick`, { spec: { suspend: false } });
    plane.run(3000);
    expect(jobs(plane)).toEqual(runs(3));
  });

  it('that is too late waits for the next time', () => {
    const plane = start({ schedule: '*/5 * * * *', suspend: true, startingDeadlineSeconds: 20 });
    until(plane, 330_000);
    plane.merge(`${BATCH}/cronjobs/tick`, { spec: { suspend: false } });
    until(plane, 602_000);
    expect(jobs(plane)).toEqual(runs(10));
  });

  it('says that it has missed many times', () => {
    const plane = start({ schedule: '@every 1s', suspend: true });
    until(plane, 125_000);
    plane.merge(`${BATCH}/cronjobs/tick`, { spec: { suspend: false } });
    plane.run(200);
    expect(jobs(plane)).toEqual(runs(2));
    expect(plane.events('TooManyMissedTimes')[0]).toBe(
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    );
  });

  it('forgets a Job that somebody deleted', () => {
    const plane = start({});
    until(plane, 62_000);
    plane.send({ method: 'DELETE', path: `${BATCH}/jobs/${runs(1)[0]}`, body: { propagationPolicy: 'Background' } });
    plane.run(2000);
    expect(cronJob(plane).status?.active).toBeUndefined();
    expect(plane.events('MissingJob')).toEqual([`Active job went missing: ${runs(1)[0]}`]);
  });
});

describe('ttlSecondsAfterFinished', () => {
  it('deletes a Job and its pods when it is over', () => {
    const plane = start({}, { ttlSecondsAfterFinished: 10 });
    until(plane, 63_000);
    finish(plane);
    expect(jobs(plane)).toEqual(runs(1));
    plane.run(9000);
    expect(jobs(plane)).toEqual([]);
    expect(plane.list<Pod>(PODS)).toEqual([]);
  });
});
