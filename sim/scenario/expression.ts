import type { Finding, ObjectsOf } from './goals.ts';

/** A condition over the lists of the API's objects. */
export interface Expression {
  /** The lists it looks at, by plural. */
  readonly lists: readonly string[];
  evaluate(objectsOf: ObjectsOf): Finding;
}

/** Reads conditions. Gives a sentence when it cannot. */
export interface ExpressionLanguage {
  /** `defined`: `ferries.port.example`, a kind that a definition describes; its list is called `ferries` in the text. */
  parse(text: string, defined: string | undefined): Expression | string;
}

/** CEL comes in a chunk of its own, since few goals need it: none, or one, stands here. */
const languages: ExpressionLanguage[] = [];

/** Lets goals have a `cel` prop. Call it before such a goal is read; calling it again changes nothing. */
export function addExpressions(language: ExpressionLanguage): void {
  languages[0] = language;
}

/** Reads the `cel` prop of a goal; gives a sentence when it cannot. */
export function parseExpression(text: string, defined?: string): Expression | string {
  const language = languages[0];
  if (language === undefined) return 'The language of cel= is not loaded (sim/packs/cel.ts).';
  return language.parse(text, defined);
}
