import { describe, expect, test } from 'vitest';
import { parsePattern } from '../sim/index.ts';
import { problemOfAsk } from '../src/lesson/asks.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { metIn, misconceptions } from '../src/lesson/misconceptions.ts';
import { MOST_MS, runReplay } from '../src/lesson/replays.ts';

const lessons = new Map(lessonFiles(CHAPTERS).map((file) => [addressOf(file), readLessonFile(file).lesson]));

test('every misconception is met somewhere, and cleared in a place that exists', () => {
  const met = [...lessons.values()].flatMap((lesson) => metIn(lesson));
  expect(misconceptions().filter(({ id }) => !met.includes(id))).toEqual([]);
  const lost = misconceptions().filter(({ lesson, anchor }) => !lessons.get(lesson)?.anchors.includes(anchor));
  expect(lost.map(({ id, lesson, anchor }) => `${id}: ${lesson}#${anchor}`)).toEqual([]);
});

describe('a replay does what the belief suggests, and shows in ten seconds or so how it is', () => {
  test.each(misconceptions())('$id', (entry) => {
    expect(problemOfAsk(entry.when)).toBeUndefined();
    expect(parsePattern(entry.replay.watch.replace(/^first /, ''))).not.toBeTypeOf('string');
    const { tookMs, isSilent, isShown } = runReplay(entry);
    expect(tookMs).toBeLessThanOrEqual(MOST_MS);
    // The detector says nothing of an untouched cluster, and speaks once somebody acts on the belief.
    expect({ isSilent, isShown }).toEqual({ isSilent: true, isShown: true });
  });
});
