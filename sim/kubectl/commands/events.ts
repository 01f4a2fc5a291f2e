import { apiVersionOf, pathOf, resourceOfWord } from '../../api/index.ts';
import type { Event } from '../../api/kinds/event.ts';
import type { JsonObject } from '../../api/meta.ts';
import { parseTime } from '../../api/meta.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { answerOf, defineCommand, err, fail, failureOf, type Job, out, type Reply, type Step } from '../command.ts';
import { itemsOf } from '../describe/describer.ts';
import { eventAge } from '../describe/writer.ts';
import { flag, isOn, listed } from '../flags.ts';
import { checkFormat, printObject } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { alignRows } from '../tabwriter.ts';
import { unknownType } from '../targets.ts';

/** Column widths of a watch; `hasHeaders` once they are printed. */
interface Printing {
  readonly widths: readonly number[];
  readonly hasHeaders: boolean;
}

/** kubectl events. Follows pkg/cmd/events/events.go, but keeps the order of events of the same second. */
export const events = defineCommand<Printing>({
  name: 'events',
  usage: 'events [-o format] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  summary: 'List events',
  flags: 'all-namespaces/A! chunk-size# for no-headers! output/o types* watch/w!',
  others: 'allow-missing-template-keys! show-managed-fields! template',
  start,
  stages: { read, watched },
});

function start(job: Job<Printing>): Step {
  const { args } = job;
  const problem = checkFormat(job);
  if (problem !== undefined) return fail(problem);
  if (listed(args, 'types').some((type) => !/^(?:normal|warning)$/i.test(type))) {
    return fail('valid --types are Normal or Warning');
  }
  const fields = objectFields(flag(args, 'for'));
  if ('error' in fields) return fail(fields.error);
  const path = pathOf(resourceOf('events'), isOn(args, 'all-namespaces') ? '' : job.namespace);
  const request: HttpRequest = { method: 'GET', path, query: { ...fields, limit: '500' } };
  const data: Printing = { widths: [], hasHeaders: false };
  return isOn(args, 'watch') ? { watch: request, data, then: 'watched' } : { request, data, then: 'read' };
}

function objectFields(text: string): Readonly<Record<string, string>> | { readonly error: string } {
  if (text === '') return {};
  const [type = '', name, more] = text.split('/');
  if (name === undefined) return { error: '--for must be in resource/name form' };
  if (more !== undefined) return { error: 'arguments in resource/name form may not have more than one slash' };
  const resource = resourceOfWord(type);
  if (resource === undefined) return { error: unknownType(type) };
  const terms = [`kind=${resource.kind}`, `apiVersion=${apiVersionOf(resource)}`, `name=${name}`];
  return { fieldSelector: terms.map((term) => `involvedObject.${term}`).join(',') };
}

function read(job: Job<Printing>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const all = itemsOf<Event>(response.body as JsonObject).filter((event) => isWanted(job, event));
  if (all.length === 0) {
    const where = isOn(job.args, 'all-namespaces') ? '' : ` in ${job.namespace} namespace`;
    return { print: err(`No events found${where}.`), exit: 0 };
  }
  const sorted = [...all.entries()].sort(([i, a], [j, b]) => timeOf(a) - timeOf(b) || i - j).map(([, event]) => event);
  if (flag(job.args, 'output') !== '') {
    const items = sorted.map((event) => ({ ...event, apiVersion: 'v1', kind: 'Event' }));
    const list = { apiVersion: 'v1', items, kind: 'EventList', metadata: {} };
    const output = printObject(job as Job, list as unknown as JsonObject);
    return 'print' in output ? { print: output.print, exit: 0 } : fail(output.error);
  }
  return { print: out(...print(job, sorted).lines), exit: 0 };
}

function watched(job: Job<Printing>, reply: Reply): Step {
  if (reply.type === 'response') {
    const failure = failureOf(answerOf(reply));
    return failure === undefined ? { exit: 0 } : { failure, exit: 1 };
  }
  if (reply.type !== 'frame') return { exit: 0 };
  const event = reply.frame.object as unknown as Event;
  if (reply.frame.type === 'DELETED' || reply.frame.type === 'ERROR' || !isWanted(job, event)) return { stay: true };
  const { lines, data } = print(job, [event]);
  return { print: out(...lines), data, stay: true };
}

function isWanted(job: Job<Printing>, event: Event): boolean {
  const types = listed(job.args, 'types').map((type) => type.toLowerCase());
  return types.length === 0 || types.includes((event.type ?? '').toLowerCase());
}

function timeOf({ series, lastTimestamp, eventTime }: Event): number {
  return parseTime(series?.lastObservedTime ?? lastTimestamp ?? eventTime) ?? 0;
}

function print(
  job: Job<Printing>,
  shown: readonly Event[],
): { readonly lines: readonly string[]; readonly data: Printing } {
  const everywhere = isOn(job.args, 'all-namespaces');
  const rows = shown.map((event) => [
    ...(everywhere ? [event.metadata.namespace ?? ''] : []),
    eventAge(event, job.now),
    event.type ?? '',
    event.reason ?? '',
    `${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`,
    (event.message ?? '').trim(),
  ]);
  const titles = [...(everywhere ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const withTitles = job.data.hasHeaders || isOn(job.args, 'no-headers') ? rows : [titles, ...rows];
  const { lines, widths } = alignRows(withTitles, job.data.widths);
  return { lines, data: { widths, hasHeaders: true } };
}
