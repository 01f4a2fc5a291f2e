import { apiVersionOf, pathOf } from '../../api/index.ts';
import type { JsonObject, KubeObject } from '../../api/meta.ts';
import type { Resource } from '../../api/resource.ts';
import type { Answers } from '../../client/describing.ts';
import type { Printed } from '../../protocol/terminal.ts';
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
import { describerOf } from '../describe/index.ts';
import { isOn, listed } from '../flags.ts';
import { resourceOf } from '../resources.ts';
import { alignText } from '../tabwriter.ts';
import { select } from '../targets.ts';

/** How far it has come: the object in hand and what has been read about it. */
interface Describing {
  readonly described: number;
  readonly object: KubeObject | null;
  readonly answers: Answers;
  /** Names that begin so are described, when no object has exactly this name. */
  readonly prefix: string;
}

/** kubectl describe. Follows pkg/cmd/describe/describe.go; the texts are in describe/. */
export const describe = defineCommand<Describing>({
  name: 'describe',
  usage: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  summary: 'Show details of a specific resource or group of resources',
  flags: 'all-namespaces/A! chunk-size# filename/f* selector/l show-events!',
  others: 'kustomize/k recursive/R!',
  start(job) {
    if (job.args.words.length === 0 && listed(job.args, 'filename').length === 0) {
      const hint = 'Use "kubectl api-resources" for a complete list of supported resources.';
      return fail(`You must specify the type of resource to describe. ${hint}`);
    }
    const selection = select(job, { allowsAll: true });
    if ('error' in selection) return fail(selection.error);
    return {
      failure: selection.failures,
      data: { described: 0, object: null, answers: [], prefix: '' },
      visit: { targets: selection.targets, fetch: 'get', collect: true },
    };
  },
  stages: {
    item(job) {
      const { prefix } = job.data;
      if (prefix !== '' && !job.item.name.startsWith(prefix)) return { next: true };
      return { request: { method: 'GET', path: pathTo(job.item) }, then: 'read' };
    },
    read,
    related,
    end,
  },
});

/** Describers read the version that they know, whichever was asked for. */
function described({ target }: Item): Resource {
  const resource = resourceOf(target.plural);
  return resource.conversion === undefined ? resource : resourceOf(resource.plural);
}

function pathTo(item: Item): string {
  return pathOf(described(item), item.namespace, item.name);
}

/** The object is read once more: the describers have clients of their own upstream. */
function read(job: Job<Describing>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, next: true };
  const resource = described(job.item);
  const head = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const object = { ...(response.body as KubeObject), ...head };
  return nextRequest(job, { ...job.data, object, answers: [] });
}

function related(job: Job<Describing>, reply: Reply): Step {
  const response = answerOf(reply);
  const answer = failureOf(response) === undefined ? (response.body as JsonObject) : null;
  return nextRequest(job, { ...job.data, answers: [...job.data.answers, answer] });
}

function nextRequest(job: Job<Describing>, data: Describing): Step {
  const { object, answers } = data;
  if (object === null) return { next: true };
  const request = requestsFor(job, object)[answers.length];
  if (request !== undefined) return { request, data, then: 'related' };
  return {
    print: [...gap(data), ...text(job, object, answers)],
    data: { ...data, described: data.described + 1 },
    next: true,
  };
}

function requestsFor(job: Job<Describing>, object: KubeObject) {
  const all = describerOf(object.kind).related(object);
  return job.args.flags['show-events'] === 'false' ? all.filter(({ path }) => !path.endsWith('/events')) : all;
}

function gap(data: Describing): readonly Printed[] {
  return data.described === 0 ? [] : data.prefix === '' ? out('', '') : out('');
}

function text(job: Job<Describing>, object: KubeObject, answers: Answers): readonly Printed[] {
  const describer = describerOf(object.kind);
  if (job.args.flags['show-events'] !== 'false') return aligned(describer.lines(object, answers, job.now));
  const rest = [...answers];
  const padded = describer
    .related(object)
    .map(({ path }) => (path.endsWith('/events') ? null : (rest.shift() ?? null)));
  return aligned(describer.lines(object, padded, job.now).filter((line) => !line.startsWith('Events:')));
}

function aligned(lines: readonly string[]): readonly Printed[] {
  return out(...alignText(lines.join('\n')));
}

function end(job: Job<Describing>): Step {
  const [type = '', name = ''] = job.args.words;
  const [failure] = job.failures;
  const isMissing = job.failures.length === 1 && failure?.type === 'status' && failure.status.code === 404;
  if (job.items.length === 0 && isMissing && job.args.words.length === 2 && job.data.prefix === '') {
    return matchPrefix(job, type, name);
  }
  if (job.data.described === 0 && job.failures.length === 0 && job.items.length === 0) {
    const where = isOn(job.args, 'all-namespaces') ? '' : ` in ${job.namespace} namespace.`;
    return { print: err(`No resources found${where}`), exit: 0 };
  }
  const isFound = job.data.prefix !== '' && job.data.described > 0;
  return isFound ? { print: out(''), exit: 0, forgives: true } : { exit: 0 };
}

/** No object of that name: those whose names begin with it are described instead. */
function matchPrefix(job: Job<Describing>, type: string, prefix: string): Step {
  const selection = select(job, { allowsAll: true, words: [type] });
  if ('error' in selection) return fail(selection.error);
  return { data: { ...job.data, prefix }, visit: { targets: selection.targets, fetch: 'get', collect: true } };
}
