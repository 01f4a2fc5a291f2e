import type { KubeObject } from '../../api/meta.ts';
import { seatsOf } from '../../apiserver/guard/fairness.ts';
import type { ApiServerState, Pending } from '../../apiserver/state.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { clockText, lengthText, plainName } from '../../view/names.ts';
import { narrateRequest, plainOf } from '../../view/narrate.ts';
import { objectOf, subjectOf } from '../../view/subject.ts';
import { latestRequests, type TracedRequest } from './requests.ts';
import { cell, type Inside, type Section, table } from './section.ts';
import { type Place, stagesOf } from './stages.ts';

/** So many requests are shown. */
const SHOWN = 12;

/** kube-apiserver, opened: the last requests in its handler chain, those without an answer, seats, watch caches. */
export function insideApiServer({ world, past, now }: Timeline, part: string): Inside {
  const state = world.states.get(part) as unknown as ApiServerState;
  const title = `Inside ${part}`;
  if (!isUp(world, part)) {
    const summary =
      'It is stopped. It keeps nothing of its own: its caches and open watches are gone, and all objects are in etcd.';
    return { part, title, summary, sections: [] };
  }
  return {
    part,
    title,
    summary: summaryOf(state),
    sections: [
      chainOf(state, latestRequests(past, part, SHOWN)),
      pendingOf(state, now),
      seatsIn(state),
      cachesIn(state),
    ],
  };
}

function summaryOf({ pending, waiting, held, watchers, etcd }: ApiServerState): string {
  const open = pending.size + waiting.length + held.length;
  const requests = open === 0 ? 'No request is without an answer' : `Requests without an answer: ${open}`;
  return `${requests}. Watches open: ${watchers.size}. It asks ${etcd}.`;
}

function chainOf(state: ApiServerState, requests: readonly TracedRequest[]): Section {
  return {
    type: 'chain',
    title: 'The handler chain',
    note: 'The last requests, the newest first; routine such as leases and heartbeats is left out. A stage either lets a request on, or answers it.',
    requests: requests.map((request) => ({
      id: request.message.id,
      at: clockText(request.message.at),
      text: requestText(request),
      sentence: sentenceOf(request),
      origin: request.origin,
      answer: answerText(request),
      stages: stagesOf(request, placeOf(state, request.message.id)),
    })),
    empty: 'No request has come yet.',
  };
}

function requestText({ message }: TracedRequest): string {
  const { method, path, query = {}, body } = message.body as HttpRequest;
  const { name, generateName } = (body as Partial<KubeObject> | undefined)?.metadata ?? {};
  const made = method === 'POST' ? (name ?? generateName) : undefined;
  const verb = query['watch'] === 'true' ? 'GET, as a watch,' : method;
  return `${plainName(message.from)}: ${verb} ${path}${made === undefined ? '' : ` (${made})`}`;
}

function sentenceOf({ message }: TracedRequest): string {
  const subject = subjectOf(message);
  if (subject?.verb === 'WATCH') return `${plainName(message.from)} asks to be told of every change from now on.`;
  return subject === undefined ? '' : plainOf(narrateRequest(message, subject, objectOf(subject)));
}

function answerText({ answer }: TracedRequest): string {
  if (answer === undefined) return 'no answer yet';
  if (answer.kind !== 'response') return 'a watch, open since';
  const { status, body } = answer.body as HttpResponse;
  const { reason = '' } = (body ?? {}) as { readonly reason?: string };
  return status >= 400 ? `${status} ${reason}`.trim() : String(status);
}

function placeOf(state: ApiServerState, id: string): Place {
  if (state.held.some((message) => message.id === id)) return { at: 'held' };
  if (state.waiting.some(({ message }) => message.id === id)) return { at: 'line' };
  for (const pending of state.pending.values()) {
    if (pending.call.id === id || pending.call.collection === id) return { at: 'asks', text: asksText(pending) };
  }
  return undefined;
}

