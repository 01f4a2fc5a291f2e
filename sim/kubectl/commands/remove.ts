import { pathOf } from '../../api/index.ts';
import type { JsonObject } from '../../api/meta.ts';
import {
  answerOf,
  defineCommand,
  err,
  fail,
  failureOf,
  type Item,
  type Job,
  out,
  type Reply,
  type Step,
} from '../command.ts';
import { deleteRequest } from '../deleting.ts';
import { inFile } from '../errors.ts';
import { flag, isOn, isSet, parseDuration } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkDryRun, dryRunMark, isClientDryRun } from '../output.ts';
import { kindName, resourceOf } from '../resources.ts';
import { select } from '../targets.ts';
import { listedUntil, type Seen, startUntil, type Verdict, watchedUntil } from '../until.ts';

/** What has been deleted so far, with its uid, and how many of them are known to be gone. */
interface Deleting {
  readonly graceSeconds: number;
  readonly deleted: readonly { readonly item: Item; readonly uid: string }[];
  readonly gone: number;
  readonly hasWarned: boolean;
}

const FORCE =
  'Immediate deletion does not wait for confirmation that the running resource has been terminated. ' +
  'The resource may continue to run on the cluster indefinitely.';

/** kubectl delete: deletes one by one, then waits until each is gone. Follows pkg/cmd/delete/delete.go, pkg/cmd/wait/delete.go. */
export const remove = defineCommand<Deleting>({
  name: 'delete',
  usage: 'delete (-f FILENAME | TYPE [NAME | -l label | --all])',
  summary: 'Delete resources by file names, resources and names, or by resources and label selector',
  flags:
    'all! all-namespaces/A! cascade?background dry-run?unchanged field-selector filename/f* force! grace-period# ' +
    'ignore-not-found! now! output/o selector/l timeout@ wait!',
  others: 'interactive/i! kustomize/k raw recursive/R!',
  start,
  stages: {
    item: (job) =>
      isClientDryRun(job) ? announce(job, '') : { request: deleteRequest(job, job.data.graceSeconds), then: 'deleted' },
    deleted,
    end: startWaiting,
    got,
    listed: (job, reply) => listedUntil(bind(job), reply, (seen) => look(job, seen)),
    watched: (job, reply) => watchedUntil(reply, (seen) => look(job, seen)),
    timeout(job) {
      const { plural } = resourceOf(current(job).target.plural);
      return fail(`timed out waiting for the condition on ${plural}/${current(job).name}`);
    },
  },
});

function start(job: Job<Deleting>): Step {
  const { args } = job;
  const graceSeconds = graceOf(job);
  const problem = typeof graceSeconds === 'string' ? graceSeconds : check(job, graceSeconds);
  if (problem !== undefined) return fail(problem);
  const selection = select(job, { allowsAll: false });
  if ('error' in selection) return fail(selection.error);
  const warning = graceSeconds === 0 && isOn(args, 'force') ? err(`Warning: ${FORCE}`) : [];
  const hasSelector = isOn(args, 'all') || flag(args, 'selector') !== '' || flag(args, 'field-selector') !== '';
  return {
    print: warning,
    failure: selection.failures,
    data: { graceSeconds: graceSeconds as number, deleted: [], gone: 0, hasWarned: false },
    visit: {
      targets: selection.targets,
      fetch: 'none',
      ignoreNotFound: hasSelector || isOn(args, 'ignore-not-found'),
    },
  };
}

/** The grace period to ask for in seconds, -1 for the object's own; or why the flags contradict each other. */
function graceOf(job: Job<Deleting>): number | string {
  const { args } = job;
  const given = flag(args, 'grace-period') === '' ? -1 : Number(flag(args, 'grace-period'));
  if (isOn(args, 'now')) return given === -1 ? 1 : '--now and --grace-period cannot be specified together';
  if (given === 0 && !isOn(args, 'force')) return 1;
  return isOn(args, 'force') && given < 0 ? 0 : given;
}

