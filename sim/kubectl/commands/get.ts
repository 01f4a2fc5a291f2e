import { pathOf } from '../../api/index.ts';
import { findJsonPath, relaxedJsonPath } from '../../api/jsonpath.ts';
import type { JsonObject, JsonValue, KubeObject } from '../../api/meta.ts';
import { compareQuantities, parseQuantity } from '../../api/quantity.ts';
import type { Table } from '../../api/table.ts';
import type { HttpRequest } from '../../protocol/http.ts';
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
  textFailure,
} from '../command.ts';
import { flag, isOn, isSet, listed } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkFormat, formatOf, GET_FORMATS, printObject } from '../output.ts';
import { FRESH, type PrinterMemory, printTables, type TableOptions } from '../printers.ts';
import { kindName, resourceOf } from '../resources.ts';
import { select } from '../targets.ts';
import { TABLE_ACCEPT } from '../visit.ts';

/** What a watch keeps between frames. */
interface Watching {
  readonly memory: PrinterMemory;
  readonly plural: string;
  /** Nothing is printed: `--watch-only` leaves out what is there, and a watch of one object begins with it once more. */
  readonly isSilent: boolean;
  readonly printed: number;
}

const NO_TYPE = `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of \
supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`;

/** kubectl get. Follows pkg/cmd/get/get.go. */
export const get = defineCommand<Watching>({
  name: 'get',
  usage: 'get (TYPE [NAME | -l label] | TYPE/NAME ...) [-o wide|yaml|json|name|jsonpath=...] [-w]',
  summary: 'Display one or many resources',
  flags:
    'all-namespaces/A! chunk-size# field-selector filename/f* ignore-not-found! label-columns/L* no-headers! output/o ' +
    'raw selector/l show-kind! show-labels! show-managed-fields! sort-by subresource template watch/w! watch-only!',
  others: 'allow-missing-template-keys! kustomize/k output-watch-events! recursive/R! server-print!',
  start,
  stages: { end, raw: printRaw, watched },
});

function start(job: Job<Watching>): Step {
  const { args } = job;
  if (isSet(args, 'raw')) return startRaw(job);
  if (args.words.length === 0 && listed(args, 'filename').length === 0) {
    return { print: err(...NO_TYPE.split('\n')), exit: 1 };
  }
  const isTable = isHuman(job);
  const { format } = formatOf(job);
  if (isOn(args, 'show-labels') && !isTable) {
    return fail(`--show-labels option cannot be used with ${format} printer`);
  }
  const problem = isTable ? undefined : checkFormat(job, GET_FORMATS);
  if (problem !== undefined) return fail(problem);
  const isSorted = flag(args, 'sort-by') !== '';
  const query: Record<string, string> = isSorted && isTable ? { includeObject: 'Object' } : {};
  const selection = select(job, { allowsAll: true, query });
  if ('error' in selection) return fail(selection.error);
  const subresource = flag(args, 'subresource');
  if (subresource !== '' && selection.targets.some(({ name }) => name === undefined)) {
    return fail('subresource cannot be used when bulk resources are specified');
  }
  const isWatch = isOn(args, 'watch') || isOn(args, 'watch-only');
  if (isWatch && selection.targets.length !== 1) {
    return fail(
      'watch is only supported on individual resources and resource collections - more than 1 resource was found',
    );
  }
  const fetch = isTable ? 'table' : isWatch ? 'whole' : 'get';
  return {
    failure: selection.failures,
    visit: {
      targets: selection.targets,
      fetch,
      collect: true,
      ignoreNotFound: isOn(args, 'ignore-not-found'),
      subresource,
    },
  };
}

/** `--raw PATH`: the answer of the server as it is. Follows pkg/rawhttp. */
function startRaw(job: Job<Watching>): Step {
  const { args } = job;
  const path = flag(args, 'raw');
  if (args.words.length > 0) return fail('arguments may not be passed when --raw is specified');
  if (flag(args, 'output') !== '') return fail('--raw and --output are mutually exclusive');
  const filters = ['watch', 'watch-only', 'all-namespaces', 'show-labels', 'selector', 'field-selector', 'sort-by'];
  if (filters.some((name) => isOn(args, name) || flag(args, name) !== '')) {
    return fail('--raw may not be specified with other flags that filter the server request or alter the output');
  }
  if (!path.startsWith('/')) {
    return fail(`--raw must be a valid URL path: parse ${quoted(path)}: invalid URI for request`);
  }
  const { pathname, searchParams } = new URL(path, 'http://server');
  const query = Object.fromEntries(searchParams);
  return { request: { method: 'GET', path: pathname, ...(searchParams.size > 0 && { query }) }, then: 'raw' };
}

