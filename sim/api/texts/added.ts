import type { Kind } from '../kind.ts';

/** The kinds of packs. Their texts are read with the first question for one: few pages ever ask. */
export const kindsWithTexts: Pick<Kind, 'texts'>[] = [];
