import { pathOf, resourceOfKind } from '../api/index.ts';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { annotated } from './annotation.ts';
import {
  answerOf,
  type Failure,
  fail,
  failUsage,
  failureOf,
  type Job,
  type Reply,
  type Stage,
  type Step,
} from './command.ts';
import { flag, isOn } from './flags.ts';
import { checkDryRun, checkFormat, isClientDryRun, printChange } from './output.ts';

/** Flags of every command that makes one object from its command line. */
export const CREATE_FLAGS = 'dry-run?unchanged field-manager output/o save-config! validate?strict';
/** Their real flags that are not modelled. */
export const CREATE_OTHERS = 'allow-missing-template-keys! show-managed-fields! template';

/** Sends a new object, or only prints it (`--dry-run=client`). The answer comes to the stage `created`. */
export function createOne(job: Job, object: JsonObject, manager: string, isStrict = true, operation = 'created'): Step {
  const problem = checkDryRun(job) ?? checkFormat(job);
  if (problem !== undefined) return fail(problem);
  const given = isOn(job.args, 'save-config') ? annotated(object) : object;
  if (isClientDryRun(job)) return { print: printChange(job, given as unknown as KubeObject, operation), exit: 0 };
  return { request: createRequest(job, given, manager, isStrict), then: 'created' };
}

/** The POST of a new object. */
export function createRequest(job: Job, object: JsonObject, manager: string, isStrict: boolean): HttpRequest {
  const resource = resourceOfKind(String(object.apiVersion), String(object.kind));
  const metadata = object.metadata as { readonly namespace?: string };
  const namespace = resource?.namespaced ? (metadata.namespace ?? job.namespace) : '';
  const { fieldValidation, ...rest } = writeQuery(job, manager);
  const query = isStrict ? { ...rest, fieldValidation } : rest;
  return { method: 'POST', path: resource === undefined ? '' : pathOf(resource, namespace), query, body: object };
}

/** What a write of a whole object says beside it. */
export function writeQuery(job: Pick<Job, 'args'>, manager: string) {
  return {
    ...(flag(job.args, 'dry-run') === 'server' ? { dryRun: 'All' } : {}),
    fieldManager: flag(job.args, 'field-manager') || manager,
    fieldValidation: validation(job),
  };
}

/** `--validate` as the server takes it. */
export function validation(job: Pick<Job, 'args'>): string {
  const given = flag(job.args, 'validate');
  return { ignore: 'Ignore', false: 'Ignore', warn: 'Warn' }[given] ?? 'Strict';
}

/** The stage `created`. `wrap` puts the command's own words before the server's. */
export function created(wrap: (failure: Failure) => Failure = (failure) => failure, operation = 'created'): Stage {
  return (job: Job, reply: Reply): Step => {
    const response = answerOf(reply);
    const failure = failureOf(response);
    if (failure !== undefined) return { failure: wrap(failure), exit: 1 };
    return { print: printChange(job, response.body as KubeObject, operation), exit: 0 };
  };
}

/** The one NAME of a command line, before any `--`. */
export function oneName(job: Job, command: string): string | Step {
  const names = job.args.words.slice(0, job.args.dash ?? job.args.words.length);
  const [name = ''] = names;
  return names.length === 1 ? name : failUsage(command, `exactly one NAME is required, got ${names.length}`);
}

/** Metadata as typed clients write it: with `creationTimestamp: null`, and a namespace only when `-n` was given. */
export function metadataOf(job: Job, name: string, labels?: Readonly<Record<string, string>>): JsonObject {
  return {
    creationTimestamp: null,
    ...(labels === undefined ? {} : { labels }),
    name,
    ...(job.isNamespaceGiven ? { namespace: job.namespace } : {}),
  };
}
