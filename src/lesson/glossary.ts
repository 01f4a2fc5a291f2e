import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Term, termSchema } from '../schemas/glossary.ts';

const FILE = 'src/content/glossary/terms.yaml';
/** Trucks are requests, a word of everyday that the glossary does not explain. */
const OTHER_FIGURES: readonly string[] = ['trucks'];

let known: readonly Term[] | undefined;

/** The anchors of the glossary's page. */
export function termIds(): readonly string[] {
  return terms().map(({ id }) => id);
}

/** The figures of the port, as a Port names them. */
export function figures(): readonly string[] {
  return [...terms().flatMap(({ port }) => (port === undefined ? [] : [port])), ...OTHER_FIGURES];
}

/** The terms, and what else they are called. */
export function termNames(): readonly string[] {
  return terms().flatMap(({ term, also = [] }) => [term, ...also]);
}

/** Whether the glossary has this word: as a term, in any case, or where it explains one. */
export function explains(word: string): boolean {
  const isThere = (form: string) =>
    wordsOf().has(form) || termNames().some((term) => term.toLowerCase() === form.toLowerCase());
  return isThere(word) || isThere(word.replace(/s$/, ''));
}

let words: ReadonlySet<string> | undefined;

function wordsOf(): ReadonlySet<string> {
  words ??= new Set(terms().flatMap(({ definition }) => definition.split(/[^\p{L}\p{N}-]+/u)));
  return words;
}

function terms(): readonly Term[] {
  known ??= termSchema.array().parse(parse(readFileSync(FILE, 'utf8')));
  return known;
}

/** The names that lessons link to the glossary: of each term, those that mean nothing else. */
export function linkedTerms(): readonly { readonly id: string; readonly name: string }[] {
  const linked = terms().filter(({ link }) => link !== false);
  return linked.flatMap(({ id, term, also = [] }) => [term, ...also].map((name) => ({ id, name })));
}
