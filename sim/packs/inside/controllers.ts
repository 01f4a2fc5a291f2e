import type { Hosted, ManagerState } from '../../controllers/hosted.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import { clockText, lengthText } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { type Cell, cell, count, type Inside, type Section, table } from './section.ts';

/** kube-controller-manager, opened: the work queue of each loop, and the caches that all of them share. */
export function insideControllers({ world, simulation, now }: Timeline, part: string): Inside {
  const state = world.states.get(part) as unknown as ManagerState;
  const title = `Inside ${part}`;
  if (!isUp(world, part)) {
    const summary =
      'It is stopped. Its queues were in its memory, and are gone: each loop looks at everything anew when it starts.';
    return { part, title, summary, sections: [] };
  }
  const loops = [...state.hosted];
  const busy = loops.filter(([, hosted]) => itemsOf(hosted, now).length > 0);
  return {
    part,
    title,
    summary: summaryOf(state, loops.length, busy.length),
    sections: [itemsIn(busy, now), loopsOf(loops), cachesOf(state.client, simulation)],
  };
}

function summaryOf({ isRunning, election }: ManagerState, loops: number, busy: number): string {
  if (!election.isLeader) return 'It does not hold the lease kube-controller-manager, so none of its loops works.';
  if (!isRunning) return 'Its loops wait until every informer has listed once.';
  return `${count(loops, 'control loop')} share one set of caches. ${busy === 0 ? 'None has anything to do' : `${busy} of them have something to do or to wait for`}.`;
}

/** Where a key of a queue stands. */
export interface Item {
  readonly key: string;
  readonly is: Cell;
}

/** Where each key of a loop stands: in work, in the queue, or until when it waits. */
export function itemsOf(
  { queue, jobs, delayed }: Pick<Hosted, 'queue' | 'jobs' | 'delayed'>,
  now: Millis,
): readonly Item[] {
  const failed = (key: string) => queue.failures.get(key) ?? 0;
  const again = (key: string) => (failed(key) === 0 ? '' : `failed ${count(failed(key), 'time')} in a row`);
  const working = [...queue.processing].map((key) => {
    const job = jobs.get(key);
    const doing = job === undefined ? '' : `waits for ${count(job.outstanding, 'answer')}`;
    const more = [doing, queue.causes.has(key) ? 'changed meanwhile: once more after it' : '', again(key)];
    return { key, is: cell('in work', 'ok', more.filter((text) => text !== '').join('; ')) };
  });
  const ready = queue.ready.map((key) => ({ key, is: cell('in the queue', 'wait', again(key)) }));
  const later = [...delayed].map(([key, at]) => {
    const when = `until ${clockText(at)}, in ${lengthText(Math.max(0, at - now))}`;
    const isBackOff = failed(key) > 0;
    const is = isBackOff ? cell('backing off', 'bad', `${when}; ${again(key)}`) : cell('will look again', 'none', when);
    return { key, is };
  });
  return [...working, ...ready, ...later];
}

function itemsIn(loops: readonly (readonly [string, Hosted])[], now: Millis): Section {
  const rows = loops.flatMap(([name, hosted]) =>
    itemsOf(hosted, now).map(({ key, is }) => [cell(name), cell(key), is]),
  );
  const note =
    'A key is in its queue once, however much has happened to it. After a failure it waits 5 ms (in some loops 1 s), doubled each time.';
  return table('Work queues', note, ['Loop', 'Key', 'Stands'], rows, 'All of them are empty.', 60);
}

function loopsOf(loops: readonly (readonly [string, Hosted])[]): Section {
  const isIdle = ([, { last, queue, delayed }]: readonly [string, Hosted]) =>
    last === '' && queue.causes.size + delayed.size === 0;
  const idle = loops.filter(isIdle).map(([name]) => name);
  const rows = loops
    .filter((loop) => !isIdle(loop))
    .map(([name, { queue, delayed, last }]) => [
      cell(name),
      cell(queue.ready.length),
      cell(queue.processing.size),
      cell(delayed.size),
      cell(queue.failures.size, queue.failures.size > 0 ? 'bad' : undefined),
      cell(last === '' ? 'nothing yet' : last),
    ]);
  const rest = idle.length === 0 ? '' : ` These have not had a key yet: ${idle.join(', ')}.`;
  const columns = ['Loop', 'Queued', 'In work', 'Later', 'Failing', 'Looked at last'];
  return table('The loops', `Each has a queue of its own.${rest}`, columns, rows, 'None has had a key yet.', 60);
}
