import { goDuration } from '../../api/duration.ts';
import { type JsonObject, parseTime, type Quantity } from '../../api/meta.ts';
import { compareQuantities, milliValue, wholeValue } from '../../api/quantity.ts';
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import {
  answerOf,
  defineCommand,
  err,
  type Failure,
  fail,
  failureOf,
  type Job,
  out,
  type Reply,
  type Step,
} from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { alignRows } from '../tabwriter.ts';

type Usage = { readonly cpu: Quantity; readonly memory: Quantity };

/** One line: what it names, and what that uses. */
interface Line {
  readonly names: readonly string[];
  readonly usage: Usage;
}

type PodMetrics = {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
};

type NodeMetrics = { readonly metadata: { readonly name: string }; readonly usage: Usage };

type Listed = {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly creationTimestamp?: string };
  readonly status?: { readonly allocatable?: Usage; readonly capacity?: Usage };
};

const MEBIBYTE = 1_048_576;
/** A pod that is older should have been measured. */
const DELAY_MS = 120_000;
const FLAGS = 'no-headers! selector/l sort-by';
const OTHERS = 'use-protocol-buffers!';

/** kubectl top pod. Follows pkg/cmd/top/top_pod.go and pkg/metricsutil/metrics_printer.go. */
export const topPod = defineCommand({
  name: 'top pod',
  aliases: ['top pods', 'top po'],
  usage: 'top pod [NAME | -l label]',
  summary: 'Display resource (CPU/memory) usage of pods',
  flags: `all-namespaces/A! containers! field-selector ${FLAGS}`,
  others: `sum! ${OTHERS}`,
  start: (job) => begin(job, 'pod'),
  stages: {
    groups: (job, reply) => afterGroups(reply, podRequest(job)),
    metrics(job, reply) {
      const metrics = itemsOf<PodMetrics>(reply, 'pods', nameOf(job));
      if ('failure' in metrics) return metrics;
      if (metrics.items.length > 0) return printed(job, podTable(job, metrics.items));
      return { request: { ...podRequest(job), path: pathIn(job, '/api/v1') }, then: 'pods' };
    },
    pods(job, reply) {
      const pods = itemsOf<Listed>(reply, 'pods', '');
      if ('failure' in pods) return pods;
      const old = pods.items.find(({ metadata }) => ageOf(job, metadata.creationTimestamp) > DELAY_MS);
      if (old !== undefined) {
        const { namespace, name, creationTimestamp } = old.metadata;
        const age = goDuration(ageOf(job, creationTimestamp));
        return fail(`Metrics not available for pod ${namespace}/${name}, age: ${age}`);
      }
      if (pods.items.length > 0) return fail('metrics not available yet');
      const where = isOn(job.args, 'all-namespaces') ? '' : ` in ${job.namespace} namespace.`;
      return { print: err(`No resources found${where}`), exit: 0 };
    },
  },
});

/** kubectl top node. Follows pkg/cmd/top/top_node.go. */
export const topNode = defineCommand({
  name: 'top node',
  aliases: ['top nodes', 'top no'],
  usage: 'top node [NAME | -l label]',
  summary: 'Display resource (CPU/memory) usage of nodes',
  flags: `show-capacity! ${FLAGS}`,
  others: `show-swap! ${OTHERS}`,
  start: (job) => begin(job, 'node'),
  stages: {
    groups: (job, reply) => afterGroups(reply, nodeRequest(job, '/apis/metrics.k8s.io/v1beta1')),
    metrics(job, reply) {
      const metrics = itemsOf<NodeMetrics>(reply, 'nodes', nameOf(job));
      if ('failure' in metrics) return metrics;
      if (metrics.items.length === 0) return fail('metrics not available yet');
      return { data: metrics.items as never, request: nodeRequest(job, '/api/v1'), then: 'nodes' };
    },
    nodes(job, reply) {
      const nodes = itemsOf<Listed>(reply, 'nodes', '');
      if ('failure' in nodes) return nodes;
      return printed(job, nodeTable(job, job.data as unknown as readonly NodeMetrics[], nodes.items));
    },
  },
});

