import type { Pod } from '../../api/kinds/pod.ts';
import { cacheOf } from '../../client/calls.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import type { Plugin } from '../../scheduler/plugin.ts';
import { frameworkFor } from '../../scheduler/profiles.ts';
import type { QueuedPod } from '../../scheduler/queue.ts';
import type { SchedulerState } from '../../scheduler/state.ts';
import { clockText, lengthText, listOf } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { type Cell, cell, count, type Inside, type Section, table } from './section.ts';

/** As the queue has it: a pod that has waited so long is tried again. */
const MAX_UNSCHEDULABLE_MS = 300_000;

/** kube-scheduler, opened: who waits where and for what, what it has in hand, and what it counts on already. */
export function insideScheduler({ world, simulation, now }: Timeline, part: string): Inside {
  const state = world.states.get(part) as unknown as SchedulerState;
  const title = `Inside ${part}`;
  if (!isUp(world, part)) {
    const summary = 'It is stopped. Its queue was in its memory, and is gone: it lists the pods anew when it starts.';
    return { part, title, summary, sections: [] };
  }
  return {
    part,
    title,
    summary: summaryOf(state),
    sections: [
      handOf(state),
      queueOf('activeQ', 'Ready to be tried; the first row is next.', state.queue.active, state, now),
      queueOf(
        'backoffQ',
        'Worth another try, but too soon: 1 s after the first failure, doubled with each, at most 10 s. When activeQ is empty, one that was refused is taken early.',
        [...state.queue.backingOff.values()],
        state,
        now,
      ),
      queueOf(
        'Unschedulable pods',
        'Tried in vain, or kept back by a gate. Only an event that may help the plugins that refused them wakes them, or five minutes.',
        [...state.queue.unschedulable.values()],
        state,
        now,
      ),
      reservedOf(state),
      cachesOf(state.client, simulation),
    ],
  };
}

function summaryOf({ queue, current, election }: SchedulerState): string {
  if (!election.isLeader) return 'It does not hold the lease kube-scheduler, so it decides nothing.';
  const waiting = queue.active.length + queue.backingOff.size + queue.unschedulable.size;
  const hand = current === null ? 'It has no pod in hand' : `It decides about ${current.key}`;
  return `${hand}; ${waiting === 0 ? 'no pod waits' : `${count(waiting, 'pod')} wait${waiting === 1 ? 's' : ''}`}.`;
}

function handOf({ current, asking, lastDecision, nodes }: SchedulerState): Section {
  const doing = asking === null ? 'filters and scores' : 'waits for the numbers of its plugin';
  const hand: Cell =
    current === null
      ? cell('no pod', 'none')
      : { ...cell(current.key, 'wait', `attempt ${current.attempts}: ${doing}`), pod: current.key };
  return {
    type: 'facts',
    title: 'The decision in hand',
    facts: [
      ['In hand', hand],
      ['Last decision', lastOf(lastDecision)],
      ['Nodes it knows', cell(nodes.size)],
    ],
  };
}

function lastOf(last: SchedulerState['lastDecision']): Cell {
  if (last === null) return cell('none yet', 'none');
  const { pod } = last;
  if (last.type === 'rejected') return { ...cell(`${pod}: no node`, 'bad', last.message), pod };
  const score = last.feasible === 1 ? 'the only one that fitted' : `score ${last.score}`;
  return { ...cell(`${pod}: ${last.node}`, 'ok', `${last.feasible} of ${last.examined} fitted, ${score}`), pod };
}

function queueOf(title: string, note: string, pods: readonly QueuedPod[], state: SchedulerState, now: Millis): Section {
  const isPool = title.startsWith('Unschedulable');
  const isBackOff = title === 'backoffQ';
  const rows = pods.map((entry) => {
    const common = [
      { ...cell(entry.key), pod: entry.key },
      cell(entry.attempts),
      cell(entry.priority),
      cell(clockText(entry.since), undefined, `${lengthText(now - entry.since)} ago`),
    ];
    if (isPool) return [...common, untilCell(entry, now), cell(wakesOf(entry, state))];
    return isBackOff
      ? [...common, cell(clockText(entry.backOffUntil), 'wait', left(entry.backOffUntil - now))]
      : common;
  });
  const more = isPool ? ['Until, at the latest', 'Woken by'] : isBackOff ? ['Not before'] : [];
  return table(title, note, ['Pod', 'Attempts', 'Priority', 'Since', ...more], rows, 'Empty.');
}

function untilCell(entry: QueuedPod, now: Millis): Cell {
  if (isGated(entry)) return cell('its gates are gone', 'wait');
  const until = entry.since + MAX_UNSCHEDULABLE_MS;
  return cell(clockText(until), 'wait', left(until - now));
}

function left(ms: Millis): string {
  return ms <= 0 ? 'at the next look' : `in ${lengthText(ms)}`;
}

/** Refused before it was ever tried: a PreEnqueue plugin keeps it back. */
function isGated({ attempts, plugins }: QueuedPod): boolean {
  return attempts === 0 && plugins.length > 0;
}

/** The events that the plugins which refused a pod asked to be told of. */
function wakesOf({ key, plugins: by }: QueuedPod, state: SchedulerState): string {
  const pod = cacheOf<Pod>(state.client, 'pods').get(key);
  const known = pod && frameworkFor(pod, state.configuration)?.plugins;
  const words = (known ?? [])
    .filter(({ name }) => by.includes(name))
    .map((plugin) => `${plugin.name}: ${eventsOf(plugin) || 'nothing'}`);
  return words.join('; ') || 'nothing: it is tried again by time alone';
}

const ACTIONS = { add: 'comes', update: 'changes', delete: 'goes' } as const;

function eventsOf({ requeueOn }: Plugin): string {
  const kinds = new Map<string, string[]>();
  for (const { kind, action } of requeueOn) kinds.set(kind, [...(kinds.get(kind) ?? []), ACTIONS[action]]);
  const words = [...kinds].map(([kind, actions]) => {
    return `${kind === 'Self' ? 'the pod itself' : `a ${kind}`} ${actions.join(' or ')}`;
  });
  return listOf(words);
}

/** What filters count already although the API does not say it yet. */
function reservedOf({ assumed, held, nominated, preempting }: SchedulerState): Section {
  const rows = [
    ...[...assumed].map(([key, pod]) => {
      const waits = held.has(key);
      const why = waits ? 'waits for its claims before it is bound' : 'bound; the news is on its way';
      return [{ ...cell(key), pod: key }, cell(pod.spec.nodeName ?? ''), cell(waits ? 'held' : 'assumed', 'wait', why)];
    }),
    ...[...nominated].map(([key, node]) => {
      const victims = preempting.get(key)?.left.length ?? 0;
      const why = victims > 0 ? `${count(victims, 'pod')} must go first` : 'room is being made';
      return [{ ...cell(key), pod: key }, cell(node), cell('nominated', 'wait', why)];
    }),
  ];
  const note =
    'Assumed pods take room in its own picture as soon as it has decided; nominated ones while others leave for them.';
  return table('Counted in advance', note, ['Pod', 'Node', 'As'], rows, 'None.');
}
