import type { Deed, FileText, SharedMoment } from './moment.ts';

/** What a moment may be of: the page's own sessions with their files, and its views. */
export interface Known {
  readonly stage: string;
  readonly sessions: Readonly<Record<string, readonly string[]>>;
  readonly views: readonly string[];
  /** On the playground: its scenario files by name. There the reader names files, and a moment brings its cluster. */
  readonly library?: Readonly<Record<string, string>> | undefined;
}

/** Why a moment cannot be shown, for the reader. */
export interface Refused {
  readonly problem: string;
}

/** The form of the text; another number is another version of the course. */
const FORM = 1;
/** What a link may unfold to. */
export const MOST_TEXT = 65_536;
const MOST_DEEDS = 200;
const MOST_LINE = 2000;
const MOST_FILE = 20_000;
const MOST_FILES = 20;
/** A file of the reader's own on the playground. */
const OWN_FILE = /^[a-z0-9][\w.-]{0,59}\.ya?ml$/i;
const MOST_SCENARIO = 100_000;
/** The longest time a cluster may have run, in ms: a day. */
const MOST_MS = 86_400_000;
/** So many deliveries are made again at most: some seconds of work. */
export const MOST_DELIVERED = 400_000;

const DAMAGED: Refused = { problem: 'This link is damaged: a part of it is missing or was changed on the way.' };
const OTHER: Refused = {
  problem: 'This link was made with another version of the course, which this one cannot read.',
};
const ELSEWHERE: Refused = { problem: 'This link leads to a cluster that this page does not have.' };
const TOO_MUCH: Refused = { problem: 'This link holds more than a story of this course can be: it is not opened.' };

/** The shortest JSON that says a moment: numbers as differences, names only where they are not the usual ones. */
export function textOf(moment: SharedMoment, { stage, library }: Pick<Known, 'stage' | 'library'>): string {
  const { session, hash, at, delivered, view, selection, deeds, scenario } = moment;
  let before = { at: 0, delivered: 0 };
  const rows = deeds.map((deed, index) => {
    const place = [deed.at - before.at, deed.delivered - before.delivered];
    before = deed;
    return [LETTERS[deed.kind], ...place, ...restOf(deed, `run-${index + 1}`)];
  });
  const cluster = scenario === undefined ? [] : [writtenScenario(scenario, library ?? {})];
  return JSON.stringify([
    FORM,
    session === stage ? '' : session,
    hash,
    at,
    delivered,
    view,
    selection,
    rows,
    ...cluster,
  ]);
}

/** One of the library is its name and what its file comes to; another is the whole file. */
function writtenScenario(text: string, library: Readonly<Record<string, string>>): unknown {
  const name = Object.keys(library).find((candidate) => library[candidate] === text);
  return name === undefined ? text : [name, checksum(text)];
}

const LETTERS = { kubectl: 'k', interrupt: 'i', saved: 's', fault: 'f' } as const;

function restOf(deed: Deed, usual: string): readonly unknown[] {
  if (deed.kind === 'saved') return [deed.run, deed.text];
  if (deed.kind !== 'kubectl') return [deed.kind === 'fault' ? deed.line : deed.run];
  const { line, files, run } = deed;
  if (run !== usual) return [line, files, run];
  return files.length > 0 ? [line, files] : [line];
}

/**
 * Reads what anybody may have written. Only what has the shape of a moment of this page passes, within limits, built
 * anew field by field; all else is refused with a sentence. It never throws, and nothing of it is run or shown here.
 */
