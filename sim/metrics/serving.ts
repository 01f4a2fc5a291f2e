import { goDuration } from '../api/duration.ts';
import { type JsonObject, type KubeObject, rfc3339 } from '../api/meta.ts';
import { addQuantities } from '../api/quantity.ts';
import { matchesFields, matchesSelector, parseFieldSelector, parseSelector } from '../api/selector.ts';
import { badRequest, methodNotAllowed, noSuchResource, notFound, type Status } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { type Measured, measure, type Pair } from './points.ts';

/** What metrics-server knows when it answers. */
export interface Known {
  readonly nodes: ReadonlyMap<string, Pair>;
  readonly pods: ReadonlyMap<string, Readonly<Record<string, Pair>>>;
  /** The objects themselves, for their labels. */
  readonly known: Readonly<Record<'nodes' | 'pods', ReadonlyMap<string, KubeObject>>>;
  readonly now: Millis;
}

type Usage = { readonly cpu: string; readonly memory: string };

/** NodeMetrics or PodMetrics. */
type Metrics = JsonObject & {
  readonly metadata: JsonObject & { readonly name: string };
  readonly window: string;
  readonly usage?: Usage;
  readonly containers?: readonly { readonly name: string; readonly usage: Usage }[];
};

const GROUP = 'metrics.k8s.io';
const ROOT = `/apis/${GROUP}/v1beta1`;

/** What the group serves, as discovery tells it. */
const RESOURCES: JsonObject = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: `${GROUP}/v1beta1`,
  resources: ['nodes', 'pods'].map((name) => ({
    name,
    singularName: '',
    namespaced: name === 'pods',
    kind: name === 'pods' ? 'PodMetrics' : 'NodeMetrics',
    verbs: ['get', 'list'],
  })),
};

/** Answers a request for metrics. Follows pkg/api/pod.go and node.go; without two scrapes of a thing it is not listed. */
export function answerMetrics({ method, path, query = {}, headers = {} }: HttpRequest, known: Known): HttpResponse {
  const match = /^(?:\/namespaces\/([^/]+))?\/(nodes|pods)(?:\/([^/]+))?$/.exec(path.slice(ROOT.length));
  const [, namespace = '', plural = '', name = ''] = match ?? [];
  const isPods = plural === 'pods';
  if (path === ROOT) return json(200, RESOURCES);
  if (match === null || (isPods ? name !== '' && namespace === '' : namespace !== '')) return failed(noSuchResource());
  if (method !== 'GET' || query.watch === 'true' || query.watch === '1') return failed(methodNotAllowed());
  const labels = parseSelector(query.labelSelector ?? '');
  const fields = parseFieldSelector(query.fieldSelector ?? '');
  if (!labels.ok) return failed(badRequest(labels.error));
  if (!fields.ok) return failed(badRequest(fields.error));
  const objects = [...known.known[isPods ? 'pods' : 'nodes'].values()].filter(({ metadata }) => {
    const { name: own, namespace: home = '' } = metadata;
    if ((namespace !== '' && home !== namespace) || (name !== '' && own !== name)) return false;
    const values = { 'metadata.name': own, 'metadata.namespace': home };
    return matchesSelector(labels.value, metadata.labels) && matchesFields(fields.value, values);
  });
  const items = objects.flatMap((object) => (isPods ? podMetrics(object, known) : nodeMetrics(object, known)));
  const kind = isPods ? 'PodMetrics' : 'NodeMetrics';
  const isTable = (headers.accept ?? '').split(',')[0]?.includes('as=Table') ?? false;
  const [only] = items;
  if (name !== '' && only === undefined) {
    return failed(notFound({ group: GROUP, plural: kind.toLowerCase(), kind }, isPods ? `${namespace}/${name}` : name));
  }
  if (isTable) return json(200, tableOf(items));
  if (name !== '' && only !== undefined) return json(200, { kind, apiVersion: `${GROUP}/v1beta1`, ...only });
  return json(200, { kind: `${kind}List`, apiVersion: `${GROUP}/v1beta1`, metadata: {}, items });
}

function json(status: number, body: Value): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function failed(status: Status): HttpResponse {
  return json(status.code ?? 500, status);
}

function nodeMetrics({ metadata: { name, labels } }: KubeObject, { nodes, now }: Known): readonly Metrics[] {
  const pair = nodes.get(name);
  const measured = pair && measure(pair);
  if (measured === undefined) return [];
  return [{ metadata: { name, creationTimestamp: rfc3339(now), labels }, ...timesOf(measured), usage: measured.usage }];
}

/** A pod is listed when each of its containers has been measured; the earliest measurement gives the time. */
function podMetrics({ metadata }: KubeObject, { pods, now }: Known): readonly Metrics[] {
  const { name, namespace, labels } = metadata;
  const pairs = Object.entries(pods.get(`${namespace}/${name}`) ?? {});
  const found = pairs.flatMap(([container, pair]) => {
    const measured = measure(pair);
    return measured === undefined ? [] : [{ name: container, measured }];
  });
  if (found.length === 0 || found.length < pairs.length) return [];
  const first = found.reduce((least, one) => (one.measured.at < least.measured.at ? one : least));
  const containers = found.map(({ name: container, measured }) => ({ name: container, usage: measured.usage }));
  const own = { name, namespace, creationTimestamp: rfc3339(now), labels };
  return [{ metadata: own, ...timesOf(first.measured), containers }];
}

function timesOf({ at, windowMs }: Measured): { readonly timestamp: string; readonly window: string } {
  return { timestamp: rfc3339(at), window: goDuration(windowMs) };
}

/** Upstream pkg/api/table.go. */
function tableOf(items: readonly Metrics[]): JsonObject {
  const columns = [
    ['Name', 'string', 'name'],
    ['cpu', 'string', 'quantity'],
    ['memory', 'string', 'quantity'],
    ['Window', 'string', 'duration'],
  ];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: columns.map(([name, type, format]) => ({ name, type, format, description: '', priority: 0 })),
    rows: items.map(({ metadata, window, usage, containers = [] }) => {
      const { cpu, memory } = usage ?? sumOf(containers.map((container) => container.usage));
      return { cells: [metadata.name, cpu, memory, window], object: partial(metadata) };
    }),
  };
}

function partial(metadata: JsonObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

function sumOf(usages: readonly Usage[]): Usage {
  return usages.reduce((sum, { cpu, memory }) => {
    return { cpu: addQuantities(sum.cpu, cpu), memory: addQuantities(sum.memory, memory) };
  });
}
