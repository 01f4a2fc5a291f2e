import { rfc3339 } from '../../api/meta.ts';
import { carryOutPlan, changed, dataOf, type Plan, wrapped } from '../changing.ts';
import { defineCommand, type Failure, fail, type Job, type Step, textFailure } from '../command.ts';
import { listed } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkFormat } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

const FLAGS = 'field-manager filename/f* output/o selector/l';
const OTHERS = 'allow-missing-template-keys! kustomize/k recursive/R! show-managed-fields! template';
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** kubectl rollout restart: a new annotation in the template makes a new rollout. Follows pkg/cmd/rollout/rollout_restart.go. */
export const rolloutRestart = define('restart', 'Restart a resource', (job) => {
  if (dig(dataOf(job), 'spec', 'paused') === true) {
    return refused(job, "can't restart paused deployment (run rollout resume first)");
  }
  const template = { metadata: { annotations: { [RESTARTED_AT]: rfc3339(job.now) } } };
  return { patch: { spec: { template } }, operation: 'restarted' };
});

/** kubectl rollout pause */
export const rolloutPause = define('pause', 'Mark the provided resource as paused', (job) => {
  if (dig(dataOf(job), 'spec', 'paused') === true) return refused(job, 'is already paused');
  return { patch: { spec: { paused: true } }, operation: 'paused' };
});

/** kubectl rollout resume */
export const rolloutResume = define('resume', 'Resume a paused resource', (job) => {
  if (dig(dataOf(job), 'spec', 'paused') !== true) return refused(job, 'is not paused');
  return { patch: { spec: { paused: null } }, operation: 'resumed' };
});

function define(verb: string, summary: string, plan: (job: Job) => Plan) {
  const doing = { restart: 'restarting', pause: 'pausing', resume: 'resuming' }[verb] ?? verb;
  return defineCommand({
    name: `rollout ${verb}`,
    usage: `rollout ${verb} RESOURCE`,
    summary,
    flags: FLAGS,
    others: OTHERS,
    start: (job) => startRollout(job, false),
    stages: {
      item(job) {
        const kinds = verb === 'restart' ? ['Deployment', 'DaemonSet', 'StatefulSet'] : ['Deployment'];
        const isKnown = kinds.includes(job.item.object.kind);
        const patched = isKnown ? plan(job) : refused(job, `${doing} is not supported`);
        return carryOutPlan(job, { manager: 'kubectl-rollout', ...patched });
      },
      changed: (job, reply) => changed(job, reply, (failure) => wrapped(failure, 'failed to patch')),
    },
  });
}

function refused(job: Job, why: string): Plan {
  const { plural, group } = resourceOf(job.item.target.plural);
  const type = group === '' ? plural : `${plural}.${group}`;
  const failure: Failure = textFailure(`error: ${type} ${quoted(job.item.name)} ${why}`);
  return { failure };
}

/** Reads what a rollout command is about. */
export function startRollout(job: Job, isStreaming: boolean): Step {
  if (job.args.words.length === 0 && listed(job.args, 'filename').length === 0) {
    return fail('required resource not specified');
  }
  const problem = checkFormat(job);
  if (problem !== undefined) return fail(problem);
  const selection = select(job, { allowsAll: true });
  if ('error' in selection) return fail(selection.error);
  return { failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: !isStreaming } };
}
