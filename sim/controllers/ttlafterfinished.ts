/*
 * ttl-after-finished-controller: deletes Jobs some time after they have ended.
 * Watches: Jobs.
 * Writes: deletions of Jobs, their pods first.
 * Upstream: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
 * Leaves out: the live GET before the deletion; metrics.
 */
import { hasEnded, type Job } from '../api/kinds/job.ts';
import { objectKey, parseTime } from '../api/meta.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Controller, NOTHING } from './controller.ts';
import { remove } from './requests.ts';

/** The control loop of ttlSecondsAfterFinished. Its keys are Jobs. */
export const ttlAfterFinished: Controller = {
  name: 'ttl-after-finished-controller',
  informers: ['jobs'],
  workers: 5,
  init: () => part({}),
  observe({ type, object }, context) {
    const left = type === 'deleted' ? undefined : timeLeft(object as Job, context.now);
    if (left !== undefined) context.addAfter(objectKey(object), Math.max(0, left));
    return [];
  },
  reconcile(key, context) {
    const job = context.cache<Job>('jobs').get(key);
    const left = job === undefined ? undefined : timeLeft(job, context.now);
    if (job === undefined || left === undefined) return NOTHING;
    if (left > 0) return { requeueAfterMs: left };
    const { uid } = job.metadata;
    const options = { propagationPolicy: 'Foreground', preconditions: { uid } };
    return { writes: [[{ request: remove('jobs', job, options), ignore: [404, 409] }]] };
  },
};

/** Milliseconds until a finished Job may go; undefined when it has not ended, has no limit, or is going already. */
function timeLeft(job: Job, now: Millis): Millis | undefined {
  const { metadata, spec, status } = job;
  const { ttlSecondsAfterFinished: seconds } = spec;
  if (seconds === undefined || !hasEnded(job) || metadata.deletionTimestamp !== undefined) return undefined;
  const end = status?.conditions?.find(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
  return (parseTime(end?.lastTransitionTime) ?? now) + seconds * 1000 - now;
}
