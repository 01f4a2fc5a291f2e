import { describe, expect, test } from 'vitest';
import { parseDuration, Session, type SessionSpec } from '../sim/index.ts';
import type { Files } from '../sim/scenario/ahead.ts';
import type { Step } from '../sim/view/step.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { exerciseSpec, parseFiles, stageSpec } from '../src/lesson/run.ts';
import { travelMs } from '../src/session/playback.ts';

// What the page's Play does, in every lesson: it must lead a reader who presses nothing else to every beat, and a
// reader who has run a solution to its goals. (The check follows the plan record by record, and waits as it likes.)

/** A reader gives up after so many presses. */
const MOST_PLAYS = 30;
/** Labs play on with the reader's program, which only the page has. */
const lessons = lessonFiles(CHAPTERS).flatMap((file) => {
  const { lesson } = readLessonFile(file);
  return lesson.labs.length > 0 ? [] : [lesson];
});
const exercises = lessons.flatMap((lesson) => {
  return lesson.exercises.map((exercise) => ({ name: `${lesson.title}: ${exercise.id}`, lesson, exercise }));
});

describe('a reader who only presses Play comes to the end of the plan', () => {
  test.each(lessons)('$title', (lesson) => {
    const spec = stageSpec(lesson);
    if (spec === undefined) throw new Error('There is no stage.');
    const session = new Session(spec);
    const files = parseFiles(lesson.files);
    for (let plays = 0; plays < MOST_PLAYS && session.progress.done < spec.plan.length; plays++) press(session, files);
    expect(session.progress.done, `stuck before ${JSON.stringify(spec.plan[session.progress.done])}`).toBe(
      spec.plan.length,
    );
  });
});

describe('a play moves for at most 10 s, however much happens in it', () => {
  test.each(lessons)('$title', (lesson) => {
    const session = new Session(stageSpec(lesson) as SessionSpec);
    const files = parseFiles(lesson.files);
    for (let plays = 0; plays < MOST_PLAYS && session.progress.done < session.spec.plan.length; plays++) {
      const steps = press(session, files);
      let movedMs = 0;
      for (const { at, sentAt } of steps) movedMs += travelMs(at - sentAt, 'normal', movedMs);
      expect(movedMs).toBeLessThanOrEqual(10_000);
    }
  });
});

describe('a reader who has run the solution presses Play until all goals are met', () => {
  test.each(exercises)('$name', ({ lesson, exercise }) => {
    const spec = exerciseSpec(lesson, exercise);
    if (spec === undefined) throw new Error('There is no scenario.');
    const session = new Session(spec);
    const files = parseFiles({ ...exercise.files, ...exercise.solutionFiles });
    for (const { line } of exercise.solution) {
      const duration = /^advance (.+)$/.exec(line)?.[1];
      if (duration !== undefined) session.seek(session.now + (parseDuration(duration) ?? 0));
      else {
        expect(session.do(line, files)).toBeUndefined();
        playOn(session);
      }
    }
    for (let plays = 0; plays < MOST_PLAYS && !session.isSolved; plays++) press(session, files);
    expect(session.goals.map(({ state }) => state).filter((state) => !/done|holding/.test(state))).toEqual([]);
  });
});

/** Gives the last step of each move. */
function press(session: Session, files: Files): readonly Step[] {
  if (session.nextDo === undefined) session.play();
  else session.do(session.nextDo, files);
  return playOn(session);
}

function playOn(session: Session): readonly Step[] {
  const last: Step[] = [];
  for (;;) {
    const { steps, isEnd } = session.move();
    last.push(...steps.slice(-1));
    if (isEnd) return last;
  }
}
