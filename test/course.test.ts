import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { MINUTES, WORDS } from '../src/lesson/checktext.ts';
import { readCourse, taughtAt } from '../src/lesson/course.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { minutesOf, wordsIn } from '../src/lesson/reading.ts';
import { courseSchema } from '../src/schemas/course.ts';
import { type Term, termSchema } from '../src/schemas/glossary.ts';

const data = courseSchema.parse(parse(readFileSync('src/content/course.yaml', 'utf8')));
const terms = termSchema.array().parse(parse(readFileSync('src/content/glossary/terms.yaml', 'utf8')));
const lessons = readCourse().chapters.flatMap((chapter) => chapter.lessons);

/** What the port view draws for a part of the cluster; trucks are requests. */
const FIGURES: readonly string[] = [
  'radio operator',
  'ledger',
  'planner',
  'foreman',
  'captain',
  'traffic controller',
  'deck crane',
  'crate',
  'ship',
  'trucks',
];

it('course.yaml names every chapter folder, so that each lesson is in the contents', () => {
  const folders = readdirSync(CHAPTERS).filter((folder) => lessonFiles(`${CHAPTERS}/${folder}`).length > 0);
  const named = data.chapters.map(({ folder }) => folder);
  expect(folders.filter((folder) => !named.includes(folder))).toEqual([]);
  expect(named).toEqual(named.toSorted());
  expect(lessons).toHaveLength(lessonFiles(CHAPTERS).length);
});

it('the short path is three lessons that exist, together about twenty minutes without their exercises', () => {
  const { shortPath } = readCourse();
  expect(shortPath).toHaveLength(3);
  const minutes = shortPath.reduce((sum, lesson) => sum + lesson.shortMinutes, 0);
  expect(minutes).toBeGreaterThanOrEqual(17);
  expect(minutes).toBeLessThanOrEqual(22);
});

it('the paths name lessons that exist, and a semester reads each once', () => {
  const { evening, semester, placement } = readCourse();
  expect(evening).toHaveLength(data.evening.length);
  const read = semester.flatMap((week) => week.lessons.map(({ path }) => path));
  expect(read.toSorted()).toEqual(lessons.map(({ path }) => path).toSorted());
  const minutes = evening.reduce((sum, lesson) => sum + lesson.minutes, 0);
  expect(minutes).toBeLessThanOrEqual(90);
  const asked = placement.map(({ at }) => lessons.find(({ path }) => at.startsWith(path.slice(1, -1))));
  expect(new Set(asked.map((lesson) => lesson?.path)).size).toBe(placement.length);
});

it('the course has exercises of all kinds, and predictions, as many as it promises', () => {
  const exercises = lessons.flatMap((lesson) => lesson.exercises);
  const ofKind = (kind: string) => exercises.filter(({ rung }) => rung === kind).length;
  expect(exercises.length).toBeGreaterThanOrEqual(32);
  expect(ofKind('diagnose')).toBeGreaterThanOrEqual(10);
  expect(Math.min(ofKind('complete'), ofKind('do'))).toBeGreaterThanOrEqual(10);
  expect(lessons.reduce((sum, { predicts }) => sum + predicts.length, 0)).toBeGreaterThanOrEqual(48);
});

it('difficulty rises: no chapter is easier than the first two, and the last one is hard', () => {
  const hardness = ['easy', 'middle', 'hard'];
  const means = readCourse().chapters.map(({ lessons: own }) => {
    expect(own.map(({ difficulty }) => hardness.indexOf(difficulty))).not.toContain(-1);
    return own.reduce((sum, { difficulty }) => sum + hardness.indexOf(difficulty), 0) / own.length;
  });
  expect(Math.max(...means.slice(0, 2))).toBeLessThan(Math.min(...means.slice(2)));
  expect(Math.max(...means)).toBe(means.at(-1));
});

it('every lesson but the first asks a question of an earlier one', () => {
  const ids = lessons.map(({ path }) => path.slice(1, -1));
  const without = lessons.slice(1).filter(({ recalls }, index) => {
    return !recalls.some(({ from }) => ids.indexOf(from) <= index && ids.includes(from));
  });
  expect(without.map(({ path }) => path)).toEqual([]);
});

