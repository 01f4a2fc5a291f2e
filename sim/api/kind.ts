import type { Resource } from './resource.ts';
import type { Texts } from './texts/read.ts';
import type { FieldRule } from './verdicts.ts';

/** A kind of a pack: what the API machinery has to know, what its fields mean, and which of them do nothing here. */
export interface Kind {
  readonly resource: Resource;
  /** Other versions of it, each with a conversion. */
  readonly others?: readonly Resource[];
  readonly texts: Texts;
  readonly rules: readonly FieldRule[];
}
