import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import type { JsonValue } from '../api/meta.ts';
import type { ParsedFile } from '../protocol/terminal.ts';

/** The line (1-based) of a path such as `spec.containers[0].image`; of its nearest known parent when it is missing. */
export type LineOf = (path: string) => number;

/** One document of a file. */
export interface ManifestDocument {
  readonly object: JsonValue;
  /** Where the document begins (1-based). */
  readonly line: number;
  readonly lineOf: LineOf;
}

/** Why a file could not be read. Lines and columns are 1-based; `message` is the text after `error parsing <file>: `. */
export interface ManifestError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** One sentence for people. */
  readonly sentence: string;
}

export interface Manifests {
  readonly documents: readonly ManifestDocument[];
  readonly error?: ManifestError;
}

/** What etcd and the API server would refuse anyway: requests are limited to 3 MiB, objects to 1.5 MiB. */
const MAX_CHARACTERS = 1_000_000;
/** Anchors may not blow a small file up. */
const MAX_ALIASES = 100;

/**
 * Reads a file of YAML or JSON documents as kubectl does (sigs.k8s.io/yaml: YAML 1.1 booleans, duplicate keys refused).
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
  for (const document of parsed) {
    const problem = document.errors[0];
    if (problem !== undefined) return { documents, error: explain(problem, text, lines) };
    const read = readDocument(document as Document, lines);
    if ('message' in read) return { documents, error: read };
    if (read.object !== null) documents.push(read);
  }
  return { documents };
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
  const start = lines.linePos(document.range?.[0] ?? 0).line;
  try {
    const object = plain(document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
    return { object, line: start, lineOf: (path) => findLine(document, lines, path, start) };
  } catch {
    const message = 'error converting YAML to JSON: yaml: document contains excessive aliasing';
    return { line: start, column: 1, message, sentence: 'This file repeats itself through too many aliases (*name).' };
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

function findLine(document: Document, lines: LineCounter, path: string, start: number): number {
  let node: unknown = document.contents;
  let line = start;
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    const next = child(node, step);
    if (next === undefined) return line;
    node = next.value;
    line = lines.linePos(next.offset).line;
  }
  return line;
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

function tooLong(text: string, fileName: string): Manifests {
  const sentence = `${fileName} has ${text.length} characters. The longest file this page reads has ${MAX_CHARACTERS}.`;
  return { documents: [], error: { line: 1, column: 1, message: sentence, sentence } };
}

/** Our parser is not kubectl's: the position is kept, the text is libyaml's for the mistakes people make most. */
function explain(problem: YAMLError, text: string, lines: LineCounter): ManifestError {
  const offset = problem.pos[0];
  const { line, col: column } = lines.linePos(offset);
  const [reason, sentence] = MISTAKES[problem.code] ?? ["could not find expected ':'", problem.message];
  const current = text.split('\n')[line - 1] ?? '';
  if (/^\s*\t/.test(current) || problem.code === 'TAB_AS_INDENT') {
    const why = 'found character that cannot start any token';
    return at(line, column, why, `Line ${line} is indented with a tab. YAML allows only spaces.`);
  }
  return at(line, column, reason, `Line ${line}: ${sentence}`);
}

function at(line: number, column: number, reason: string, sentence: string): ManifestError {
  return { line, column, message: `error converting YAML to JSON: yaml: line ${line}: ${reason}`, sentence };
}

/** libyaml's words and ours, by the parser's code. */
const MISTAKES: Readonly<Record<string, readonly [string, string]>> = {
  BAD_INDENT: ['did not find expected key', 'the indentation does not fit the lines above.'],
  DUPLICATE_KEY: ['key already set in map', 'this key stands twice in the same object.'],
  MISSING_CHAR: ["did not find expected ',' or ']'", 'a quote, bracket or comma is missing.'],
  BLOCK_IN_FLOW: ["did not find expected ',' or '}'", 'a bracket is not closed.'],
  BLOCK_AS_IMPLICIT_KEY: ['mapping values are not allowed in this context', 'a second ": " stands on this line.'],
  MULTILINE_IMPLICIT_KEY: ["could not find expected ':'", 'a key has no ":" after it.'],
  IMPOSSIBLE: ['did not find expected key', 'this is not YAML.'],
  BAD_SCALAR_START: ['found character that cannot start any token', 'a value may not begin with this character.'],
  UNRESOLVED_TAG: ['unknown tag', 'this tag is not known.'],
  UNEXPECTED_TOKEN: ['did not find expected key', 'this is not where a value may stand.'],
  BAD_ALIAS: ['unknown anchor referenced', 'an alias (*name) has no anchor (&name).'],
};
