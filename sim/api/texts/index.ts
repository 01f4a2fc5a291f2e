import { commonTexts } from './anywhere.ts';
import { clusterTexts } from './cluster.ts';
import { metaTexts } from './meta.ts';
import { podTexts } from './pods.ts';
import type { Texts } from './read.ts';
import { volumeTexts } from './volumes.ts';

const texts = new Map<string, string>([...metaTexts, ...podTexts, ...volumeTexts, ...clusterTexts]);

/** The texts of a pack's kinds. */
export function addTexts(more: Texts): void {
  for (const [name, text] of more) texts.set(name, text);
}

/** Fields that a debugging container has in common with any other. */
const ALIKE: Readonly<Record<string, string>> = { EphemeralContainer: 'Container' };

/**
 * What a struct or a field of it means, in a sentence or two of our own; '' when nobody has written it yet. `kubectl
 * explain` and the OpenAPI documents show it.
 */
export function textOf(struct: string, field = ''): string {
  if (field === '') return texts.get(struct) ?? '';
  const own = texts.get(`${struct}.${field}`) ?? texts.get(`${ALIKE[struct] ?? struct}.${field}`);
  return own ?? commonTexts.get(field) ?? '';
}
