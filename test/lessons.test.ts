import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkLesson } from '../src/lesson/check.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { formatProblems } from '../src/lesson/problems.ts';

const BROKEN = 'test/broken-lessons';

describe('every lesson of the course runs as it says', () => {
  test.each(lessonFiles(CHAPTERS))('%s', (file) => {
    expect(formatProblems(checkLesson(readLessonFile(file)).problems)).toBe('');
  });
});

describe('each rule of the check finds the lesson that breaks it, and says so in these words', () => {
  test.each(readdirSync(BROKEN).sort())('%s', (rule) => {
    const folder = `${BROKEN}/${rule}`;
    const { problems, warnings } = checkLesson(readLessonFile(`${folder}/index.mdx`));
    const said = formatProblems([...problems, ...warnings]).replaceAll(`${folder}/`, '');
    expect(said).not.toBe('');
    expect(existsSync(`${folder}/expected.txt`)).toBe(true);
    expect(`${said}\n`).toBe(readFileSync(`${folder}/expected.txt`, 'utf8'));
  });
});
