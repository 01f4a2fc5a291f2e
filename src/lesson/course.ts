import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { courseSchema } from '../schemas/course.ts';
import { lessonSchema } from '../schemas/lesson.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from './folder.ts';
import type { LessonModel, RecallModel } from './model.ts';
import { minutesOf } from './reading.ts';

const DATA = 'src/content/course.yaml';

/** A lesson as the contents list it. */
export interface CourseLesson {
  /** Its address: `/control-plane/etcd/`. */
  readonly path: string;
  /** `3.2`; '' when its frontmatter gives none. */
  readonly number: string;
  readonly title: string;
  /** The short title: the end of the crumb. */
  readonly name: string;
  readonly description: string;
  /** `easy`, `middle` or `hard`; '' when its frontmatter says nothing. */
  readonly difficulty: string;
  /** Reading, the stage and the exercises. */
  readonly minutes: number;
  /** Reading and the stage alone. */
  readonly shortMinutes: number;
  readonly predicts: readonly CoursePredict[];
  readonly exercises: readonly { readonly id: string; readonly title: string; readonly rung: string }[];
  readonly recalls: readonly Omit<RecallModel, 'place'>[];
  /** What a link to it can name: headings, beats, exercises. */
  readonly anchors: readonly string[];
}

/** A question of a lesson, with the misconception behind each answer. */
export interface CoursePredict {
  readonly id: string;
  readonly ask: string;
  readonly options: readonly { readonly text: string; readonly misses?: string | undefined }[];
}

/** A chapter that has lessons. */
export interface CourseChapter {
  /** Its anchor on the course page: `control-plane`. */
  readonly id: string;
  /** From its folder. */
  readonly number: number;
  readonly title: string;
  readonly about: string;
  readonly lessons: readonly CourseLesson[];
}

/** The course in order. */
export interface Course {
  readonly chapters: readonly CourseChapter[];
  /** The lessons of the 20-minute path that exist. */
  readonly shortPath: readonly CourseLesson[];
  readonly evening: readonly CourseLesson[];
  readonly semester: readonly { readonly about: string; readonly lessons: readonly CourseLesson[] }[];
  /** Where the questions of the placement quiz stand, `control-plane/etcd#predict-2`, and what is given. */
  readonly placement: readonly { readonly at: string; readonly given: string }[];
}

/** Reads the whole course from disk. Lessons that have not changed since the last call are not read again. */
export function readCourse(): Course {
  const data = courseSchema.parse(parse(readFileSync(DATA, 'utf8')));
  const chapters = data.chapters
    .map(({ folder, title, about }) => {
      const lessons = lessonFiles(`${CHAPTERS}/${folder}`).map(lessonOf);
      return { id: withoutNumber(folder), number: Number.parseInt(folder, 10), title, about, lessons };
    })
    .filter(({ lessons }) => lessons.length > 0);
  const all = chapters.flatMap(({ lessons }) => lessons);
  const named = (ids: readonly string[]) => ids.flatMap((id) => all.filter(({ path }) => path === `/${id}/`));
  return {
    chapters,
    shortPath: named(data.shortPath),
    evening: named(data.evening),
    semester: data.semester.map(({ about, lessons }) => ({ about, lessons: named(lessons) })),
    placement: data.placement,
  };
}

/** The lessons before and after this one, and its chapter; undefined for an address that is no lesson. */
export function placeInCourse(
  path: string,
): { readonly chapter: CourseChapter; readonly before?: CourseLesson; readonly after?: CourseLesson } | undefined {
  const { chapters } = readCourse();
  const lessons = chapters.flatMap((chapter) => chapter.lessons);
  const index = lessons.findIndex((lesson) => lesson.path === path);
  const chapter = chapters.find((candidate) => candidate.lessons.some((lesson) => lesson.path === path));
  const before = lessons[index - 1];
  const after = lessons[index + 1];
  return chapter === undefined ? undefined : { chapter, ...(before && { before }), ...(after && { after }) };
}

/** Where something is taught: `control-plane/etcd`, or with a place in the lesson, `control-plane/etcd#beat-news`. */
export function taughtAt(place: string): { readonly href: string; readonly label: string } {
  const [id = '', anchor] = place.split('#');
  const lesson = readCourse()
    .chapters.flatMap(({ lessons }) => lessons)
    .find(({ path }) => path === `/${id}/`);
  if (lesson === undefined) throw new Error(`There is no lesson ${id}.`);
  if (anchor !== undefined && !lesson.anchors.includes(anchor)) throw new Error(`${id} has no place #${anchor}.`);
  return {
    href: `${lesson.path}${anchor === undefined ? '' : `#${anchor}`}`,
    label: `${lesson.number} ${lesson.name}`,
  };
}

const known = new Map<string, { readonly stamp: number; readonly lesson: CourseLesson }>();

function lessonOf(file: string): CourseLesson {
  const stamp = statSync(file).mtimeMs;
  const found = known.get(file);
  if (found?.stamp === stamp) return found.lesson;
  const lesson = readCourseLesson(file);
  known.set(file, { stamp, lesson });
  return lesson;
}

function readCourseLesson(file: string): CourseLesson {
  const text = readFileSync(file, 'utf8');
  const head = lessonSchema.parse(parse(/^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? ''));
  const { lesson } = readLessonFile(file);
  const { predicts, exercises, recalls, anchors } = lesson;
  return {
    path: `/${withoutNumber(file.slice(CHAPTERS.length + 1).replace(/\/index\.mdx$/, ''))}/`,
    number: head.kicker ?? '',
    title: head.title,
    name: head.crumb?.title ?? head.title,
    description: head.description,
    difficulty: head.difficulty ?? '',
    anchors,
    minutes: minutesOf(lesson),
    shortMinutes: minutesOf({ ...lesson, exercises: [] }),
    predicts: predicts.map(({ id, ask, options }) => ({
      id,
      ask,
      options: options.map((option) => ({ text: option.text, misses: option.misses })),
    })),
    recalls: recalls.map(({ place: _, ...recall }) => recall),
    exercises: exercises.map(({ id, rung, scenario }) => ({ id, rung, title: titleOf(lesson, scenario) ?? id })),
  };
}

function titleOf({ scenarios }: LessonModel, scenario: string): string | undefined {
  return scenarios[scenario]?.title;
}

function withoutNumber(path: string): string {
  return path.replace(/(^|\/)\d+-/g, '$1');
}
