import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatStory, parseStory, tellStory } from './golden/story.ts';

const folder = new URL('./golden/', import.meta.url);
const isRewriting = process.env['GOLDEN_REWRITE'] === '1';

describe('golden transcripts (GOLDEN_REWRITE=1 writes them anew: read the diff)', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  it.each(names)('%s', (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8');
    const told = formatStory(tellStory(parseStory(text)));
    if (isRewriting) writeFileSync(file, told);
    else expect(told).toBe(text);
  });
});
