import { pathOf } from '../../api/index.ts';
import type { JsonObject, JsonValue, KubeObject } from '../../api/meta.ts';
import { threeWayMergePatch } from '../../api/patch/threewaymerge.ts';
import { createThreeWayPatch } from '../../api/patch.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { annotated, LAST_APPLIED } from '../annotation.ts';
import {
  answerOf,
  defineCommand,
  err,
  type Failure,
  fail,
  failureOf,
  type Job,
  type Reply,
  type Step,
  textFailure,
} from '../command.ts';
import { validation, writeQuery } from '../creating.ts';
import { inFile } from '../errors.ts';
import { listed } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkDryRun, checkFormat, formatOf, isClientDryRun, printChange } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { afterServerSide, checkServerSide, isServerSide, serverSideRequest } from '../serverside.ts';
import { select } from '../targets.ts';

const MANAGER = 'kubectl-client-side-apply';

/**
 * kubectl apply: client-side, with the last applied file in an annotation, or with --server-side. Follows
 * pkg/cmd/apply/{apply,patcher}.go; leaves out the move of an object from the first to the second.
 */
export const apply = defineCommand<readonly JsonObject[]>({
  name: 'apply',
  usage: 'apply -f FILENAME',
  summary: 'Apply a configuration to a resource by file name',
  flags:
    'dry-run?unchanged filename/f* output/o overwrite! selector/l validate?strict field-manager openapi-patch! ' +
    'server-side! force-conflicts!',
  others:
    'all! allow-missing-template-keys! cascade?background force! grace-period# kustomize/k prune! ' +
    'prune-allowlist+ recursive/R! show-managed-fields! subresource template timeout@ wait!',
  start(job) {
    if (job.args.words.length > 0) {
      return fail(`Unexpected args: [${job.args.words.join(' ')}]\nSee 'kubectl apply -h' for help and examples`);
    }
    if (listed(job.args, 'filename').length === 0) return fail('must specify one of -f and -k');
    const problem = checkServerSide(job) ?? checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    const selection = select(job, { allowsAll: false });
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    if (targets.length === 0 && failures.length === 0) return fail('no objects passed to apply');
    return { failure: failures, visit: { targets, fetch: 'none' }, data: [] };
  },
  stages: {
    item(job) {
      const generated = dig(job.item.object, 'metadata', 'generateName');
      if (job.item.name === '' && generated !== undefined) {
        return { failure: textFailure(`from ${generated}: cannot use generate name with apply`), next: true };
      }
      if (job.item.name === '') return unread(job, textFailure('resource name may not be empty'));
      if (isServerSide(job)) return { request: serverSideRequest(job, validation(job)), then: 'applied' };
      return { request: { method: 'GET', path: pathTo(job, job.item.name) }, then: 'read' };
    },
    applied(job, reply) {
      return afterServerSide(job, reply, (object) => {
        return report(job, object as unknown as JsonObject, 'serverside-applied');
      });
    },
    read,
    written(job, reply) {
      return written(job, reply, 'creating', 'created');
    },
    patched(job, reply) {
      return written(job, reply, 'applying patch', 'configured');
    },
    end: (job) => printAll(job),
  },
});

function read(job: Job<readonly JsonObject[]>, reply: Reply): Step {
  const response = answerOf(reply);
  const { item } = job;
  const modified = annotated(item.object as unknown as JsonObject);
  if (response.status === 404) {
    if (isClientDryRun(job)) return report(job, modified, 'created');
    const request: HttpRequest = {
      method: 'POST',
      path: pathTo(job, ''),
      query: writeQuery(job, MANAGER),
      body: withoutNulls(modified),
    };
    return { request, then: 'written' };
  }
  const failure = failureOf(response);
  if (failure !== undefined) return unread(job, failure);
  return change(job, modified, response.body as JsonObject);
}

