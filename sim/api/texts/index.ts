import { kindsWithTexts } from './added.ts';
import { commonTexts } from './anywhere.ts';
import { clusterTexts } from './cluster.ts';
import { metaTexts } from './meta.ts';
import { podTexts } from './pods.ts';
import { volumeTexts } from './volumes.ts';

const texts = new Map<string, string>([...metaTexts, ...podTexts, ...volumeTexts, ...clusterTexts]);

/** How many of the kinds of packs have theirs among the texts. */
let known = 0;

/** Fields that a debugging container has in common with any other. */
const ALIKE: Readonly<Record<string, string>> = { EphemeralContainer: 'Container' };

/**
 * What a struct or a field of it means, in a sentence or two of our own; '' when nobody has written it yet. `kubectl
 * explain` and the OpenAPI documents show it.
 */
export function textOf(struct: string, field = ''): string {
  for (; known < kindsWithTexts.length; known++) {
    for (const [name, text] of kindsWithTexts[known]?.texts ?? []) texts.set(name, text);
  }
  if (field === '') return texts.get(struct) ?? '';
  const own = texts.get(`${struct}.${field}`) ?? texts.get(`${ALIKE[struct] ?? struct}.${field}`);
  return own ?? commonTexts.get(field) ?? '';
}
