import { carryOutPlan, changed, dataOf, wrapped } from '../changing.ts';
import type { Target } from '../command.ts';
import { defineCommand, failUsage, type Job, type Step } from '../command.ts';
import { flag } from '../flags.ts';
import { dig } from '../json.ts';

const FLAGS = 'dry-run?unchanged selector/l';

/** kubectl cordon: no new pods on this node. Follows pkg/cmd/drain/drain.go. */
export const cordon = defineCommand({
  name: 'cordon',
  usage: 'cordon NODE',
  summary: 'Mark node as unschedulable',
  flags: FLAGS,
  start: (job) => start(job, 'cordon'),
  stages: {
    item: (job) => mark(job, true),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, `error: unable to cordon node "${job.item.name}"`)),
  },
});

/** kubectl uncordon */
export const uncordon = defineCommand({
  name: 'uncordon',
  usage: 'uncordon NODE',
  summary: 'Mark node as schedulable',
  flags: FLAGS,
  start: (job) => start(job, 'uncordon'),
  stages: {
    item: (job) => mark(job, false),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, `error: unable to uncordon node "${job.item.name}"`)),
  },
});

function start(job: Job, verb: string): Step {
  const labels = flag(job.args, 'selector');
  if (job.args.words.length === 0 && labels === '') return failUsage(verb, `USAGE: ${verb} NODE [flags]`);
  const named = job.args.words.map(
    (word): Target => ({ plural: 'nodes', namespace: '', name: word.replace(/^nodes?\//, '') }),
  );
  const list: Target = { plural: 'nodes', namespace: '', query: { labelSelector: labels, limit: '500' } };
  return { visit: { targets: labels === '' ? named : [list], fetch: 'get', collect: true } };
}

function mark(job: Job, unschedulable: boolean): Step {
  const word = unschedulable ? 'cordoned' : 'uncordoned';
  if ((dig(dataOf(job), 'spec', 'unschedulable') === true) === unschedulable) {
    return carryOutPlan(job, { operation: `already ${word}` });
  }
  return carryOutPlan(job, { patch: { spec: { unschedulable: unschedulable || null } }, operation: word });
}
