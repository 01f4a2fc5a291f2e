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

function terms(): readonly Term[] {
  known ??= termSchema.array().parse(parse(readFileSync(FILE, 'utf8')));
  return known;
}