const ASKS: Readonly<Record<Pending['next']['stage'], string>> = {
  namespace: 'is its namespace there',
  account: 'is its ServiceAccount there',
  evictee: 'the pod to be evicted, as it is',
  budget: 'its disruption budget, written first',
  charged: 'its quotas, written first',
  lease: 'a lease for the Event',
  isFree: 'is the name free',
  created: 'the write of the new object',
  current: 'the object as it is now',
  updated: 'the write of the change',
  removed: 'the deletion',
  read: 'the object',
  listed: 'the list',
  collected: 'what is to be deleted',
  kubelet: 'its log or a command',
};

function asksText({ next, to, isWaiting }: Pending): string {
  const again = next.stage === 'account' ? '; not yet, it asks again' : '; nobody answered, it asks again';
  return `waits for ${plainName(to)}: ${ASKS[next.stage]}${isWaiting ? again : ''}`;
}

function pendingOf({ pending, waiting }: ApiServerState, now: number): Section {
  const asking = [...pending.values()].map((one) => {
    const { call, askedAt } = one;
    const { method, path } = call.request;
    return [
      cell(`${method} ${path}`),
      cell(call.user.name),
      cell('in storage', 'wait', asksText(one)),
      cell(lengthText(now - askedAt)),
    ];
  });
  const inLine = waiting.map(({ message, user, place, receivedAt }) => [
    cell(`${message.body.method} ${message.body.path}`),
    cell(user.name),
    cell('in line', 'wait', `level ${place.level}`),
    cell(lengthText(now - receivedAt)),
  ]);
  const note = 'Everything that is in it at this instant, routine too.';
  return table('Without an answer', note, ['Request', 'By', 'Stands', 'For'], [...asking, ...inLine], 'None.', 20);
}

function seatsIn({ seats, waiting, config }: ApiServerState): Section {
  const levels = [...seats].filter(([, taken]) => taken > 0);
  const rows = levels.map(([level, taken]) => {
    const all = level === 'exempt' ? 'no limit' : String(seatsOf(level, config.maxInflight));
    return [cell(level), cell(taken), cell(all), cell(waiting.filter(({ place }) => place.level === level).length)];
  });
  const note = 'Each priority level has its share of all seats; a request keeps one until it is answered.';
  return table('Seats taken', note, ['Level', 'Taken', 'Of', 'In line'], rows, 'All seats are free.');
}

function cachesIn({ caches, watchers }: ApiServerState): Section {
  const listeners = new Map<string, Set<string>>();
  for (const { resource, client } of watchers.values()) {
    listeners.set(resource, (listeners.get(resource) ?? new Set()).add(client));
  }
  const all = [...caches].map(([name, cache]) => ({ name, cache, by: [...(listeners.get(name) ?? [])] }));
  const isQuiet = ({ cache }: (typeof all)[number]) => cache.isReady && cache.objects.size === 0;
  const quiet = all.filter(isQuiet).map(({ name }) => name);
  const rows = all
    .filter((one) => !isQuiet(one))
    .sort(
      (a, b) => b.by.length - a.by.length || b.cache.objects.size - a.cache.objects.size || (a.name < b.name ? -1 : 1),
    )
    .map(({ name, cache, by }) => [
      cell(name),
      cell(cache.isReady ? 'ready' : cache.phase, cache.isReady ? 'ok' : 'wait'),
      cell(cache.objects.size),
      cell(cache.revision),
      cell(by.length, undefined, namesOf(by)),
    ]);
  const rest = quiet.length === 0 ? '' : ` Ready and without an object: ${quiet.join(', ')}.`;
  const note = `One list and one watch of etcd for each kind feeds all who watch it here.${rest}`;
  return table('Watch caches', note, ['Kind', 'State', 'Objects', 'Revision', 'Watched by'], rows, 'None.', 60);
}

function namesOf(clients: readonly string[]): string {
  const names = [...new Set(clients.map((client) => client.split('/')[0] ?? client))];
  return names.join(', ');
}
