import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newLesson } from '../cli/newlesson.ts';
import { checkLesson } from '../src/lesson/check.ts';
import { readLessonFile } from '../src/lesson/folder.ts';
import { formatProblems } from '../src/lesson/problems.ts';

const BROKEN = 'test/broken-lessons';

// The lessons of the course are checked by `npm run lesson -- check`, a step of its own in `npm test`.

describe('each rule of the check finds the lesson that breaks it, and says so in these words', () => {
  test.each(readdirSync(BROKEN).sort())(
    '%s',
    (rule) => {
      const folder = `${BROKEN}/${rule}`;
      const { problems, warnings } = checkLesson(readLessonFile(`${folder}/index.mdx`));
      const said = formatProblems([...problems, ...warnings]).replaceAll(`${folder}/`, '');
      expect(said).not.toBe('');
      expect(existsSync(`${folder}/expected.txt`)).toBe(true);
      expect(`${said}\n`).toBe(readFileSync(`${folder}/expected.txt`, 'utf8'));
    },
    60_000,
  );
});

test('a new lesson passes from the start, and is never written over another', () => {
  const chapter = mkdtempSync(join(tmpdir(), 'chapter-'));
  const made = newLesson('Taints & tolerations', chapter);
  const file = join('folder' in made ? made.folder : '', 'index.mdx');
  expect(file).toBe(join(chapter, '01-taints-tolerations', 'index.mdx'));
  const { problems, warnings } = checkLesson(readLessonFile(file));
  expect(formatProblems([...problems, ...warnings])).toBe('');
  expect(newLesson('Taints, tolerations', chapter)).toHaveProperty('problem');
  expect(newLesson('Pods', chapter)).toEqual({ folder: join(chapter, '02-pods') });
  rmSync(chapter, { recursive: true });
});