function begin(job: Job, kind: string): Step {
  const { args } = job;
  const sortBy = flag(args, 'sort-by');
  if (args.words.length > 1)
    return fail(`${kind} [NAME | -l label]\nSee 'kubectl top ${kind} -h' for help and examples`);
  if (!['', 'cpu', 'memory'].includes(sortBy)) return fail('--sort-by accepts only cpu or memory');
  const { selector, 'field-selector': fields } = queryOf(job);
  if (nameOf(job) !== '' && (selector !== '' || fields !== '')) {
    return fail('only one of NAME or selector can be provided');
  }
  return { request: { method: 'GET', path: '/apis' }, then: 'groups' };
}

function ageOf({ now }: Job, created: string | undefined): number {
  return now - (parseTime(created) ?? now);
}

function nameOf({ args }: Job): string {
  return args.words[0] ?? '';
}

function queryOf({ args }: Job) {
  return { selector: flag(args, 'selector'), 'field-selector': flag(args, 'field-selector') };
}

function afterGroups(reply: Reply, request: HttpRequest): Step {
  const answer = answerOf(reply);
  const failure = failureOf(answer);
  if (failure !== undefined) return { failure, exit: 1 };
  const { groups } = answer.body as { readonly groups: readonly { readonly name: string }[] };
  if (!groups.some(({ name }) => name === 'metrics.k8s.io')) return fail('Metrics API not available');
  return { request, then: 'metrics' };
}

function pathIn(job: Job, root: string): string {
  return isOn(job.args, 'all-namespaces') ? `${root}/pods` : `${root}/namespaces/${job.namespace}/pods`;
}

function podRequest(job: Job): HttpRequest {
  const name = nameOf(job);
  const root = '/apis/metrics.k8s.io/v1beta1';
  if (name !== '') return { method: 'GET', path: `${root}/namespaces/${job.namespace}/pods/${name}` };
  const { selector, 'field-selector': fields } = queryOf(job);
  const query: Record<string, string> = {};
  if (selector !== '') query.labelSelector = selector;
  if (fields !== '') query.fieldSelector = fields;
  return { method: 'GET', path: pathIn(job, root), query };
}

function nodeRequest(job: Job, root: string): HttpRequest {
  const name = nameOf(job);
  const { selector } = queryOf(job);
  const query: Record<string, string> = selector === '' ? {} : { labelSelector: selector };
  return { method: 'GET', path: `${root}/nodes${name === '' ? '' : `/${name}`}`, query };
}

/** The objects of a list, or the one that was asked for. */
function itemsOf<T>(
  reply: Reply,
  plural: string,
  name: string,
): { items: readonly T[] } | (Step & { failure: Failure }) {
  const answer = answerOf(reply);
  const failure = failureIn(answer, plural, name);
  if (failure !== undefined) return { failure, exit: 1 };
  const body = answer.body as JsonObject;
  return { items: (Array.isArray(body.items) ? body.items : [body]) as unknown as readonly T[] };
}

/** client-go's words for an answer that is no Status: the aggregation layer has only said 503. */
function failureIn(answer: HttpResponse, plural: string, name: string): Failure | undefined {
  if (typeof answer.body !== 'string') return failureOf(answer);
  const what = `get ${plural}.metrics.k8s.io${name === '' ? '' : ` ${name}`}`;
  const message = `the server is currently unable to handle the request (${what})`;
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 503 } as const;
  return { type: 'status', status: { ...status, reason: 'ServiceUnavailable', message } };
}

