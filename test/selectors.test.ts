import { describe, expect, test } from 'vitest';
import type { TraceRecord } from '../sim/kernel/trace.ts';
import { allMatches, matches } from '../sim/view/pattern.ts';
import { exactPattern, selectorFor } from '../sim/view/selector.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { runLesson } from '../src/lesson/run.ts';

const LESSONS = ['kubectl-apply/01-pod', 'worker-node/01-kubelet', 'introduction/02-four-jobs'];

/** The records a beat could be about: what is told, between processes, by notes and by people. */
function isTold(record: TraceRecord): boolean {
  if (record.type === 'commanded') return true;
  if (record.type === 'noted') return !record.routine;
  return !record.message.routine && record.message.from !== record.message.to;
}

describe.each(LESSONS)('%s', (lesson) => {
  const file = lessonFiles(CHAPTERS).find((candidate) => candidate.includes(lesson)) ?? '';
  const { past, reached } = runLesson(readLessonFile(file).lesson);
  const told = past.filter(isTold);
  const beatBefore = (seq: number) => reached.findLast((beat) => beat.seq < seq)?.seq ?? 0;

  /** The records that a pattern means, each pattern looked for once. */
  const known = new Map<string, readonly number[]>();
  const meant = (at: string) => {
    const found = known.get(at) ?? allMatches(past, at).map(({ seq }) => seq);
    known.set(at, found);
    return found;
  };
  const proposed = told.map((record) => {
    const after = beatBefore(record.seq);
    return { record, after, selector: selectorFor(past, record, after) };
  });

  test('a proposed selector selects exactly its record after the beat before', () => {
    expect(told.length).toBeGreaterThan(200);
    const wrong = proposed.filter(({ record, after, selector }) => {
      if (selector === undefined) return true;
      return meant(selector.at).filter((seq) => seq > after)[selector.nth - 1] !== record.seq;
    });
    expect(wrong).toEqual([]);
  });

  test('only a record that no pattern can tell from an earlier one is not the first', () => {
    const strangers = proposed.filter(({ record, after, selector }) => {
      return selector?.nth !== 1 && !meant(exactPattern(record)).some((seq) => seq > after && seq < record.seq);
    });
    expect(strangers).toEqual([]);
    expect(proposed.filter(({ selector }) => selector?.nth === 1).length).toBeGreaterThan(100);
  });

  test('it says first when others match after it, and only then', () => {
    const wrong = proposed.filter(({ record, selector }) => {
      return selector?.nth === 1 && meant(selector.at).some((seq) => seq > record.seq) !== selector.isFirst;
    });
    expect(wrong).toEqual([]);
    expect(new Set(proposed.map(({ selector }) => selector?.isFirst))).toEqual(new Set([true, false]));
  });

  test('after the record before it, every record has a selector of its own', () => {
    const wrong = told.filter((record) => {
      const selector = selectorFor(past, record, record.seq - 1);
      return selector?.nth !== 1 || !matches(selector.at, record);
    });
    expect(wrong).toEqual([]);
  });
});
