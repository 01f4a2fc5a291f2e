import type { JsonObject, KubeObject } from '../../api/meta.ts';
import { annotated } from '../annotation.ts';
import { typed } from '../changing.ts';
import { answerOf, defineCommand, fail, failUsage, failureOf, type Job, type Reply, type Step } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, createRequest } from '../creating.ts';
import { inFile } from '../errors.ts';
import { isOn, listed } from '../flags.ts';
import { checkDryRun, checkFormat, isClientDryRun, printChange } from '../output.ts';
import { select } from '../targets.ts';

/** kubectl create -f. Follows pkg/cmd/create/create.go. */
export const create = defineCommand({
  name: 'create',
  usage: 'create -f FILENAME',
  summary: 'Create a resource from a file',
  flags: `filename/f* selector/l ${CREATE_FLAGS}`,
  others: `${CREATE_OTHERS} edit! kustomize/k raw recursive/R! windows-line-endings!`,
  start(job) {
    if (job.args.words.length > 0) return failUsage('create', `Unexpected args: [${job.args.words.join(' ')}]`);
    if (listed(job.args, 'filename').length === 0) return fail('must specify one of -f and -k');
    const problem = checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    const selection = select(job, { allowsAll: false });
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    if (targets.length === 0 && failures.length === 0) return fail('no objects passed to create');
    return { failure: failures, visit: { targets, fetch: 'none' } };
  },
  stages: {
    item(job) {
      const manifest = job.item.object as unknown as JsonObject;
      const object = isOn(job.args, 'save-config') ? annotated(manifest) : manifest;
      if (isClientDryRun(job)) return report(job, object as unknown as KubeObject);
      return { request: createRequest(job, object, 'kubectl-create', true), then: 'created' };
    },
    created(job: Job, reply: Reply) {
      const response = answerOf(reply);
      const failure = failureOf(response);
      if (failure !== undefined) return { failure: inFile(failure, 'creating', job.item.target.source), next: true };
      return report(job, response.body as KubeObject);
    },
  },
});

function report(job: Job, object: KubeObject): Step {
  return { print: printChange(job, typed(job.item, object), 'created'), next: true };
}
