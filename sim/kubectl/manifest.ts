import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import type { JsonValue } from '../api/meta.ts';
import type { ParsedFile } from '../protocol/terminal.ts';

/** Where something stands in a file, from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

/** The place of a path such as `spec.containers[0].image`; of its nearest known parent when it is missing. */
export type PlaceOf = (path: string) => FilePlace;

/** One document of a file. */
export interface ManifestDocument {
  readonly object: JsonValue;
  /** Where the document begins. */
  readonly place: FilePlace;
  readonly placeOf: PlaceOf;
}

/** Why a file could not be read. Lines and columns are 1-based; `message` is the text after `error parsing <file>: `. */
export interface ManifestError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** One sentence for people. */
  readonly sentence: string;
}

/** What a file holds. The documents before an error are there. */
export interface Manifests {
  readonly documents: readonly ManifestDocument[];
  /** What kubectl accepts in silence, but a person should know: a key that stands twice (the last one counts). */
  readonly warnings: readonly ManifestError[];
  readonly error?: ManifestError;
}

/** What etcd and the API server would refuse anyway: requests are limited to 3 MiB, objects to 1.5 MiB. */
const MAX_CHARACTERS = 1_000_000;
/** Anchors may not blow a small file up. */
const MAX_ALIASES = 100;

/**
 * Reads a file of YAML or JSON documents as kubectl does (sigs.k8s.io/yaml: YAML 1.1 booleans, the last of two equal
 * keys counts).
 * Pure and bounded: a file over a million characters is refused without being parsed.
 */
export function parseManifests(text: string, fileName: string): Manifests {
  if (text.length > MAX_CHARACTERS) return tooLong(text, fileName);
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.1',
    merge: true,
    prettyErrors: false,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || isJsonTag(tag)),
  });
  const documents: ManifestDocument[] = [];
  const warnings: ManifestError[] = [];
  for (const document of parsed) {
    const problems = document.errors.filter((problem) => problem.code !== 'DUPLICATE_KEY');
    for (const { code, pos } of document.errors) if (code === 'DUPLICATE_KEY') warnings.push(duplicate(pos[0], lines));
    if (problems.length > 0) return { documents, warnings, error: explain(problems, text, lines) };
    const read = readDocument(document as Document, lines);
    if ('message' in read) return { documents, warnings, error: read };
    if (read.object !== null) documents.push(read);
  }
  return { documents, warnings };
}

/** The form that a run of kubectl takes. */
export function toParsedFile(text: string, fileName: string): ParsedFile {
  const { documents, error } = parseManifests(text, fileName);
  if (error !== undefined) return { text, error: error.message };
  return { text, documents: documents.map((document) => document.object) };
}

/** kubectl's parser knows neither dates nor base-60 numbers: `12:30` and `2026-01-01` are text. */
function isJsonTag(tag: { readonly tag: string; readonly format?: string }): boolean {
  return tag.format !== 'TIME' && !/timestamp|binary|omap|pairs|set$/.test(tag.tag);
}

function readDocument(document: Document, lines: LineCounter): ManifestDocument | ManifestError {
  const start = placeAt(lines, document.contents?.range?.[0] ?? document.range?.[0] ?? 0);
  try {
    const object = plain(document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
    return { object, place: start, placeOf: (path) => findPlace(document, lines, path, start) };
  } catch (problem) {
    const alias = /Unresolved alias.*: (\S+)$/.exec((problem as Error).message)?.[1];
    const why = alias === undefined ? 'document contains excessive aliasing' : `unknown anchor '${alias}' referenced`;
    const sentence =
      alias === undefined
        ? 'This file repeats itself through too many aliases (*name).'
        : `The alias *${alias} has no anchor &${alias} before it.`;
    return { ...start, message: `error converting YAML to JSON: yaml: ${why}`, sentence };
  }
}

/** JSON data; map keys become strings. */
function plain(value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  if (value instanceof Map) return plain(Object.fromEntries([...value].map(([key, item]) => [String(key), item])));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return value as JsonValue;
  const fields = Object.entries(value as Record<string, unknown>).map(([key, item]) => [key, plain(item)]);
  return Object.fromEntries(fields) as JsonValue;
}

function placeAt(lines: LineCounter, offset: number): FilePlace {
  const { line, col: column } = lines.linePos(offset);
  return { line, column };
}

function findPlace(document: Document, lines: LineCounter, path: string, start: FilePlace): FilePlace {
  let node: unknown = document.contents;
  let place = start;
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    const next = child(node, step);
    if (next === undefined) return place;
    node = next.value;
    place = placeAt(lines, next.offset);
  }
  return place;
}

function child(node: unknown, step: string): { readonly value: unknown; readonly offset: number } | undefined {
  if (isMap(node)) {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key) || String(pair.key.value) !== step) continue;
      return { value: pair.value, offset: pair.key.range?.[0] ?? 0 };
    }
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)] as { range?: readonly number[] } | undefined;
    if (item !== undefined) return { value: item, offset: item.range?.[0] ?? 0 };
  }
  return undefined;
}

