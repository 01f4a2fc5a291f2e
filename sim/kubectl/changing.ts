import { apiVersionOf, pathOf } from '../api/index.ts';
import type { JsonObject, JsonValue, KubeObject } from '../api/meta.ts';
import { applyPatch, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH } from '../api/patch.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { Printed } from '../protocol/terminal.ts';
import { answerOf, type Failure, failureOf, type Item, type Job, type Reply, type Step } from './command.ts';
import { flag } from './flags.ts';
import { isClientDryRun, printChange } from './output.ts';
import { resourceOf } from './resources.ts';

/** What a command decides about one object it has read. */
export interface Plan {
  readonly print?: readonly Printed[];
  readonly failure?: Failure | readonly Failure[];
  /** Nothing is sent without a patch. */
  readonly patch?: JsonValue;
  readonly type?: 'strategic' | 'merge' | 'json';
  /** `fieldManager` of the request; '' for none. */
  readonly manager?: string;
  /** Whether strict field validation is asked for. */
  readonly isStrict?: boolean;
  readonly subresource?: string;
  /** The word after the name: `labeled`. Without it nothing is printed. */
  readonly operation?: string;
  /** Wraps the server's refusal. */
  wrap?(failure: Failure): Failure;
}

const TYPES = { strategic: STRATEGIC_MERGE_PATCH, merge: MERGE_PATCH, json: JSON_PATCH };

/** The stage `item` of a command that patches what it reads: sends the patch, or says what there is to say. */
export function carryOutPlan(job: Job, plan: Plan): Step {
  const { print = [], patch, failure } = plan;
  if (failure !== undefined) return { print, failure, next: true };
  const operation = plan.operation ?? '';
  if (patch === undefined || isClientDryRun(job)) {
    const object = patch === undefined ? job.item.object : locallyPatched(job, plan, patch);
    const change = operation === '' ? [] : printChange(job, typed(job.item, object), operation);
    return { print: [...print, ...change], next: true };
  }
  return { print, request: requestFor(job, plan, patch), data: { ...Object(job.data), operation }, then: 'changed' };
}

/** What `--dry-run=client` prints: the object as it was read, with the patch. The server would say why one does not fit. */
function locallyPatched({ item }: Job, plan: Plan, patch: JsonValue): KubeObject {
  const { schema } = resourceOf(item.target.plural);
  const made = applyPatch(TYPES[plan.type ?? 'strategic'], item.object as unknown as JsonObject, patch, schema);
  return made.ok ? (made.value as unknown as KubeObject) : item.object;
}

/** The stage `changed`: prints the object as the server now has it. */
export function changed(job: Job, reply: Reply, wrap: (failure: Failure) => Failure = (failure) => failure): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure: wrap(failure), next: true };
  const { operation } = job.data as { readonly operation: string };
  return { print: printChange(job, typed(job.item, response.body as KubeObject), operation), next: true };
}

/** An object with its apiVersion and kind, which items of lists may lack. */
export function typed(item: Item, object: KubeObject): KubeObject {
  const resource = resourceOf(item.target.plural);
  return { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

function requestFor(job: Job, plan: Plan, patch: JsonValue): HttpRequest {
  const { target, namespace, name } = job.item;
  const manager = flag(job.args, 'field-manager') || (plan.manager ?? '');
  const query: Record<string, string> = {
    ...(flag(job.args, 'dry-run') === 'server' ? { dryRun: 'All' } : {}),
    ...(manager === '' ? {} : { fieldManager: manager }),
    ...(plan.isStrict ? { fieldValidation: 'Strict' } : {}),
  };
  return {
    method: 'PATCH',
    path: pathOf(resourceOf(target.plural), namespace, name, plan.subresource),
    ...(Object.keys(query).length > 0 ? { query } : {}),
    headers: { 'content-type': TYPES[plan.type ?? 'strategic'] },
    body: patch,
  };
}

/** The failure with words of the command in front; it is then no server error any more. */
export function wrapped(failure: Failure, prefix: string, between = ': '): Failure {
  if (failure.type === 'network') return failure;
  const text = failure.type === 'text' ? failure.text : (failure.status.message ?? '');
  return { type: 'text', text: `${prefix}${between}${text}` };
}

/** `KEY=VALUE`, `KEY-` and resources, told apart as upstream `GetResourcesAndPairs`. */
export function splitPairs(
  words: readonly string[],
  kind: string,
): { readonly resources: readonly string[]; readonly pairs: readonly string[] } | { readonly error: string } {
  const isPair = (word: string) =>
    (word.includes('=') && !word.startsWith('=')) || (word.endsWith('-') && word !== '-');
  const first = words.findIndex(isPair);
  const [resources, pairs] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];
  const odd = pairs.find((word) => !isPair(word));
  if (odd !== undefined) return { error: `all resources must be specified before ${kind} changes: ${odd}` };
  return { resources, pairs };
}

/** The object of an item as JSON data. */
export function dataOf(job: Job): JsonObject {
  return job.item.object as unknown as JsonObject;
}