function printRaw(_job: Job<Watching>, reply: Reply): Step {
  const { body } = answerOf(reply);
  const failure = failureOf(answerOf(reply));
  if (failure !== undefined) return { failure, exit: 1 };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { print: out(...text.replace(/\n$/, '').split('\n')), exit: 0 };
}

/** Whether the server's columns are printed: no `-o`, or `-o wide`. */
function isHuman(job: Job<Watching>): boolean {
  return ['', 'wide'].includes(formatOf(job).format);
}

function end(job: Job<Watching>): Step {
  if (isOn(job.args, 'watch') || isOn(job.args, 'watch-only')) return beginWatch(job);
  return isHuman(job) ? printHuman(job) : printGeneric(job);
}

function printHuman(job: Job<Watching>): Step {
  const lines: string[] = [];
  const kinds = new Set(job.items.map((item) => item.target.plural));
  for (let first = 0; first < job.items.length; ) {
    const plural = job.items[first]?.target.plural ?? '';
    let last = first;
    while (job.items[last]?.target.plural === plural) last += 1;
    const tables = job.items.slice(first, last).map((item) => sorted(job, tableOf(item)));
    const options = optionsFor(job, plural, kinds.size > 1);
    const block = printTables(tables, options).lines;
    if (block.length > 0 && lines.length > 0 && !options.noHeaders) lines.push('');
    lines.push(...block);
    first = last;
  }
  const isEmpty = lines.length === 0 && job.failures.length === 0 && !isOn(job.args, 'ignore-not-found');
  return { print: isEmpty ? err(nothingFound(job)) : out(...lines), exit: 0 };
}

function nothingFound(job: Job<Watching>): string {
  const everywhere =
    isOn(job.args, 'all-namespaces') || job.items.some((item) => !resourceOf(item.target.plural).namespaced);
  return everywhere ? 'No resources found' : `No resources found in ${job.namespace} namespace.`;
}

function optionsFor(job: Job<Watching>, plural: string, manyKinds: boolean): TableOptions {
  const { args } = job;
  const resource = resourceOf(plural);
  return {
    isWide: flag(args, 'output') === 'wide',
    withNamespace: isOn(args, 'all-namespaces') && resource.namespaced,
    kind: manyKinds || isOn(args, 'show-kind') ? kindName(resource) : '',
    noHeaders: isOn(args, 'no-headers'),
    showLabels: isOn(args, 'show-labels'),
    labelColumns: listed(args, 'label-columns'),
  };
}

function tableOf(item: Item): Table {
  return item.object as unknown as Table;
}

/** `--sort-by`: rows by the value at a path of their objects. A path that no row has leaves nothing, as upstream. */
function sorted(job: Job<Watching>, table: Table): Table {
  const path = relaxedJsonPath(flag(job.args, 'sort-by'));
  if (flag(job.args, 'sort-by') === '' || table.rows.length < 2) return table;
  const rows = [...table.rows.entries()].map(([index, row]) => {
    return { row, index, key: findJsonPath(path, row.object as JsonValue)[0] };
  });
  if (rows.every(({ key }) => key === undefined)) return { ...table, rows: [] };
  rows.sort((a, b) => compareValues(a.key, b.key) || a.index - b.index);
  return { ...table, rows: rows.map(({ row }) => row) };
}

function compareValues(a: JsonValue, b: JsonValue): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  if (parseQuantity(left).ok && parseQuantity(right).ok) return compareQuantities(left, right);
  return compareNatural(left, right);
}

