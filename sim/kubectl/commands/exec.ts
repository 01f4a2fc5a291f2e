import { pathOf, resourceOfWord } from '../../api/index.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { isConditionTrue, type JsonObject, type KubeObject, type LabelSelector } from '../../api/meta.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { KubeletClientProtocol } from '../../protocol/kubelet.ts';
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
} from '../command.ts';
import { containersOf, defaultContainer } from '../containers.ts';
import { itemsOf } from '../describe/describer.ts';
import { flag, isOn } from '../flags.ts';
import { dig } from '../json.ts';
import { resourceOf } from '../resources.ts';
import { unknownType } from '../targets.ts';

const SHELLS: readonly string[] = ['sh', 'bash', 'ash', 'dash'];
const NO_SESSION =
  'a session with a shell is not modelled: a command here gets no input.\n' +
  "Give the whole command instead: kubectl exec POD -- sh -c 'COMMAND'";

/**
 * kubectl exec: the API server hands the connection on to the kubelet. Follows pkg/cmd/exec/exec.go. Leaves out: input,
 * and standard error as a stream of its own. `-i` and `-t` are accepted, for they change nothing in what is printed.
 */
export const exec = defineCommand({
  name: 'exec',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] -- COMMAND [args...]',
  summary: 'Execute a command in a container',
  flags: 'container/c quiet/q! stdin/i! tty/t!',
  others: 'filename/f* pod-running-timeout@',
  start,
  stages: { found, pods: podsFound, ended },
});

function start(job: Job): Step {
  const { words, dash } = job.args;
  const [word] = words;
  if (word === undefined || dash === 0) return fail('pod, type/name or --filename must be specified');
  if (dash === undefined && words.length > 1)
    return failUsage('exec', 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
  const command = commandOf(job);
  if (command.length === 0) return fail('you must specify at least one command for the container');
  if (command.length === 1 && SHELLS.includes((command[0] ?? '').split('/').at(-1) ?? '')) return fail(NO_SESSION);
  const slash = word.indexOf('/');
  const [type, name] = slash < 0 ? ['pods', word] : [word.slice(0, slash), word.slice(slash + 1)];
  const resource = resourceOfWord(type);
  if (resource === undefined) return fail(unknownType(type));
  return { request: { method: 'GET', path: pathOf(resource, job.namespace, name) }, then: 'found' };
}

function commandOf({ args: { words, dash } }: Job): readonly string[] {
  return dash === undefined ? [] : words.slice(dash);
}

function found(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const object = response.body as KubeObject;
  if (object.kind === 'Pod') return execIn(job, object as unknown as Pod);
  const selector = dig(object.spec, 'selector') as JsonObject | undefined;
  if (selector === undefined)
    return fail(`cannot attach to *v1.${object.kind}: selector for *v1.${object.kind} not implemented`);
  const labels = (object.kind === 'Service' ? { matchLabels: selector } : selector) as LabelSelector;
  const query = { labelSelector: formatLabelSelector(labels) };
  return { request: { method: 'GET', path: pathOf(resourceOf('pods'), job.namespace), query }, then: 'pods' };
}

function podsFound(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const [best] = [...itemsOf<Pod>(response.body as JsonObject)].sort(byActivity);
  return best === undefined ? fail('timed out waiting for the condition') : execIn(job, best);
}

/** The most active pod first. Follows pkg/controller `ActivePods`, reversed. */
function byActivity(a: Pod, b: Pod): number {
  const rank = ({ spec, status }: Pod) => {
    const phase = ['Pending', 'Unknown', 'Running'].indexOf(status?.phase ?? '');
    return (spec.nodeName ? 100 : 0) + phase * 10 + (isConditionTrue(status?.conditions, 'Ready') ? 1 : 0);
  };
  const restarts = ({ status }: Pod) =>
    Math.max(0, ...(status?.containerStatuses ?? []).map((one) => one.restartCount));
  const born = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  return rank(b) - rank(a) || restarts(a) - restarts(b) || (born(a) < born(b) ? -1 : 1);
}

function execIn(job: Job, pod: Pod): Step {
  const { metadata, spec, status } = pod;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed')
    return fail(`cannot exec into a container in a completed pod; current phase is ${status.phase}`);
  const chosen = flag(job.args, 'container');
  const fallback = defaultContainer(pod);
  const container = chosen || fallback.name;
  if (!containersOf(spec).some(({ name }) => name === container))
    return fail(`container ${container} not found in pod ${metadata.name}`);
  const command = commandOf(job).map(encodeURIComponent).join('&command=');
  const query = { command, container, stderr: 'true', stdout: 'true' };
  const path = pathOf(resourceOf('pods'), job.namespace, metadata.name, 'exec');
  const print = chosen !== '' || isOn(job.args, 'quiet') ? [] : err(...fallback.notes);
  return { request: { method: 'GET', path, query }, then: 'ended', print };
}

function ended(_job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const { output, exitCode, error } = response.body as KubeletClientProtocol['execDone'];
  if (error !== '') return fail(error);
  const text = output.replace(/\n$/, '');
  const lines = text === '' ? [] : out(...text.split('\n'));
  const end = exitCode === 0 ? [] : err(`command terminated with exit code ${exitCode}`);
  return { print: [...lines, ...end], exit: exitCode };
}