function duplicate(offset: number, lines: LineCounter): ManifestError {
  const { line, column } = placeAt(lines, offset);
  const sentence = `Line ${line}: this key stands twice in the same object. kubectl takes the last one.`;
  return { line, column, message: sentence, sentence };
}

function tooLong(text: string, fileName: string): Manifests {
  const sentence = `${fileName} has ${text.length} characters. The longest file this page reads has ${MAX_CHARACTERS}.`;
  return { documents: [], warnings: [], error: { line: 1, column: 1, message: sentence, sentence } };
}

/**
 * Our parser is not kubectl's: its position is kept for the editor, and the text is libyaml's. libyaml counts the lines of
 * its parser (not of its scanner) from 0, so kubectl's number is then one less.
 */
function explain(problems: readonly YAMLError[], text: string, lines: LineCounter): ManifestError {
  const [problem] = problems as readonly [YAMLError];
  const { line, column } = placeAt(lines, problem.pos[0]);
  const end = lines.linePos(problem.pos[1]).line;
  const { reason, at, sentence } = mistake(problem, problems, text, line, end);
  const isCutJson = /^\s*\{/.test(text) && problem.pos[0] >= text.trimEnd().length;
  const message = isCutJson ? 'unexpected EOF' : `error converting YAML to JSON: yaml: line ${at}: ${reason}`;
  return { line: Math.min(line, text.split('\n').length), column, message, sentence: `Line ${line}: ${sentence}` };
}

interface Mistake {
  readonly reason: string;
  /** The line in kubectl's text. */
  readonly at: number;
  readonly sentence: string;
}

const NO_KEY = 'did not find expected key';
const NESTED = 'mapping values are not allowed in this context';

function mistake(problem: YAMLError, all: readonly YAMLError[], text: string, line: number, end: number): Mistake {
  const { code, message } = problem;
  const rows = text.split('\n');
  const isEnd = problem.pos[0] >= text.length;
  switch (code) {
    case 'TAB_AS_INDENT': {
      const isValue = /:\s*\S/.test(rows[line - 2] ?? '');
      const reason = isValue ? 'found a tab character that violates indentation' : NO_TOKEN;
      return { reason, at: line, sentence: 'this line is indented with a tab. YAML allows only spaces.' };
    }
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const later = all.find((other) => other.code === 'MULTILINE_IMPLICIT_KEY');
      const at = later === undefined ? line : end + (rows[end - 1]?.includes(': ') ? 0 : 1);
      return { reason: NESTED, at: later === undefined ? line : Math.max(at, line + 1), sentence: TWO_COLONS };
    }
    case 'MULTILINE_IMPLICIT_KEY': {
      const isFirst = text.slice(0, problem.pos[0]).trim() === '';
      const reason = isFirst ? NESTED : "could not find expected ':'";
      return { reason, at: end, sentence: 'this key has no ": " (a colon and a space) after it.' };
    }
    case 'BAD_SCALAR_START':
      return { reason: NO_TOKEN, at: line, sentence: 'a value may not begin with this character. Put it in quotes.' };
    case 'MISSING_CHAR':
      if (!message.includes('closing')) return { reason: unexpected(rows, line), at: line - 1, sentence: INDENT };
      return isEnd
        ? { reason: 'found unexpected end of stream', at: line, sentence: 'a quote is opened and never closed.' }
        : { reason: NO_KEY, at: end - 1, sentence: 'a quote is opened and not closed on this line.' };
    case 'BAD_INDENT': {
      const close = message.startsWith('Flow map') ? '}' : ']';
      if (!message.startsWith('Flow')) return { reason: unexpected(rows, line), at: line - 1, sentence: INDENT };
      return {
        reason: `did not find expected ',' or '${close}'`,
        at: line - 1,
        sentence: `a ${close} is missing above.`,
      };
    }
    default:
      return {
        reason: unexpected(rows, line),
        at: Math.max(line - 1, 1),
        sentence: 'this is not where such a thing may stand in YAML.',
      };
  }
}

/** What libyaml wanted instead of this line: a dash, if the line hangs below a list that is indented itself. */
function unexpected(rows: readonly string[], line: number): string {
  const indent = (row: string) => row.search(/\S/);
  const isBelow = (at: number, limit: number) => indent(rows[at] ?? '') >= 0 && indent(rows[at] ?? '') < limit;
  let limit = indent(rows[line - 1] ?? '');
  let at = line - 2;
  while (at >= 0 && !isBelow(at, limit)) at -= 1;
  if (!/^\s*-\s/.test(rows[at] ?? '')) return NO_KEY;
  limit = indent(rows[at] ?? '');
  while (at >= 0 && /^\s*-\s/.test(rows[at] ?? '') && indent(rows[at] ?? '') === limit) at -= 1;
  while (at >= 0 && !isBelow(at, limit + 1)) at -= 1;
  return at >= 0 && isBelow(at, limit) ? "did not find expected '-' indicator" : NO_KEY;
}

const NO_TOKEN = 'found character that cannot start any token';
const INDENT = 'the indentation does not fit the lines above.';
const TWO_COLONS = 'a second ": " stands where a value should be, or the line is indented too far.';