/** What is there cannot be read: the object is left as it is. */
function unread({ item }: Job<readonly JsonObject[]>, failure: Failure): Step {
  const { target } = item;
  const { group, version, plural, kind } = resourceOf(target.plural);
  const what = `Resource: "${group}/${version}, Resource=${plural}", GroupVersionKind: "${group}/${version}, Kind=${kind}"`;
  const where = `Name: ${quoted(item.name)}, Namespace: ${quoted(item.namespace)}`;
  const prefix = `retrieving current configuration of:\n${what}\n${where}\nfrom server for:`;
  return { failure: inFile(failure, prefix, target.source), next: true };
}

function change(job: Job<readonly JsonObject[]>, modified: JsonObject, current: JsonObject): Step {
  const { item } = job;
  if (isClientDryRun(job)) return report(job, current, 'configured');
  const recorded = dig(current, 'metadata', 'annotations', LAST_APPLIED);
  const warning =
    recorded === undefined
      ? err(
          `Warning: resource ${resourceOf(item.target.plural).plural}/${item.name} is missing the ${LAST_APPLIED} annotation ` +
            'which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either ' +
            'kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.',
        )
      : [];
  const original = recorded === undefined ? {} : (JSON.parse(String(recorded)) as JsonObject);
  const { schema, custom } = resourceOf(item.target.plural);
  const isMerged = custom !== undefined;
  const patch = isMerged
    ? { ok: true as const, value: threeWayMergePatch(original, modified, current) }
    : createThreeWayPatch(original, modified, current, schema);
  if (!patch.ok) return { print: warning, failure: textFailure(patch.error), next: true };
  if (Object.keys(patch.value).length === 0) return report(job, current, 'unchanged');
  const request: HttpRequest = {
    method: 'PATCH',
    path: pathTo(job, item.name),
    query: writeQuery(job, MANAGER),
    headers: { 'content-type': `application/${isMerged ? '' : 'strategic-'}merge-patch+json` },
    body: patch.value,
  };
  return { print: warning, request, then: 'patched' };
}

function written(job: Job<readonly JsonObject[]>, reply: Reply, verb: string, operation: string): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure === undefined) return report(job, response.body as JsonObject, operation);
  return { failure: inFile(failure, verb, job.item.target.source), next: true };
}

/** One line for each object; with `-o yaml` and the like all are printed together at the end. */
function report(job: Job<readonly JsonObject[]>, object: JsonObject, operation: string): Step {
  const typed = { ...object, ...headOf(job) } as unknown as KubeObject;
  const data = [...job.data, typed as unknown as JsonObject];
  if (printsObjects(job)) return { data, next: true };
  const name = String(dig(object, 'metadata', 'name') ?? '');
  const deleting = dig(object, 'metadata', 'deletionTimestamp') !== undefined && operation !== 'created';
  const warning = deleting
    ? err(`Warning: Detected changes to resource ${name} which is currently being deleted.`)
    : [];
  return { data, print: [...warning, ...printChange(job, typed, operation)], next: true };
}

function printsObjects(job: Job<readonly JsonObject[]>): boolean {
  return !['', 'name'].includes(formatOf(job).format);
}

function printAll(job: Job<readonly JsonObject[]>): Step {
  const [only] = job.data;
  if (!printsObjects(job) || only === undefined || job.failures.length > 0) return { exit: 0 };
  const list = { apiVersion: 'v1', items: job.data, kind: 'List', metadata: {} };
  const object = job.data.length === 1 ? only : list;
  return { print: printChange(job, object as unknown as KubeObject, ''), exit: 0 };
}

function headOf(job: Job<readonly JsonObject[]>): JsonObject {
  const { apiVersion, kind } = job.item.object;
  return { apiVersion, kind };
}

function pathTo(job: Job<readonly JsonObject[]>, name: string): string {
  return pathOf(resourceOf(job.item.target.plural), job.item.namespace, name);
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutNulls(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as JsonObject).filter(([, item]) => item !== null);
  return Object.fromEntries(fields.map(([name, item]) => [name, withoutNulls(item)])) as JsonObject;
}
