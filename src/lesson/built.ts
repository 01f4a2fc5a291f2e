import type { Course } from './course.ts';
import { type Header, headersOf } from './fidelity.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from './folder.ts';
import type { LessonReading } from './model.ts';
import { shuffled } from './recall.ts';
import { type LessonRun, runLesson } from './run.ts';

/** A lesson that was read and run. Its records are no longer there: they are many, and no page shows them all. */
export interface Built extends LessonReading {
  /** Undefined when it cannot be run. */
  readonly run: LessonRun | undefined;
  /** What the parts that ran say of themselves. */
  readonly headers: readonly Header[];
}

const built = new Map<string, Built>();

/** Reads and runs a lesson; once only, where nobody is writing it (`isFinal`). */
export function buildLesson(file: string, isFinal: boolean): Built {
  const found = isFinal ? built.get(file) : undefined;
  if (found !== undefined) return found;
  const reading = readLessonFile(file);
  const run = reading.problems.length > 0 ? undefined : runLesson(reading.lesson);
  const lesson: Built = {
    ...reading,
    run: run && { ...run, past: [] },
    headers: run === undefined ? [] : headersOf(run.past),
  };
  if (isFinal) built.set(file, lesson);
  return lesson;
}

/** A question of the placement quiz. The simulator has decided which option is right. */
export interface PlacementQuestion {
  /** The lesson, `control-plane/etcd`. */
  readonly lesson: string;
  readonly given: string;
  readonly ask: string;
  readonly options: readonly string[];
  readonly right: number;
  /** The words of the moment that decided it. */
  readonly because: string;
}

/** The question at a place such as `control-plane/etcd#predict-2`, decided by a run of its lesson; options shuffled. */
export function placementQuestion({ at, given }: Course['placement'][number], isFinal: boolean): PlacementQuestion {
  const [address = '', id = ''] = at.split('#');
  const file = lessonFiles(CHAPTERS).find((candidate) => addressOf(candidate) === address);
  const { lesson, run } = file === undefined ? {} : buildLesson(file, isFinal);
  const predict = lesson?.predicts.find((candidate) => candidate.id === id);
  const right = run?.outcomes[id]?.indexOf(true) ?? -1;
  if (lesson === undefined || predict === undefined || right < 0) throw new Error(`Nothing decides ${at}.`);
  const because = lesson.beats.find((beat) => beat.id === predict.reveal)?.text ?? '';
  const order = shuffled(predict.options.length, at);
  const options = order.map((index) => predict.options[index]?.text ?? '');
  return { lesson: address, given, ask: predict.ask, options, right: order.indexOf(right), because };
}
