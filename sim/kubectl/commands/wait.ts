import { pathOf } from '../../api/index.ts';
import { goJson } from '../../api/json.ts';
import { findJsonPath, relaxedJsonPath } from '../../api/jsonpath.ts';
import type { Condition, JsonObject, JsonValue, KubeObject } from '../../api/meta.ts';
import { typed } from '../changing.ts';
import {
  answerOf,
  defineCommand,
  fail,
  failureOf,
  type Job,
  type Reply,
  type Step,
  type Target,
  textFailure,
} from '../command.ts';
import { flag, isOn, parseDuration } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkFormat, printChange } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';
import { listedUntil, type Seen, startUntil, type Verdict, watchedUntil } from '../until.ts';

const DEFAULT_MS = 30_000;
const WEEK_MS = 604_800_000;

/** kubectl wait. Follows pkg/cmd/wait/{wait,condition,delete,json}.go. */
export const wait = defineCommand({
  name: 'wait',
  usage:
    'wait (TYPE NAME | TYPE/NAME | -l label | --all) --for=create|delete|condition=NAME[=VALUE]|jsonpath={PATH}[=VALUE]',
  summary: 'Wait for a specific condition on one or many resources',
  flags: 'all! all-namespaces/A! field-selector filename/f* for output/o selector/l timeout@',
  others: 'allow-missing-template-keys! local! recursive/R! show-managed-fields! template',
  start,
  stages: {
    item(job) {
      if (isForCreate(job)) return job.data === LOOKING ? { next: true } : met(job, job.item.object);
      return isForDelete(job) ? { request: { method: 'GET', path: pathTo(job) }, then: 'got' } : startUntil(job);
    },
    got,
    listed: (job, reply) => listedUntil(job, reply, (seen) => look(job, seen, true)),
    watched: (job, reply) => watchedUntil(reply, (seen) => look(job, seen, false)),
    again: (job) => begin(job, LOOKING),
    timeout: (job) =>
      job.data === LOOKING
        ? fail('timed out waiting for the condition')
        : fail(`timed out waiting for the condition on ${resourceOf(job.item.target.plural).plural}/${job.item.name}`),
    end: (job) =>
      job.data === LOOKING
        ? looked(job)
        : job.items.length === 0 && job.failures.length === 0 && !isForDelete(job)
          ? fail('no matching resources found')
          : { exit: 0 },
  },
});

function start(job: Job): Step {
  const problem = checkCondition(flag(job.args, 'for')) ?? checkFormat(job);
  if (problem !== undefined) return fail(problem);
  const given = parseDuration(flag(job.args, 'timeout')) ?? DEFAULT_MS;
  return { ...begin(job, isForCreate(job) ? LOOKING : null), deadlineMs: given < 0 ? WEEK_MS : given };
}

/** Data of a wait for what is not there yet: a look every half second, and one more visit when all is there. */
const LOOKING = 'looking';
const LOOK_MS = 500;

function begin(job: Job, data: typeof LOOKING | null): Step {
  const selection = select(job, { allowsAll: isOn(job.args, 'all') });
  if ('error' in selection) return fail(selection.error);
  const { targets, failures } = selection;
  const ignoreNotFound = isForDelete(job) || data === LOOKING;
  return { failure: failures, data, visit: { targets, fetch: 'get', stopOnFailure: true, ignoreNotFound } };
}

function looked(job: Job): Step {
  const selection = select(job, { allowsAll: isOn(job.args, 'all') });
  if (job.failures.length > 0 || 'error' in selection) return { exit: 1 };
  const isThere = ({ plural, namespace, name }: Target) =>
    job.items.some(({ target }) => target.plural === plural && target.namespace === namespace && target.name === name);
  const isAll = selection.targets.every(isThere);
  return isAll ? begin(job, null) : { afterMs: LOOK_MS, then: 'again' };
}

function checkCondition(text: string): string | undefined {
  if (/^(?:create|delete)$/i.test(text) || text.startsWith('condition=')) return undefined;
  if (!text.startsWith('jsonpath=')) return `unrecognized condition: ${quoted(text)}`;
  const { path, value } = splitPath(text.slice('jsonpath='.length));
  const parsed = relaxedJsonPath(path);
  if ('error' in parsed) return parsed.error;
  const format = "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3";
  return value === '' ? format : undefined;
}

/** `{.a}=b`: a doubled `=` belongs to the path. */
function splitPath(text: string): { readonly path: string; readonly value: string | undefined } {
  const at = /(?<!=)=(?!=)/.exec(text)?.index;
  if (at === undefined) return { path: text, value: undefined };
  return { path: text.slice(0, at), value: text.slice(at + 1).replace(/^['"]+|['"]+$/g, '') };
}

function isForDelete(job: Job): boolean {
  return /^delete$/i.test(flag(job.args, 'for'));
}

function isForCreate(job: Job): boolean {
  return /^create$/i.test(flag(job.args, 'for'));
}

function pathTo({ item }: Job): string {
  return pathOf(resourceOf(item.target.plural), item.namespace, item.name);
}

function got(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  if (response.status === 404) return met(job, job.item.object);
  const failure = failureOf(response);
  return failure === undefined ? startUntil(job) : { failure, exit: 1 };
}

function look(job: Job, { object, isDeleted }: Seen, isList: boolean): Verdict {
  if (isForDelete(job)) return isDeleted ? { step: met(job, job.item.object) } : {};
  if (object === undefined) {
    const { group, plural } = resourceOf(job.item.target.plural);
    const type = group === '' ? plural : `${plural}.${group}`;
    const text = `Error from server (NotFound): ${type} ${quoted(job.item.name)} not found`;
    return isList ? { step: { failure: textFailure(text), exit: 1 } } : {};
  }
  return !isDeleted && isMet(object, flag(job.args, 'for')) ? { step: met(job, object) } : {};
}

function met(job: Job, object: KubeObject): Step {
  return { print: printChange(job, typed(job.item, object), 'condition met'), next: true };
}

function isMet(object: KubeObject, text: string): boolean {
  if (text.startsWith('jsonpath=')) return isPathMet(object, text.slice('jsonpath='.length));
  const [, name = '', wanted = 'true'] = /^condition=([^=]*)=?(.*)$/.exec(text) ?? [];
  const conditions = (dig(object.status, 'conditions') ?? []) as unknown as readonly Condition[];
  const condition = conditions.find(({ type }) => type.toLowerCase() === name.toLowerCase());
  if (condition === undefined) return false;
  const observed = condition.observedGeneration ?? (dig(object.status, 'observedGeneration') as number | undefined);
  if (observed !== undefined && observed < (object.metadata.generation ?? 0)) return false;
  return condition.status.toLowerCase() === (wanted || 'true').toLowerCase();
}

function isPathMet(object: KubeObject, text: string): boolean {
  const { path, value } = splitPath(text);
  const found = findJsonPath(relaxedJsonPath(path), object as unknown as JsonObject);
  if (value === undefined) return found.length > 0;
  return found.length === 1 && show(found[0]) === value.trim();
}

function show(value: JsonValue): string {
  return typeof value === 'object' && value !== null ? goJson(value) : String(value);
}
