import { addressOf, CHAPTERS, lessonFiles } from './folder.ts';
import type { LessonModel, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';
import { stageParts } from './recall.ts';

/** Each Recall looks back on a lesson there is, and a part to click is on the stage. */
export function checkRecalls(lesson: LessonModel): readonly Problem[] {
  const { recalls, file } = lesson;
  if (recalls.length === 0) return [];
  const known = [...lessonFiles(CHAPTERS), file].map(addressOf);
  const parts = recalls.some(({ form }) => form === 'click') ? [...stageParts(lesson).keys()] : [];
  return recalls.flatMap(({ from, form, options, place }): readonly Problem[] => {
    const [part = ''] = options;
    if (!known.includes(from)) {
      const fix = 'write chapter/lesson as in its address, without numbers.';
      return [{ place, title: `There is no lesson "${from}" to look back on.${didYouMean(from, known)}`, fix }];
    }
    if (form !== 'click' || parts.includes(part)) return [];
    const reason = parts.length === 0 ? 'This page has no stage.' : `Its parts are ${parts.join(', ')}.`;
    return [{ place, title: `The stage has no part "${part}" to click.${didYouMean(part, parts)}`, reason }];
  });
}