/** Texts with their numbers compared by value: `web-2` before `web-10`. */
function compareNatural(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [x = '', y = ''] = [left[at], right[at]];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y) && Number(x) !== Number(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** Every other format prints one object alone, and several as a List. */
function printGeneric(job: Job<Watching>): Step {
  if (job.items.length === 0 && (isOn(job.args, 'ignore-not-found') || job.failures.length > 0)) return { exit: 0 };
  const [only] = job.items;
  const isSingle = job.items.length === 1 && only?.target.name !== undefined && job.failures.length === 0;
  const object = isSingle ? (only.object as unknown as JsonObject) : listOf(sortItems(job));
  const output = printObject(job, object);
  if (!('error' in output)) return { print: output.print, exit: 0 };
  return { failure: textFailure(output.error), print: output.told ?? [], exit: 1 };
}

function sortItems(job: Job<Watching>): readonly JsonObject[] {
  const objects = job.items.map((item) => item.object as unknown as JsonObject);
  const path = relaxedJsonPath(flag(job.args, 'sort-by'));
  if (flag(job.args, 'sort-by') === '' || 'error' in path) return objects;
  return objects
    .map((object, index) => ({ object, index, key: findJsonPath(path, object)[0] }))
    .sort((a, b) => compareValues(a.key, b.key) || a.index - b.index)
    .map(({ object }) => object);
}

function listOf(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

function beginWatch(job: Job<Watching>): Step {
  const [item] = job.items;
  if (item === undefined) return { exit: 1 };
  const { target } = item;
  const isTable = isHuman(job);
  const whole = item.object as unknown as JsonObject;
  const objects = isTable || target.name !== undefined ? [whole] : (whole.items as readonly JsonObject[]);
  const isSilent = isOn(job.args, 'watch-only');
  let data: Watching = { memory: FRESH, plural: target.plural, isSilent, printed: 0 };
  const lines: Printed[] = [];
  for (const object of objects) {
    const shown = show(job, object, data);
    if (shown.exit !== undefined) return shown;
    lines.push(...(shown.print ?? []));
    data = shown.data as Watching;
  }
  const { limit: _limit, ...query } = target.query ?? {};
  const fields: Record<string, string> =
    target.name === undefined ? {} : { fieldSelector: `metadata.name=${target.name}` };
  const watch: HttpRequest = {
    method: 'GET',
    path: pathOf(resourceOf(target.plural), target.namespace),
    query: { ...query, ...fields, resourceVersion: target.name === undefined ? revisionOf(whole) : '0' },
    headers: { accept: isTable ? TABLE_ACCEPT : 'application/json' },
  };
  return { print: lines, data: { ...data, isSilent: target.name !== undefined }, watch, then: 'watched' };
}

function revisionOf(list: JsonObject): string {
  return String(dig(list, 'metadata', 'resourceVersion') ?? '');
}

function watched(job: Job<Watching>, reply: Reply): Step {
  if (reply.type === 'response')
    return { failure: failureOf(answerOf(reply)) ?? textFailure('the watch was refused'), exit: 1 };
  if (reply.type !== 'frame') return { exit: 0 };
  const { type, object } = reply.frame;
  if (type === 'ERROR') return { print: err(String(dig(object as JsonValue, 'message') ?? '')), exit: 0 };
  const shown = show(job, object as unknown as JsonObject, job.data);
  return { ...shown, ...(shown.exit === undefined && { data: { ...(shown.data as Watching), isSilent: false } }) };
}

/** What is not printed still tells its columns. Upstream `skipPrinter`. */
function show(job: Job<Watching>, object: JsonObject, data: Watching): Step {
  if (isHuman(job)) {
    const table = object as unknown as Table;
    const { lines, data: next } = printFrame(job, data.isSilent ? { ...table, rows: [] } : table, data);
    return { print: out(...lines), data: next, stay: true };
  }
  if (data.isSilent) return { data, stay: true };
  const output = printObject(job, object as unknown as KubeObject);
  if ('error' in output) return fail(output.error);
  const separator = data.printed > 0 && formatOf(job).format === 'yaml' ? out('---') : [];
  return { print: [...separator, ...output.print], data: { ...data, printed: data.printed + 1 }, stay: true };
}

function printFrame(job: Job<Watching>, table: Table, data: Watching): { lines: readonly string[]; data: Watching } {
  const { lines, memory } = printTables([table], optionsFor(job, data.plural, false), data.memory);
  return { lines, data: { ...data, memory } };
}
