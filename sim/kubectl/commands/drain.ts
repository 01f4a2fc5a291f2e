import { pathOf } from '../../api/index.ts';
import { isMirror, type Pod } from '../../api/kinds/pod.ts';
import { controllerOf, type KubeObject, objectKey } from '../../api/meta.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { carryOutPlan, changed, dataOf, wrapped } from '../changing.ts';
import {
  answerOf,
  defineCommand,
  err,
  failUsage,
  failureOf,
  type Job,
  out,
  type Reply,
  type Step,
  type Target,
} from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { dig } from '../json.ts';
import { resourceOf } from '../resources.ts';

/** A pod that has to leave: asked again at `at`, then looked for until it is gone. */
interface Leaving {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly isEvicted: boolean;
  readonly at: number;
}

interface Draining {
  /** Which of the nodes. */
  readonly node: number;
  readonly pods: readonly Leaving[];
  /** Nodes that could not be drained. */
  readonly remaining: readonly string[];
  /** Why not. */
  readonly fatal: readonly string[];
}

const RETRY_MS = 5000;
const LOOK_MS = 1000;
/** Upstream's text has these words twice. */
const UNMANAGED = 'cannot delete Pods that declare no controller (use --force to override)';
const DAEMON = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL = 'Pods with local storage (use --delete-emptydir-data to override)';