function podTable(job: Job, pods: readonly PodMetrics[]): readonly (readonly string[])[] {
  const withNamespace = isOn(job.args, 'all-namespaces');
  const withContainers = isOn(job.args, 'containers');
  const lines = pods.map(({ metadata, containers }) => {
    const names = [...(withNamespace ? [metadata.namespace] : []), metadata.name];
    return { names, containers, usage: sumOf(containers.map(({ usage }) => usage)) };
  });
  const rows = sorted(job, lines).flatMap(({ names, containers, usage }) => {
    if (!withContainers) return [[...names, ...cellsOf(usage), '']];
    const inside = containers.map((container) => ({ names: [container.name], usage: container.usage }));
    return sorted(job, inside).map((line) => [...names, ...line.names, ...cellsOf(line.usage), '']);
  });
  const heads = withContainers ? ['POD', 'NAME'] : ['NAME'];
  return [[...(withNamespace ? ['NAMESPACE'] : []), ...heads, 'CPU(cores)', 'MEMORY(bytes)', ''], ...rows];
}

function nodeTable(
  job: Job,
  metrics: readonly NodeMetrics[],
  nodes: readonly Listed[],
): readonly (readonly string[])[] {
  const has = (name: string) => {
    const status = nodes.find(({ metadata }) => metadata.name === name)?.status;
    return isOn(job.args, 'show-capacity') ? status?.capacity : status?.allocatable;
  };
  const lines = metrics.map(({ metadata, usage }) => ({ names: [metadata.name], usage }));
  const rows = sorted(job, lines).map(({ names: [name = ''], usage }) => {
    const [cpu = '', memory = ''] = cellsOf(usage);
    const whole = has(name);
    const cpuShare = share(milliValue(usage.cpu), milliValue(whole?.cpu));
    return [name, cpu, cpuShare, memory, share(wholeValue(usage.memory), wholeValue(whole?.memory)), ''];
  });
  const unknown = nodes.filter(({ metadata }) => !metrics.some((known) => known.metadata.name === metadata.name));
  const missing = unknown.map(({ metadata }) => [metadata.name, ...Array<string>(4).fill('<unknown>'), '']);
  return [['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', ''], ...rows, ...missing];
}

function share(used: number, whole: number): string {
  return `${Math.trunc((used / whole) * 100)}%`;
}

/** What uses most comes first; without --sort-by in the order of names. */
function sorted<L extends Line>(job: Job, lines: readonly L[]): readonly L[] {
  const sortBy = flag(job.args, 'sort-by');
  return lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) => {
      if (sortBy === 'cpu') return compareQuantities(b.line.usage.cpu, a.line.usage.cpu) || a.index - b.index;
      if (sortBy === 'memory') return compareQuantities(b.line.usage.memory, a.line.usage.memory) || a.index - b.index;
      const [left, right] = [a.line.names.join('\n'), b.line.names.join('\n')];
      return left < right ? -1 : Number(left > right);
    })
    .map(({ line }) => line);
}

function sumOf(usages: readonly Usage[]): Usage {
  const nano = usages.reduce((sum, { cpu }) => sum + nanoOf(cpu), 0);
  return { cpu: `${nano}n`, memory: String(usages.reduce((sum, { memory }) => sum + wholeValue(memory), 0)) };
}

/** metrics-server gives thousand-millionths of a core. */
function nanoOf(cpu: Quantity): number {
  return cpu.endsWith('n') ? Number(cpu.slice(0, -1)) : milliValue(cpu) * 1_000_000;
}

function cellsOf({ cpu, memory }: Usage): readonly string[] {
  return [`${milliValue(cpu)}m`, `${Math.trunc(wholeValue(memory) / MEBIBYTE)}Mi`];
}

/** Upstream ends every cell with a tab, the last one too: lines end with blanks. */
function printed({ args }: Job, table: readonly (readonly string[])[]): Step {
  const rows = isOn(args, 'no-headers') ? table.slice(1) : table;
  return { print: out(...alignRows(rows).lines), exit: 0 };
}
