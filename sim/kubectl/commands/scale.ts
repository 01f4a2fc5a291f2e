import { pathOf } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import { typed } from '../changing.ts';
import { answerOf, defineCommand, fail, failureOf, type Job, type Reply, type Step, textFailure } from '../command.ts';
import { message } from '../errors.ts';
import { flag, isOn } from '../flags.ts';
import { dig, plant } from '../json.ts';
import { checkDryRun, checkFormat, isClientDryRun, printChange } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

/** kubectl scale: writes the scale subresource. Follows pkg/cmd/scale/scale.go. */
export const scale = defineCommand({
  name: 'scale',
  usage: 'scale [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  flags: 'all! current-replicas# dry-run?unchanged filename/f* output/o replicas# selector/l',
  others:
    'allow-missing-template-keys! kustomize/k recursive/R! resource-version show-managed-fields! template timeout@',
  required: ['replicas'],
  start(job) {
    if (Number(flag(job.args, 'replicas')) < 0) {
      return fail('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    }
    const problem = checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    const selection = select(job, { allowsAll: isOn(job.args, 'all') });
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    return { failure: failures, visit: { targets, fetch: 'get', collect: true } };
  },
  stages: {
    item(job) {
      if (isClientDryRun(job)) return report(job);
      if (flag(job.args, 'current-replicas') !== '') {
        return { request: { method: 'GET', path: pathTo(job) }, then: 'read' };
      }
      const body = { spec: { replicas: Number(flag(job.args, 'replicas')) } };
      const headers = { 'content-type': 'application/merge-patch+json' };
      return { request: { method: 'PATCH', path: pathTo(job), ...dryRun(job), headers, body }, then: 'scaled' };
    },
    read,
    scaled(job, reply) {
      const failure = failureOf(answerOf(reply));
      return failure === undefined ? report(job) : { failure, exit: 1 };
    },
    end(job) {
      if (job.items.length > 0 || job.failures.some(({ type }) => type === 'network')) return { exit: 0 };
      const texts = job.failures.map((failure) =>
        failure.type === 'status' ? failure.status.message : message(failure, ''),
      );
      const why = texts.length > 1 ? `[${texts.join(', ')}]` : texts.join('');
      return { ...fail(`no objects passed to scale ${why}`.trim()), forgives: true };
    },
  },
});

/** `--current-replicas`: only if there are so many now. */
function read(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const body = response.body as KubeObject;
  const [expected, actual] = [flag(job.args, 'current-replicas'), dig(body.spec, 'replicas') ?? 0];
  if (Number(expected) >= 0 && Number(expected) !== actual) {
    return { failure: textFailure(`Expected replicas to be ${expected}, was ${actual}`), exit: 1 };
  }
  const replicas = Number(flag(job.args, 'replicas'));
  return {
    request: {
      method: 'PUT',
      path: pathTo(job),
      ...dryRun(job),
      body: plant({ ...body }, ['spec', 'replicas'], replicas),
    },
    then: 'scaled',
  };
}

function dryRun(job: Job): { readonly query?: Readonly<Record<string, string>> } {
  return flag(job.args, 'dry-run') === 'server' ? { query: { dryRun: 'All' } } : {};
}

function pathTo({ item }: Job): string {
  return pathOf(resourceOf(item.target.plural), item.namespace, item.name, 'scale');
}

/** The object as it was read: kubectl does not read it again. */
function report(job: Job): Step {
  return { print: printChange(job, typed(job.item, job.item.object), 'scaled'), next: true };
}
