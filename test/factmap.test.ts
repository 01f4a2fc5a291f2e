import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addressOf, CHAPTERS, lessonFiles } from '../src/lesson/folder.ts';

const ROW = /^\| A(\d+) +\| `\/([^#]+)\/#([^`]+)` +\| (.+?) +\|/;

const rows = readFileSync('docs/fact-map.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, page = '', anchor = '', words = ''] = ROW.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), page, anchor, words }];
  });

test('every claim from A1 to A55 has one row', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 55 }, (_, index) => index + 1));
});

test.each(rows)('A$number: /$page/#$anchor says “$words”', ({ page, anchor, words }) => {
  const file = lessonFiles(CHAPTERS).find((candidate) => addressOf(candidate) === page);
  expect(file, `there is no lesson ${page}`).toBeDefined();
  const parts = partsOf(readFileSync(file ?? '', 'utf8'));
  expect([...parts.keys()]).toContain(anchor);
  expect(parts.get(anchor)).toContain(words);
});

/** What stands at each anchor of a lesson: below a heading until the next one, in a beat, or before the first heading. */
function partsOf(source: string): ReadonlyMap<string, string> {
  const text = source.replace(/^---[\s\S]*?\n---/, '');
  const parts = new Map<string, string>();
  const [first = '', ...sections] = text.split(/^## /m);
  parts.set('text', plain(first));
  for (const section of sections) {
    const [heading = ''] = section.split('\n');
    parts.set(slugOf(heading), plain(section.slice(heading.length)));
  }
  for (const [, id = '', body = ''] of text.matchAll(/<Beat id="([^"]+)"[^>]*>([\s\S]*?)<\/Beat>/g)) {
    parts.set(`beat-${id}`, plain(body));
  }
  return parts;
}

function plain(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/[*`]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** As the site makes ids of headings: small letters, digits and dashes. */
function slugOf(heading: string): string {
  const letters = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return letters.trim().replace(/\s/g, '-');
}
