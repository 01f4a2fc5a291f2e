import type { SavedSession } from '../../session/protocol.ts';
import type { Saved } from '../../session/saved.ts';

/** Progress by page address. */
export type Pages = ReadonlyMap<string, Saved>;

/** What a file of progress may weigh, in bytes. */
export const MOST_BYTES = 1_000_000;

const NAME = 'kubernetes-architecture';
/** The longest time a cluster may have run, in ms: a day. To come back to it, it is run again. */
const MOST_MS = 86_400_000;
const MOST_ENTRIES = 200;
const MOST_TEXT = 100_000;
const KEY = /^[a-z][\w:./-]{0,99}$/i;

/** What widgets keep, by key. One that keeps something new gets a line here, or its answer is lost on the way. */
const ANSWERS: readonly (readonly [key: RegExp, isFit: (value: unknown) => boolean])[] = [
  [/^predict-\d+$/, isGuess],
  [/^solved:/, (value) => value === true],
  [/^recall-\d+$/, isRecalled],
  [/^terminal-history$/, (value) => isList(value, isLine)],
];

/** What was understood of a file, and what was left out of it; or why it cannot be used. */
export type Import = { readonly pages: Pages; readonly strange: number } | { readonly problem: string };

/** The text of a file that {@link readImport} reads. */
export function exportText(pages: Pages): string {
  return `${JSON.stringify({ course: NAME, version: 1, pages: Object.fromEntries(pages) }, null, 1)}\n`;
}

/**
 * Reads a file that anyone may have written. Only pages of `paths` are taken, and of them only what has the shape of
 * progress; the rest is counted and left out. Nothing of it is run.
 */
export function readImport(text: string, paths: readonly string[]): Import {
  if (text.length > MOST_BYTES) return { problem: 'The file is larger than 1 MB. No logbook is.' };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { problem: 'The file is not JSON. Choose one that this page has exported.' };
  }
  if (!isRecord(data) || data['course'] !== NAME) return { problem: 'This is not a logbook of this course.' };
  if (data['version'] !== 1 || !isRecord(data['pages'])) {
    return { problem: 'This logbook was written by another version of the course.' };
  }
  const entries = Object.entries(data['pages']);
  const known = entries.flatMap(([path, page]): [string, Saved][] => {
    const saved = paths.includes(path) ? readSaved(page) : undefined;
    return saved === undefined ? [] : [[path, saved]];
  });
  return { pages: new Map(known), strange: entries.length - known.length };
}

/** Of each page the further state: all answers of both, and of each cluster the story with more commands. */
export function merge(own: Saved | undefined, other: Saved): Saved {
  if (own === undefined) return other;
  const sessions: Record<string, SavedSession> = { ...other.sessions };
  for (const [id, session] of Object.entries(own.sessions)) {
    const theirs = other.sessions[id];
    sessions[id] = theirs !== undefined && isFurther(theirs, session) ? theirs : session;
  }
  return { ...other, ...own, answers: { ...other.answers, ...own.answers }, sessions };
}

function isFurther(a: SavedSession, b: SavedSession): boolean {
  const more = commandsIn(a.commands) - commandsIn(b.commands);
  return more > 0 || (more === 0 && a.now > b.now);
}

/** How many commands are logged; -1 when the text is no log of commands. */
function commandsIn(text: string): number {
  try {
    const commands: unknown = JSON.parse(text);
    return Array.isArray(commands) && commands.every(isCommand) ? commands.length : -1;
  } catch {
    return -1;
  }
}

function readSaved(page: unknown): Saved | undefined {
  if (!isRecord(page) || page['version'] !== 1) return undefined;
  const answers = Object.fromEntries(
    entriesOf(page['answers']).filter(([key, value]) => ANSWERS.some(([of, isFit]) => of.test(key) && isFit(value))),
  );
  const sessions = Object.fromEntries(
    entriesOf(page['sessions']).flatMap(([id, value]) => {
      const session = readSession(value);
      return session === undefined ? [] : [[id, session]];
    }),
  );
  const word = (key: string) => (isLine(page[key]) ? { [key]: page[key] } : {});
  return { version: 1, answers, sessions, ...word('active'), ...word('speed') };
}

function readSession(value: unknown): SavedSession | undefined {
  if (!isRecord(value)) return undefined;
  const { commands, now } = value;
  if (typeof commands !== 'string' || commands.length > MOST_TEXT || commandsIn(commands) < 0) return undefined;
  if (!isWithin(now, MOST_MS)) return undefined;
  const files = entriesOf(value['files']).flatMap(([name, text]): [string, string][] =>
    typeof text === 'string' && text.length <= MOST_TEXT ? [[name, text]] : [],
  );
  return { files: Object.fromEntries(files), commands, now };
}

/** Entries whose keys could be ours; `__proto__` and its like are not. */
function entriesOf(value: unknown): readonly [string, unknown][] {
  return isRecord(value)
    ? Object.entries(value)
        .filter(([key]) => KEY.test(key))
        .slice(0, MOST_ENTRIES)
    : [];
}

function isGuess(value: unknown): boolean {
  if (!isRecord(value) || !Number.isInteger(value['choice'])) return false;
  const { outcome, seen } = value;
  const isOutcome = outcome === undefined || isList(outcome, (one) => typeof one === 'boolean');
  return isOutcome && (seen === undefined || seen === true);
}

function isRecalled(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { choice = 0, order = [], knew = true, right = true } = value;
  const isFlags = typeof knew === 'boolean' && typeof right === 'boolean';
  return isFlags && Number.isInteger(choice) && isList(order, Number.isInteger);
}

function isCommand(value: unknown): boolean {
  return (
    isRecord(value) && isWithin(value['at'], MOST_MS) && isWithin(value['delivered'], 1e8) && isRecord(value['command'])
  );
}

function isList(value: unknown, isFit: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= MOST_ENTRIES && value.every(isFit);
}

function isLine(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 2000;
}

function isWithin(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
