import { carryOutPlan, changed, dataOf, type Plan, wrapped } from '../changing.ts';
import { type Command, fail, type Job } from '../command.ts';
import { isOn } from '../flags.ts';
import { plant } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { patchTo, podSpecPath, withoutPod } from '../podtemplate.ts';
import { select } from '../targets.ts';

/** The work of `kubectl set serviceaccount`. Follows pkg/cmd/set/set_serviceaccount.go. */
export const setServiceAccount: Pick<Command, 'start' | 'stages'> = {
  start(job) {
    const { words } = job.args;
    if (words.length === 0) return fail('serviceaccount is required');
    const problem = checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    const selection = select(job, { allowsAll: isOn(job.args, 'all'), words: words.slice(0, -1) });
    if ('error' in selection) return fail(selection.error);
    return { failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: true } };
  },
  stages: {
    item: (job) => carryOutPlan(job, plan(job)),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, 'failed to patch ServiceAccountName', ' ')),
  },
};

/** The request is made even when nothing changes. */
function plan(job: Job): Plan {
  const refused = withoutPod(job);
  if (refused !== undefined) return refused;
  const object = dataOf(job);
  const name = job.args.words.at(-1) ?? '';
  const made = patchTo(job, plant(object, [...podSpecPath(object), 'serviceAccountName'], name));
  if (made.failure !== undefined) return made;
  return { patch: made.patch ?? {}, manager: 'kubectl-set', operation: 'serviceaccount updated' };
}