/** kubectl drain: cordons nodes and evicts their pods, one after another. Follows pkg/cmd/drain/drain.go and pkg/drain. */
export const drain = defineCommand<Draining>({
  name: 'drain',
  usage: 'drain NODE',
  summary: 'Drain node in preparation for maintenance',
  flags: 'delete-emptydir-data! force! grace-period# ignore-daemonsets! selector/l',
  others: 'chunk-size disable-eviction! dry-run? pod-selector skip-wait-for-delete-timeout timeout@',
  start(job) {
    const labels = flag(job.args, 'selector');
    if (job.args.words.length === 0 && labels === '') return failUsage('drain', 'USAGE: drain NODE [flags]');
    const named = job.args.words.map(
      (word): Target => ({ plural: 'nodes', namespace: '', name: word.replace(/^nodes?\//, '') }),
    );
    const list: Target = { plural: 'nodes', namespace: '', query: { labelSelector: labels, limit: '500' } };
    return { visit: { targets: labels === '' ? named : [list], fetch: 'get', collect: true, stopOnFailure: true } };
  },
  stages: {
    item(job) {
      const isCordoned = dig(dataOf(job), 'spec', 'unschedulable') === true;
      const patch = { spec: { unschedulable: true } };
      return carryOutPlan(job, isCordoned ? { operation: 'already cordoned' } : { patch, operation: 'cordoned' });
    },
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, `error: unable to cordon node "${job.item.name}"`)),
    end: (job) => (job.failures.length > 0 ? { exit: 1 } : look({ node: 0, pods: [], remaining: [], fatal: [] }, job)),
    pods: listed,
    evicted,
    checked,
    tick: (job) => go(job, job.data),
  },
});

/** The pods of the next node; or the end. */
function look(data: Draining, job: Job<Draining>): Step {
  const node = job.items[data.node];
  if (node === undefined) {
    const pending = data.remaining.map((name) => ` ${name}`);
    if (pending.length === 0) return { exit: 0 };
    return { print: err('There are pending nodes to be drained:', ...pending, ...data.fatal), exit: 1 };
  }
  const query = { fieldSelector: `spec.nodeName=${node.name}`, limit: '500' };
  return { request: { method: 'GET', path: '/api/v1/pods', query }, then: 'pods', data };
}

/** Which of them may go: upstream's filters, in its order. */
function listed(job: Job<Draining>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const pods = (response.body as unknown as { readonly items: readonly Pod[] }).items;
  const leaving: Leaving[] = [];
  const stuck: Record<string, string[]> = {};
  const warned: Record<string, string[]> = {};
  for (const pod of pods) {
    const { metadata } = pod;
    if (isMirror(pod)) continue;
    const why = refusal(job, pod);
    const list = why === '' ? warned : stuck;
    const text = why || remark(pod);
    if (text !== '') list[text] = [...(list[text] ?? []), objectKey(pod)];
    if (why === '' && text === IGNORED) continue;
    const { namespace = '', name, uid = '' } = metadata;
    leaving.push({ namespace, name, uid, isEvicted: false, at: 0 });
  }
  const errors = Object.entries(stuck).map(([why, names]) => `cannot delete ${why}: ${names.join(', ')}`);
  if (errors.length > 0) return giveUp(job, errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`);
  const remarks = Object.entries(warned).map(([text, names]) => `${text}: ${names.join(', ')}`);
  const warning = remarks.length === 0 ? [] : err(`Warning: ${remarks.join('; ')}`);
  const step = go(job, { ...job.data, pods: leaving });
  return { ...step, print: [...warning, ...(step.print ?? [])] };
}

function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function refusal({ args }: Job<Draining>, pod: Pod): string {
  if (isFinished(pod)) return '';
  if (isDaemonPod(pod)) return isOn(args, 'ignore-daemonsets') ? '' : DAEMON;
  const isLocal = (pod.spec.volumes ?? []).some((volume) => 'emptyDir' in volume);
  if (isLocal && !isOn(args, 'delete-emptydir-data')) return LOCAL;
  return controllerOf(pod) === undefined && !isOn(args, 'force') ? UNMANAGED : '';
}

const IGNORED = 'ignoring DaemonSet-managed Pods';

/** What is said of a pod that need not stop the command. */
function remark(pod: Pod): string {
  if (isFinished(pod)) return '';
  if (isDaemonPod(pod)) return IGNORED;
  return controllerOf(pod) === undefined ? 'deleting Pods that declare no controller' : '';
}

/** Its set would make it again at once, cordon or not. Upstream also asks whether the set still exists. */
function isDaemonPod(pod: Pod): boolean {
  return controllerOf(pod)?.kind === 'DaemonSet';
}

function giveUp(job: Job<Draining>, why: string): Step {
  const { node, remaining, fatal } = job.data;
  const name = job.items[node]?.name ?? '';
  const told = err(`error: unable to drain node "${name}" due to error: ${why}, continuing command...`);
  const step = look({ node: node + 1, pods: [], remaining: [...remaining, name], fatal: [...fatal, why] }, job);
  return { ...step, print: [...told, ...(step.print ?? [])] };
}

/** Asks for the next pod whose time has come, or waits; without pods the node is drained. */
function go(job: Job<Draining>, data: Draining): Step {
  if (data.pods.length === 0) {
    const step = look({ ...data, node: data.node + 1 }, job);
    return { ...step, print: [...out(`node/${job.items[data.node]?.name} drained`), ...(step.print ?? [])] };
  }
  const due = data.pods.filter(({ at }) => at <= job.now);
  const pod = due.find(({ isEvicted }) => !isEvicted) ?? due[0];
  if (pod === undefined) {
    const afterMs = Math.min(...data.pods.map(({ at }) => at)) - job.now;
    return { afterMs, then: 'tick', data };
  }
  const path = pathOf(resourceOf('pods'), pod.namespace, pod.name);
  const first = { ...data, pods: [pod, ...data.pods.filter((other) => other !== pod)] };
  if (pod.isEvicted) return { request: { method: 'GET', path }, then: 'checked', data: first };
  const print = out(`evicting pod ${pod.namespace}/${pod.name}`);
  return { print, request: evictionOf(job, pod, path), then: 'evicted', data: first };
}

function evictionOf({ args }: Job<Draining>, { namespace, name }: Leaving, path: string): HttpRequest {
  const grace = flag(args, 'grace-period');
  const deleteOptions = grace === '' || Number(grace) < 0 ? {} : { gracePeriodSeconds: Number(grace) };
  const head = { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name, namespace } };
  return { method: 'POST', path: `${path}/eviction`, body: { ...head, deleteOptions } };
}

function evicted(job: Job<Draining>, reply: Reply): Step {
  const response = answerOf(reply);
  const [pod, ...others] = job.data.pods;
  if (pod === undefined) return go(job, job.data);
  if (response.status === 404) return go(job, { ...job.data, pods: others });
  const { message = '' } = (response.body ?? {}) as { readonly message?: string };
  const about = `error when evicting pods/"${pod.name}" -n "${pod.namespace}"`;
  if (response.status === 429) {
    const step = go(job, { ...job.data, pods: [...others, { ...pod, at: job.now + RETRY_MS }] });
    return { ...step, print: [...err(`${about} (will retry after 5s): ${message}`), ...(step.print ?? [])] };
  }
  if (response.status >= 400 || response.status === 0) return giveUp(job, `${about}: ${message}`);
  return go(job, { ...job.data, pods: [...others, { ...pod, isEvicted: true, at: job.now + LOOK_MS }] });
}

function checked(job: Job<Draining>, reply: Reply): Step {
  const { status, body } = answerOf(reply);
  const [pod, ...others] = job.data.pods;
  if (pod === undefined) return go(job, job.data);
  const isGone = status === 404 || (status === 200 && (body as KubeObject).metadata.uid !== pod.uid);
  if (!isGone) return go(job, { ...job.data, pods: [...others, { ...pod, at: job.now + LOOK_MS }] });
  const step = go(job, { ...job.data, pods: others });
  return { ...step, print: [...out(`pod/${pod.name} evicted`), ...(step.print ?? [])] };
}
