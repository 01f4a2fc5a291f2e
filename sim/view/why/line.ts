import { resourceOfWord } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { AnyMessage, MessageId } from '../../kernel/message.ts';
import type { HttpResponse, WatchFrame } from '../../protocol/http.ts';
import { splitPath } from '../subject.ts';
import { type History, type Noted, registryKey } from './history.ts';
import type { ObjectName } from './question.ts';

/** The object that a printed line shows, and the revision at which kubectl was told of it. */
export interface LineObject {
  readonly object: ObjectName;
  readonly revision: number;
}

/** Cells that are counted from the clock. */
const CLOCKED = ['AGE', 'LAST SEEN', 'FIRST SEEN'];

/**
 * The row that a line prints: one of the objects in the answer that made kubectl print, all of whose cells stand in the
 * line. Undefined for headings, messages and whatever else shows no row. `startOf` gives objects as the history began.
 */
export function askOfLine(
  history: History,
  printed: Noted,
  startOf: (object: ObjectName) => KubeObject | undefined,
): LineObject | undefined {
  const fields = String(printed.note['text'])
    .trim()
    .toLowerCase()
    .split(/\s{2,}/);
  for (const cause of answersBehind(history, printed.causes)) {
    const kind = kindOf(history, cause.id);
    const columns = (resourceOfWord(kind)?.columns ?? []).filter(({ priority, name }) => {
      return priority === 0 && !CLOCKED.includes(name.toUpperCase());
    });
    for (const { metadata } of columns.length === 0 ? [] : objectsIn(cause)) {
      const { name, namespace = '', resourceVersion } = metadata;
      const row = { object: { kind, namespace, name }, revision: Number(resourceVersion) };
      const found = objectAt(history, row, startOf);
      const isShownAt = (now: number) =>
        columns.every((column) => isIn(fields, String(column.cell(found as KubeObject, now))));
      if (found !== undefined && (isShownAt(cause.sentAt) || isShownAt(printed.at))) return row;
    }
  }
  return undefined;
}

/** Whether a cell is among the fields of a line; `kubectl get all` writes names with their kind. */
function isIn(fields: readonly string[], cell: string): boolean {
  const text = cell.trim().toLowerCase();
  return text === '' || fields.some((field) => field === text || field.endsWith(`/${text}`));
}

/** One run asks at most so often. */
const MOST_ANSWERS = 40;

/** What kubectl had heard in this run, the last first. */
function answersBehind(history: History, causes: readonly MessageId[]): readonly AnyMessage[] {
  const found: AnyMessage[] = [];
  const open = [...causes];
  for (let at = 0; at < open.length && at < MOST_ANSWERS; at++) {
    const message = history.sent.get(open[at] as MessageId)?.message;
    if (message === undefined) continue;
    if (message.to === 'kubectl' && message.from !== 'kubectl') found.push(message);
    open.push(message.replyTo === '' ? '' : message.replyTo, ...(message.from === 'kubectl' ? message.causes : []));
  }
  return found;
}

function objectAt(
  history: History,
  { object, revision }: LineObject,
  startOf: (object: ObjectName) => KubeObject | undefined,
): KubeObject | undefined {
  const known = history.revisions.get(registryKey(object))?.findLast((one) => one.revision <= revision);
  return known === undefined ? startOf(object) : known.object;
}

/** The objects that an answer or a watch frame carries: rows of a table, or items of a list. */
function objectsIn(answer: AnyMessage): readonly KubeObject[] {
  const body = answer.body as Partial<HttpResponse & WatchFrame> | null | undefined;
  const { rows, items } = (body?.body ?? body?.object ?? {}) as {
    readonly rows?: readonly { readonly object?: KubeObject }[];
    readonly items?: readonly KubeObject[];
  };
  return items ?? (rows ?? []).flatMap(({ object }) => object ?? []);
}

/** The kind of them, from the path that was asked for: rows carry only their metadata. */
function kindOf(history: History, cause: string): string {
  const message = history.sent.get(cause)?.message;
  const { watch } = (message?.body ?? {}) as { readonly watch?: string };
  const asked = history.sent.get(watch ?? message?.replyTo ?? '')?.message;
  const { path = '' } = (asked?.body ?? {}) as { readonly path?: string };
  return splitPath(path).kind;
}