export function readText(text: string, known: Known, most = MOST_TEXT): SharedMoment | Refused {
  if (text.length > most) return TOO_MUCH;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return DAMAGED;
  }
  if (!Array.isArray(data)) return DAMAGED;
  if (data[0] !== FORM) return OTHER;
  const [, name, hash, at, delivered, view, selection, rows, written] = data as readonly unknown[];
  const session = name === '' ? known.stage : name;
  const length = known.library === undefined ? 8 : 9;
  if (data.length !== length || typeof session !== 'string' || !isText(hash, /^[0-9a-f]{16}$/)) return DAMAGED;
  if (!Object.hasOwn(known.sessions, session)) return ELSEWHERE;
  if (!isText(selection, /^[\w./:-]{0,300}$/) || typeof view !== 'string' || !Array.isArray(rows)) return DAMAGED;
  if (!known.views.includes(view)) return OTHER;
  if (!isWithin(at, MOST_MS) || !isWithin(delivered, MOST_DELIVERED) || rows.length > MOST_DEEDS) return TOO_MUCH;
  const names = known.sessions[session] ?? [];
  const deeds = readDeeds(rows, known.library === undefined ? (name) => names.includes(name) : isOwnFile);
  if (deeds === undefined) return DAMAGED;
  const last = deeds.at(-1);
  if (last !== undefined && (last.at > at || last.delivered > delivered)) return DAMAGED;
  const moment = { session, hash, at, delivered, view, selection, deeds };
  if (known.library === undefined) return moment;
  const scenario = readScenario(written, known.library);
  return typeof scenario === 'string' ? { ...moment, scenario } : scenario;
}

/** The text of a scenario file; what it says is for the thread to judge. */
function readScenario(written: unknown, library: Readonly<Record<string, string>>): string | Refused {
  if (typeof written === 'string') return written.length > MOST_SCENARIO ? TOO_MUCH : written;
  if (!Array.isArray(written) || written.length !== 2) return DAMAGED;
  const [name, sum] = written as readonly unknown[];
  if (typeof name !== 'string' || typeof sum !== 'string') return DAMAGED;
  const text = Object.hasOwn(library, name) ? library[name] : undefined;
  return text === undefined || checksum(text) !== sum ? OTHER : text;
}

/** FNV-1a, 8 hex digits: tells an edited file from the one that was shared; it protects from nothing. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}

function isOwnFile(name: string): boolean {
  return OWN_FILE.test(name);
}

type IsKnown = (file: string) => boolean;

function readDeeds(rows: readonly unknown[], isKnown: IsKnown): readonly Deed[] | undefined {
  const deeds: Deed[] = [];
  let place = { at: 0, delivered: 0 };
  for (const row of rows) {
    if (!Array.isArray(row)) return undefined;
    const [letter, later, more, ...rest] = row as readonly unknown[];
    if (!isWithin(later, MOST_MS) || !isWithin(more, MOST_DELIVERED)) return undefined;
    place = { at: place.at + later, delivered: place.delivered + more };
    const deed = readDeed(letter, rest, `run-${deeds.length + 1}`, isKnown);
    if (deed === undefined) return undefined;
    deeds.push({ ...place, ...deed });
  }
  return deeds;
}

type Bare<D> = D extends Deed ? Omit<D, 'at' | 'delivered'> : never;

function readDeed(letter: unknown, rest: readonly unknown[], usual: string, isKnown: IsKnown): Bare<Deed> | undefined {
  const [line, files = [], run = usual] = rest;
  if (letter === 'i') return rest.length === 1 && isRun(line) ? { kind: 'interrupt', run: line } : undefined;
  if (letter === 's') {
    const isSaved = rest.length === 2 && isRun(line) && typeof files === 'string' && files.length <= MOST_FILE;
    return isSaved ? { kind: 'saved', run: line, text: files } : undefined;
  }
  if (!isLine(line)) return undefined;
  if (letter === 'f') return rest.length === 1 ? { kind: 'fault', line } : undefined;
  if (letter !== 'k' || rest.length > 3 || !isRun(run)) return undefined;
  const read = readFiles(files, isKnown);
  return read === undefined ? undefined : { kind: 'kubectl', run, line, files: read };
}

/** Only the page's own files, each once. */
function readFiles(files: unknown, isKnown: IsKnown): readonly FileText[] | undefined {
  if (!Array.isArray(files) || files.length > MOST_FILES) return undefined;
  const read: FileText[] = [];
  for (const file of files) {
    if (!Array.isArray(file) || file.length !== 2) return undefined;
    const [name, text] = file as readonly unknown[];
    if (typeof name !== 'string' || !isKnown(name) || read.some(([other]) => other === name)) return undefined;
    if (typeof text !== 'string' || text.length > MOST_FILE) return undefined;
    read.push([name, text]);
  }
  return read;
}

function isRun(value: unknown): value is string {
  return isText(value, /^[a-z]+-\d{1,4}$/);
}

function isLine(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_LINE;
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isWithin(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}
