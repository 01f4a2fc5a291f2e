import { act, type Files, foldTerminals, runToExit, type Session, type Terminal } from '../../sim/index.ts';
import type { Change, FieldChange } from './change.ts';

type Document = NonNullable<Files[string]['documents']>[number];
type Fields = Readonly<Record<string, unknown>>;

/** The one file of the fork, which holds one object at a time. */
const FILE = 'changes.yaml';

/**
 * What applying a file would change, object by object. The requests are real ones, in a fork of the cluster that nobody
 * sees: kubectl gets each object, and lets the server apply it with dryRun=All.
 */
export function changesOf(session: Session, file: string, files: Files): readonly Change[] {
  const fork = session.timeline.fork();
  const { text = '', documents = [], error } = files[file] ?? {};
  let count = 0;
  const run = (line: string, document: Document): Terminal => {
    const id = `change-${++count}`;
    act(fork, line, id, { [FILE]: { text, documents: [document] } });
    runToExit(fork, id);
    return foldTerminals(fork.past).find((terminal) => terminal.id === id) as Terminal;
  };
  const changes = documents.flatMap(itemsOf).map((document) => changeOf(document, run, file));
  if (error === undefined) return changes;
  return [...changes, { name: file, verdict: 'refused', said: [`error: ${error}`], fields: [], lines: [] }];
}

/** While an object changes by itself, the two answers are asked for again, so often at most. */
const MOST_TRIES = 5;

function changeOf(document: Document, run: (line: string, document: Document) => Terminal, file: string): Change {
  let applied: Terminal;
  let merged: Fields | undefined;
  let live: Fields | undefined;
  let tries = 0;
  do {
    applied = run(`kubectl apply --dry-run=server -o json -f ${FILE}`, document);
    merged = applied.exitCode === 0 ? objectIn(applied) : undefined;
    live = merged && objectIn(run(`kubectl get --ignore-not-found -o json -f ${FILE}`, document));
  } while (live !== undefined && versionOf(live) !== versionOf(merged) && ++tries < MOST_TRIES);
  const said = printed(applied, 'err').map((text) => text.replaceAll(FILE, file));
  if (merged === undefined) return { name: nameIn(document), verdict: 'refused', said, fields: [], lines: [] };
  const compared = run(`kubectl diff -f ${FILE}`, document);
  const lines = printed(compared, 'out').filter((text) => !/^(diff -u|---|\+\+\+) /.test(text));
  const name = nameIn(merged);
  if (live === undefined) return { name, verdict: 'created', said, fields: [], lines };
  if (compared.exitCode === 0) return { name, verdict: 'unchanged', said, fields: [], lines: [] };
  return { name, verdict: 'changed', said, fields: fieldsOf(bare(live), bare(merged), ''), lines };
}

function versionOf(object: Fields | undefined): unknown {
  return (object?.['metadata'] as Fields | undefined)?.['resourceVersion'];
}

function printed({ lines }: Terminal, stream: 'out' | 'err'): readonly string[] {
  return lines.filter((line) => line.stream === stream).map(({ text }) => text);
}

function objectIn(terminal: Terminal): Fields | undefined {
  const text = printed(terminal, 'out').join('\n');
  return text === '' ? undefined : (JSON.parse(text) as Fields);
}

/** A List stands for its items. */
function itemsOf(document: Document): readonly Document[] {
  const { kind, items } = (document ?? {}) as { readonly kind?: unknown; readonly items?: unknown };
  return String(kind).endsWith('List') && Array.isArray(items) ? (items as readonly Document[]) : [document];
}

function nameIn(document: unknown): string {
  const { kind = 'object', metadata } = (document ?? {}) as { readonly kind?: unknown; readonly metadata?: Fields };
  return `${String(kind)} ${String(metadata?.['name'] ?? '')}`.trim();
}

/** Without what is kept for machines: the server counts there, and kubectl remembers the file. No file sets a status. */
function bare({ status: _, ...object }: Fields): Fields {
  const { managedFields: _m, generation: _g, resourceVersion: _r, annotations, ...rest } = Object(object['metadata']);
  const { 'kubectl.kubernetes.io/last-applied-configuration': _a, ...others } = Object(annotations);
  return { ...object, metadata: { ...rest, annotations: others } };
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields that differ, by path. Items of lists are known by their name, where they have one. */
function fieldsOf(before: unknown, after: unknown, path: string): readonly FieldChange[] {
  const [left, right] = [named(before), named(after)];
  if (!isMap(left) || !isMap(right)) {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [{ path, before: short(before), after: short(after) }];
  }
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => {
    const step = key.startsWith('[') || path === '' ? key : `.${key}`;
    return fieldsOf(left[key], right[key], `${path}${step}`);
  });
}

/** A list whose items have names, as a map. */
function named(value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => isMap(item) && 'name' in item))
    return value;
  return Object.fromEntries(value.map((item: Fields) => [`[${String(item['name'])}]`, item]));
}

const MOST_LETTERS = 60;

function short(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}
