import type { TraceRecord } from '../../sim/index.ts';
import type { MessageId, Millis } from '../../sim/kernel/message.ts';
import type { HttpRequest, HttpResponse } from '../../sim/protocol/http.ts';
import { Facts } from './facts.ts';

/** One line of a sequence, and the trace's names for it. */
interface Line {
  readonly seq: number;
  readonly at: Millis;
  readonly id: MessageId;
  readonly actor: string;
  readonly text: string;
}

const CALLS = ['runPodSandbox', 'pullImage', 'createContainer', 'startContainer', 'stopContainer', 'stopPodSandbox'];
const DECISIONS = ['scheduler/assumed', 'nodelifecycle/node-silent', 'containerd/exited', 'kubelet/back-off'];
/** A chain of causes longer than this leads to what happened before. */
const FAR = 4000;

/**
 * What was done, in the order in which it was: requests that change something (of kubectl also those that read), calls
 * of the container runtime, and a few decisions. `after 3` names the nearest earlier lines that led to a line. Only
 * that order is promised, here as upstream: two lines without such a chain between them could come the other way round.
 * Only lines after the record `began` are told, with times from then on; of an object only what has changed.
 */
export function sequenceOf(records: readonly TraceRecord[], began: number, from: Millis): readonly string[] {
  const causes = new Map<MessageId, readonly MessageId[]>();
  const answers = new Map<MessageId, number>();
  for (const record of records) {
    if (record.type === 'noted') causes.set(`note ${record.seq}`, record.causes);
    if (record.type !== 'sent') continue;
    const { id, causes: why, replyTo, kind, body } = record.message;
    causes.set(id, replyTo === '' ? why : [...why, replyTo]);
    if (kind === 'response') answers.set(replyTo, (body as unknown as HttpResponse).status);
  }
  const facts = new Facts();
  const lines = records.flatMap((record) => lineOf(record, answers, facts)).filter(({ seq }) => seq > began);
  const numbers = new Map(lines.map(({ id }, index) => [id, index + 1]));
  const above = lines.map(({ id }) => parentsOf(id, causes, numbers));
  return lines.map(({ at, actor, text }, index) => {
    const number = String(index + 1).padStart(3);
    const time = ((at - from) / 1000).toFixed(3).padStart(9);
    const parents = nearest(above[index] ?? [], above);
    const after = parents.length === 0 ? '' : `after ${parents.join(', ')}`;
    return `${number} ${time} s  ${actor.padEnd(23)} ${after.padEnd(11)} ${text}`;
  });
}

function lineOf(record: TraceRecord, answers: ReadonlyMap<MessageId, number>, facts: Facts): readonly Line[] {
  const { seq } = record;
  if (record.type === 'commanded') {
    const { line, fault } = record.command as { line?: string; fault?: { verb: string; target: string } };
    return [{ seq, at: record.at, id: record.id, actor: 'reader', text: line ?? `${fault?.verb} ${fault?.target}` }];
  }
  if (record.type === 'noted') {
    const { what, about = '', ...details } = record.note;
    if (!DECISIONS.includes(what)) return [];
    const more = ['node', 'exitCode', 'backOffMs', 'delayMs'].flatMap((name) =>
      details[name] === undefined ? [] : [`${name} ${details[name]}`],
    );
    return [
      {
        seq,
        at: record.at,
        id: `note ${record.seq}`,
        actor: record.by,
        text: [`(${what})`, about, ...more].join(' ').trim(),
      },
    ];
  }
  if (record.type !== 'sent' || record.message.routine) return [];
  const { id, from, kind, body, at } = { ...record.message, at: record.at };
  if (CALLS.includes(kind)) {
    const { image, name } = body as { image?: string; name?: string };
    return [{ seq, at, id, actor: from, text: `CRI ${kind} ${kind === 'pullImage' ? image : (name ?? '')}`.trim() }];
  }
  if (kind !== 'request') return [];
  const request = body as unknown as HttpRequest;
  if ((request.method === 'GET' && from !== 'kubectl') || /\/(leases|token)(\/|$)/.test(request.path)) return [];
  const status = answers.get(id) ?? 0;
  const refused = status === 0 ? ' -> no answer' : status > 299 ? ` -> ${status}` : '';
  return [{ seq, at, id, actor: from, text: `${facts.tell(request)}${refused}` }];
}

/** The lines that led to a message, as far back as to the first line on each way. */
function parentsOf(
  id: MessageId,
  causes: ReadonlyMap<MessageId, readonly MessageId[]>,
  numbers: ReadonlyMap<MessageId, number>,
): readonly number[] {
  const found = new Set<number>();
  const seen = new Set<MessageId>();
  const open = [...(causes.get(id) ?? [])];
  for (let cause = open.pop(); cause !== undefined && seen.size < FAR; cause = open.pop()) {
    if (seen.has(cause)) continue;
    seen.add(cause);
    const number = numbers.get(cause);
    if (number === undefined) open.push(...(causes.get(cause) ?? []));
    else found.add(number);
  }
  return [...found].sort((a, b) => a - b);
}

/** Without those that already led to another one of them. */
function nearest(parents: readonly number[], above: readonly (readonly number[])[]): readonly number[] {
  const before = new Set<number>();
  const visit = (number: number): void => {
    for (const parent of above[number - 1] ?? []) {
      if (before.has(parent)) continue;
      before.add(parent);
      visit(parent);
    }
  };
  for (const parent of parents) visit(parent);
  return parents.filter((parent) => !before.has(parent));
}
