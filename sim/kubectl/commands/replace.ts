import { pathOf } from '../../api/index.ts';
import type { JsonObject, KubeObject } from '../../api/meta.ts';
import { annotated } from '../annotation.ts';
import { typed } from '../changing.ts';
import {
  answerOf,
  type Command,
  fail,
  failUsage,
  failureOf,
  type Item,
  type Job,
  out,
  type Reply,
  type Step,
} from '../command.ts';
import { createRequest, writeQuery } from '../creating.ts';
import { deleteRequest } from '../deleting.ts';
import { inFile } from '../errors.ts';
import { flag, isOn, isSet, listed } from '../flags.ts';
import { dig, plant, quoted } from '../json.ts';
import { checkDryRun, checkFormat, isClientDryRun, printChange } from '../output.ts';
import { kindName, resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

/** How far `--force` has come: which old object is waited for, and then which new one is made. */
interface Forced {
  readonly at: number;
}

const MANAGER = 'kubectl-replace';
const POLL_MS = 1000;

/**
 * The work of `kubectl replace -f`: the object is what the file says and nothing else; with `--force` it is deleted
 * first and made anew. Follows pkg/cmd/replace/replace.go.
 */
export const replace: Pick<Command<Forced>, 'start' | 'stages'> = {
  start(job) {
    const { args } = job;
    const isForced = isOn(args, 'force');
    if (isForced && !['', 'none'].includes(flag(args, 'dry-run'))) {
      return fail('--dry-run can not be used when --force is set');
    }
    const problem = checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    if (listed(args, 'filename').length === 0) return fail('must specify one of -f and -k');
    if (isSet(args, 'grace-period') && !isForced) return fail('--grace-period must have --force specified');
    if (isSet(args, 'timeout') && !isForced) return fail('--timeout must have --force specified');
    if (args.words.length > 0) return failUsage('replace', `Unexpected args: [${args.words.join(' ')}]`);
    const selection = select(job, { allowsAll: false });
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    if (targets.length === 0 && failures.length === 0) return fail('no objects passed to replace');
    return { failure: failures, visit: { targets, fetch: 'none' }, data: { at: 0 } };
  },
  stages: {
    item(job) {
      if (isOn(job.args, 'force')) return { request: deleteRequest(job, graceOf(job)), then: 'deleted' };
      if (isClientDryRun(job)) return report(job, job.item, wanted(job, job.item) as unknown as KubeObject);
      if (dig(job.item.object, 'metadata', 'resourceVersion') !== undefined) return put(job, undefined);
      return { request: { method: 'GET', path: pathTo(job.item) }, then: 'read' };
    },
    read(job, reply) {
      const failure = failureOf(answerOf(reply));
      if (failure !== undefined) return { failure: inFile(failure, 'replacing', job.item.target.source), next: true };
      return put(job, String(dig(answerOf(reply).body as JsonObject, 'metadata', 'resourceVersion') ?? ''));
    },
    written(job, reply) {
      const failure = failureOf(answerOf(reply));
      if (failure !== undefined) return { failure: inFile(failure, 'replacing', job.item.target.source), next: true };
      return report(job, job.item, answerOf(reply).body as KubeObject);
    },
    deleted(job, reply) {
      const response = answerOf(reply);
      const failure = response.status === 404 ? undefined : failureOf(response);
      if (failure !== undefined) return { failure: inFile(failure, 'deleting', job.item.target.source), next: true };
      if (response.status === 404) return { next: true };
      return {
        print: out(`${kindName(resourceOf(job.item.target.plural))} ${quoted(job.item.name)} deleted`),
        next: true,
      };
    },
    end(job) {
      const isForced = isOn(job.args, 'force') && job.failures.length === 0 && job.items.length > 0;
      return isForced ? wait(job) : { exit: 0 };
    },
    gone,
    made,
  },
};

/** What the file says, with the annotation if that is asked for. */
function wanted(job: Job<Forced>, { object }: Item): JsonObject {
  const manifest = object as unknown as JsonObject;
  return isOn(job.args, 'save-config') ? annotated(manifest) : manifest;
}

function put(job: Job<Forced>, revision: string | undefined): Step {
  const object = wanted(job, job.item);
  const body = revision === undefined ? object : plant(object, ['metadata', 'resourceVersion'], revision);
  return { request: { method: 'PUT', path: pathTo(job.item), query: writeQuery(job, MANAGER), body }, then: 'written' };
}

/** A grace period of 0 is made 1, so that nothing is lost by accident. */
function graceOf({ args }: Job<Forced>): number {
  const given = flag(args, 'grace-period');
  return given === '' ? -1 : Math.max(Number(given), 1);
}

/** Looks whether an old object is gone. */
function wait(job: Job<Forced>): Step {
  return { request: { method: 'GET', path: pathTo(job.items[job.data.at] as Item) }, then: 'gone' };
}

function gone(job: Job<Forced>, reply: Reply): Step {
  if (reply.type === 'timer') return wait(job);
  const response = answerOf(reply);
  if (response.status === 200) return { afterMs: POLL_MS, then: 'gone' };
  const failure = response.status === 404 ? undefined : failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const at = job.data.at + 1;
  if (job.items[at] === undefined) return make({ ...job, data: { at: 0 } });
  return { ...wait({ ...job, data: { at } }), data: { at } };
}

function make(job: Job<Forced>): Step {
  const item = job.items[job.data.at];
  if (item === undefined) return { exit: 0 };
  const request = createRequest(job as unknown as Job, wanted(job, item), MANAGER, true);
  return { request, data: { at: job.data.at }, then: 'made' };
}

function made(job: Job<Forced>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const { print = [] } = report(job, job.items[job.data.at] as Item, response.body as KubeObject);
  return { ...make({ ...job, data: { at: job.data.at + 1 } }), print };
}

function report(job: Job<Forced>, item: Item, object: KubeObject): Step {
  return { print: printChange(job as unknown as Job, typed(item, object), 'replaced'), next: true };
}

function pathTo({ target, namespace, name }: Item): string {
  return pathOf(resourceOf(target.plural), namespace, name);
}
