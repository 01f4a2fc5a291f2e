import { pathOf, resourceOfWord } from '../../api/index.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { isConditionTrue, type JsonObject, type KubeObject, type LabelSelector } from '../../api/meta.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { Printed } from '../../protocol/terminal.ts';
import {
  answerOf,
  defineCommand,
  err,
  fail,
  failUsage,
  failureOf,
  type Job,
  out,
  type Reply,
  type Step,
  textFailure,
} from '../command.ts';
import { containersOf, defaultContainer } from '../containers.ts';
import { itemsOf } from '../describe/describer.ts';
import { flag, isOn } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { resourceOf } from '../resources.ts';
import { unknownType } from '../targets.ts';

/** Logs still to be read: `pod container`. */
interface Reading {
  readonly wanted: readonly { readonly pod: string; readonly container: string }[];
}

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n" +
  'POD or TYPE/NAME is a required argument for the logs command';
/** Lines of each pod when several are read by selector. */
const SELECTOR_TAIL = '10';

/** kubectl logs: the API server asks the kubelet. Follows pkg/cmd/logs/logs.go, polymorphichelpers/logsforobject.go. */
export const logs = defineCommand<Reading>({
  name: 'logs',
  usage: 'logs [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  summary: 'Print the logs for a container in a pod',
  flags: 'all-containers! container/c previous/p! prefix! selector/l tail#',
  others:
    'all-pods! follow/f! ignore-errors! insecure-skip-tls-verify-backend! limit-bytes# max-log-requests# ' +
    'pod-running-timeout@ since@ since-time timestamps!',
  start,
  stages: { found, pods: podsFound, log: logRead },
});

function start(job: Job<Reading>): Step {
  const { args } = job;
  const [word = '', container] = args.words;
  const labels = flag(args, 'selector');
  if (args.words.length > 2 || (word === '' && labels === '')) return failUsage('logs', USAGE);
  if (word !== '' && labels !== '') return failUsage('logs', 'only a selector (-l) or a POD name is allowed');
  if (container !== undefined && flag(args, 'container') !== '') {
    return fail('only one of -c or an inline [CONTAINER] arg is allowed');
  }
  const chosen = container ?? flag(args, 'container');
  if (isOn(args, 'all-containers') && chosen !== '') {
    return fail(`--all-containers=true should not be specified with container name ${chosen}`);
  }
  if (Number(flag(args, 'tail') || 0) < -1) return fail('--tail must be greater than or equal to -1');
  if (labels !== '') return list(job, labels);
  const [type, name] = word.includes('/')
    ? [word.slice(0, word.indexOf('/')), word.slice(word.indexOf('/') + 1)]
    : ['pods', word];
  const resource = resourceOfWord(type ?? '');
  if (resource === undefined) return fail(unknownType(type ?? ''));
  return { request: { method: 'GET', path: pathOf(resource, job.namespace, name) }, then: 'found' };
}

function list(job: Job<Reading>, labelSelector: string): Step {
  const path = pathOf(resourceOf('pods'), job.namespace);
  return { request: { method: 'GET', path, query: { labelSelector } }, then: 'pods' };
}

function found(job: Job<Reading>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure?.type === 'status' && response.status === 404) {
    const why = `error from server (NotFound): ${failure.status.message} in namespace ${quoted(job.namespace)}`;
    return { failure: textFailure(why), exit: 1 };
  }
  if (failure !== undefined) return { failure, exit: 1 };
  const object = response.body as KubeObject;
  if (object.kind === 'Pod') return readPods(job, [object as unknown as Pod], []);
  const selector = dig(object.spec, 'selector') as JsonObject | undefined;
  if (selector === undefined)
    return fail(`cannot get the logs from *v1.${object.kind}: selector for *v1.${object.kind} not implemented`);
  const isMap = object.kind === 'Service' || object.kind === 'ReplicationController';
  return list(job, formatLabelSelector((isMap ? { matchLabels: selector } : selector) as LabelSelector));
}

function podsFound(job: Job<Reading>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const pods = itemsOf<Pod>(response.body as JsonObject);
  if (flag(job.args, 'selector') !== '') {
    if (pods.length === 0) return { print: err(`No resources found in ${job.namespace} namespace.`), exit: 0 };
    return readPods(job, pods, []);
  }
  const [best] = [...pods].sort(byLogging);
  if (best === undefined) return fail('timed out waiting for the condition');
  const note = pods.length > 1 ? err(`Found ${pods.length} pods, using pod/${best.metadata.name}`) : [];
  return readPods(job, [best], note);
}

/** The pod whose log is most likely worth reading first. */
function byLogging(a: Pod, b: Pod): number {
  const phases = ['Running', 'Unknown', 'Pending'];
  const rank = ({ spec, status }: Pod) => {
    const phase = Math.max(phases.indexOf(status?.phase ?? ''), 0);
    const isReady = isConditionTrue(status?.conditions, 'Ready');
    return (spec.nodeName ? 0 : 100) + phase * 10 + (isReady ? 0 : 1);
  };
  const restarts = ({ status }: Pod) =>
    Math.max(0, ...(status?.containerStatuses ?? []).map((one) => one.restartCount));
  const born = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  return rank(a) - rank(b) || restarts(b) - restarts(a) || (born(a) < born(b) ? -1 : 1);
}

function readPods(job: Job<Reading>, pods: readonly Pod[], notes: readonly Printed[]): Step {
  const print = [...notes];
  const wanted: { pod: string; container: string }[] = [];
  const chosen = job.args.words[1] ?? flag(job.args, 'container');
  for (const { metadata, spec } of pods) {
    const all = containersOf(spec);
    const fallback = defaultContainer({ metadata, spec });
    const names = isOn(job.args, 'all-containers') ? all.map(({ name }) => name) : [chosen || fallback.name];
    if (!all.some(({ name }) => name === names[0]))
      return fail(`container ${names[0]} is not valid for pod ${metadata.name}`);
    if (chosen === '' && names.length === 1) print.push(...err(...fallback.notes));
    for (const container of names) wanted.push({ pod: metadata.name, container });
  }
  return { ...nextLog(job, { wanted }), print };
}

function nextLog(job: Job<Reading>, data: Reading): Step {
  const [next] = data.wanted;
  if (next === undefined) return { exit: 0, data };
  const { args } = job;
  const tail = flag(args, 'tail') || (flag(args, 'selector') !== '' ? SELECTOR_TAIL : '-1');
  const query = {
    container: next.container,
    ...(isOn(args, 'previous') ? { previous: 'true' } : {}),
    ...(tail === '-1' ? {} : { tailLines: tail }),
  };
  const path = pathOf(resourceOf('pods'), job.namespace, next.pod, 'log');
  return { request: { method: 'GET', path, query }, data, then: 'log' };
}

function logRead(job: Job<Reading>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const [read, ...wanted] = job.data.wanted;
  const prefix = isOn(job.args, 'prefix') ? `[pod/${read?.pod}/${read?.container}] ` : '';
  const text = String(response.body ?? '').replace(/\n$/, '');
  const lines = text === '' ? [] : text.split('\n').map((line) => prefix + line);
  return { ...nextLog(job, { wanted }), print: out(...lines) };
}