it.each(lessonFiles(CHAPTERS))('%s has the form of a lesson: length, guess, work, leak, memory, summary', (file) => {
  const { lesson } = readLessonFile(file);
  const { words, predicts, exercises, labs, ports, recalls } = lesson;
  expect(words).toBeGreaterThanOrEqual(WORDS.least);
  expect(words).toBeLessThanOrEqual(WORDS.most);
  expect(minutesOf(lesson)).toBeGreaterThanOrEqual(MINUTES.least);
  if (labs.length === 0) expect(minutesOf(lesson)).toBeLessThanOrEqual(MINUTES.most);
  expect(predicts.length).toBeGreaterThanOrEqual(1);
  expect(exercises.length + labs.length).toBeGreaterThanOrEqual(1);
  expect(ports.some(({ isLeak }) => isLeak)).toBe(true);
  expect(recalls).toHaveLength(2);
  const summary = readFileSync(file, 'utf8').trim().split('\n\n').at(-1) ?? '';
  expect(summary.match(/[.!?](?=\s|$)/g), summary).toHaveLength(3);
});

it('each figure of the port has a note where it leaks', () => {
  const leaking = new Set(
    lessonFiles(CHAPTERS).flatMap((file) => {
      return readLessonFile(file).lesson.ports.flatMap(({ name, isLeak }) => (isLeak ? [name] : []));
    }),
  );
  expect(FIGURES.filter((figure) => !leaking.has(figure))).toEqual([]);
  const known = new Set(terms.map(({ port }) => port));
  expect(FIGURES.filter((figure) => figure !== 'trucks' && !known.has(figure))).toEqual([]);
});

it('counts what is read: not the commands, the manifests and the exercises', () => {
  const text = '---\ntitle: x\n---\nOne two.\n\n```sh\nkubectl get pods\n```\n<Exercise id="a">\nmore\n</Exercise>\n';
  expect(wordsIn(text)).toBe(2);
  expect(minutesOf({ words: 900, beats: [], predicts: [], exercises: [], labs: [] })).toBe(5);
});

it('each term stands once in the glossary', () => {
  expect(new Set(terms.map(({ id }) => id)).size).toBe(terms.length);
  expect(new Set(terms.map(({ term }) => term)).size).toBe(terms.length);
});

it('each term is seen somewhere: at a place of a lesson, or in what a line prints', () => {
  expect(terms.filter((term) => (term.see === undefined) === (term.try === undefined)).map(({ id }) => id)).toEqual([]);
  for (const { see = '' } of terms) if (see !== '') expect(taughtAt(see).href).toContain('#');
});

it('no lesson says what the glossary avoids, but to speak of the word itself', () => {
  const avoided = terms.flatMap(({ avoid = '' }) => (/^[\p{L} -]+$/u.test(avoid) ? [avoid] : []));
  expect(avoided).toContain('minion');
  const own = new Set(terms.flatMap(({ term, also = [] }) => [term, ...also].map((name) => name.toLowerCase())));
  const said = lessonFiles(CHAPTERS).flatMap((file) => {
    const plain = readFileSync(file, 'utf8').replaceAll(/"[^"]*"|“[^”]*”|`[^`]*`|\*[^*]*\*/g, '');
    const strange = avoided.filter((word) => !own.has(word.toLowerCase()) && !ABOUT[file]?.includes(word));
    return strange.filter((word) => new RegExp(`\\b${word}s?\\b`, 'i').test(plain)).map((word) => `${file}: ${word}`);
  });
  expect(said).toEqual([]);
});

it.each(terms.filter(({ lesson }) => lesson !== undefined))('$term is used in the lesson $lesson', (term) => {
  const file = fileOf(term);
  expect(existsSync(file), `there is no lesson ${term.lesson}`).toBe(true);
  expect(readFileSync(file, 'utf8').toLowerCase()).toMatch(pattern(term));
});

/** Where a lesson is about the word that others avoid. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  'src/content/chapters/03-control-plane/06-controller-manager/index.mdx': ['Replication Controller'],
};

/** The term or another name for it as a word, also in the plural, in any case. */
function pattern({ term, also = [] }: Term): RegExp {
  const words = [term, ...also, ...(SPOKEN[term] ?? [])].map((word) => word.toLowerCase());
  return new RegExp(`(^|[^a-z])(${words.join('|')})(s|es|ed|d|ing)?([^a-z]|$)`);
}

/** Words by which lessons teach a term before they name it. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  'kube-controller-manager': ['foreman'],
  declarative: ['declare'],
  quorum: ['majority'],
  eviction: ['evict'],
  authentication: ['who you are', 'who are you', 'authenticated'],
  authorization: ['may do', 'you may'],
};

function fileOf({ lesson = '' }: Term): string {
  return lessonFiles(CHAPTERS).find((file) => file.replace(/\/\d+-/g, '/').endsWith(`/${lesson}/index.mdx`)) ?? lesson;
}