function check(job: Job<Deleting>, graceSeconds: number): string | undefined {
  const { args } = job;
  const output = flag(args, 'output');
  if (output !== '' && output !== 'name') {
    return `unexpected -o output mode: ${output}. We only support '-o name'`;
  }
  if (isOn(args, 'all') && `${flag(args, 'selector')}${flag(args, 'field-selector')}` !== '') {
    return "setting 'all' parameter but found a non empty selector. ";
  }
  if (graceSeconds > 0 && isOn(args, 'force')) {
    return '--force and --grace-period greater than 0 cannot be specified together';
  }
  const cascade = flag(args, 'cascade');
  if (!['', 'background', 'orphan', 'foreground', 'true', 'false'].includes(cascade)) {
    return `invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`;
  }
  return checkDryRun(job);
}

function deleted(job: Job<Deleting>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) {
    if (response.status === 404 && ignoresAbsent(job)) return { next: true };
    return { failure: inFile(failure, 'deleting', job.item.target.source), next: true };
  }
  const body = response.body as JsonObject;
  return announce(job, String(dig(body, 'details', 'uid') ?? dig(body, 'metadata', 'uid') ?? ''));
}

function ignoresAbsent(job: Job<Deleting>): boolean {
  const { args } = job;
  return (
    isOn(args, 'ignore-not-found') || isOn(args, 'all') || isSet(args, 'selector') || isSet(args, 'field-selector')
  );
}

function announce(job: Job<Deleting>, uid: string): Step {
  const { item, data, args } = job;
  const resource = resourceOf(item.target.plural);
  const operation = `${data.graceSeconds === 0 ? 'force deleted' : 'deleted'}${dryRunMark(job)}`;
  const text =
    flag(args, 'output') === 'name'
      ? `${kindName(resource)}/${item.name}`
      : `${kindName(resource)} ${quoted(item.name)} ${operation}`;
  const warns = !resource.namespaced && job.isNamespaceGiven && !data.hasWarned;
  const warning = warns ? err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace') : [];
  return {
    print: [...warning, ...out(text)],
    data: { ...data, deleted: [...data.deleted, { item, uid }], hasWarned: data.hasWarned || warns },
    next: true,
  };
}

function startWaiting(job: Job<Deleting>): Step {
  const { args, data } = job;
  if (job.failures.length > 0) return { exit: 1 };
  if (job.items.length === 0) return { print: out('No resources found'), exit: 0 };
  const isDry = !['', 'none', 'false'].includes(flag(args, 'dry-run'));
  if (args.flags.wait === 'false' || isDry || data.deleted.length === 0) return { exit: 0 };
  const timeoutMs = parseDuration(flag(args, 'timeout')) ?? 0;
  const step = wait(data);
  return timeoutMs > 0 ? { ...step, deadlineMs: timeoutMs } : step;
}

/** First one GET: most objects are gone by now. */
function wait(data: Deleting): Step {
  const next = data.deleted[data.gone];
  if (next === undefined) return { exit: 0 };
  const { target, name, namespace } = next.item;
  const path = pathOf(resourceOf(target.plural), namespace, name);
  return { request: { method: 'GET', path }, then: 'got', data };
}

function got(job: Job<Deleting>, reply: Reply): Step {
  const response = answerOf(reply);
  if (response.status === 404) return isGone(job);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  return isAnother(job, response.body as JsonObject) ? isGone(job) : startUntil(bind(job));
}

function look(job: Job<Deleting>, seen: Seen): Verdict {
  const isOver = seen.isDeleted || isAnother(job, seen.object as unknown as JsonObject);
  return isOver ? { step: isGone(job) } : {};
}

/** A new object of the same name is not the one that was deleted. */
function isAnother(job: Job<Deleting>, object: JsonObject): boolean {
  const { uid } = job.data.deleted[job.data.gone] ?? { uid: '' };
  const now = dig(object, 'metadata', 'uid');
  return uid !== '' && now !== undefined && now !== uid;
}

function isGone(job: Job<Deleting>): Step {
  return wait({ ...job.data, gone: job.data.gone + 1 });
}

function current(job: Job<Deleting>): Item {
  return job.data.deleted[job.data.gone]?.item ?? job.item;
}

function bind(job: Job<Deleting>): Job {
  return { ...job, item: current(job) };
}
