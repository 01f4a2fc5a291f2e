import { zipOf } from '../../lab/project/zip.ts';
import { beatsOf, lessonOf, stepsOf } from '../../session/recording.ts';
import type { Ground } from './ground.ts';
import { titleOf } from './shape.ts';

/** Hands what was done here to the reader as the folder of a lesson; gives a sentence about it. */
export async function downloadLesson(ground: Ground): Promise<string> {
  const { store, scenario } = ground;
  const { id } = store.page.stage;
  const { moment } = await store.ask(id, { ask: 'moment' });
  const { records = [] } = await store.ask(id, { ask: 'records', isStory: true });
  if (moment === undefined || moment.deeds.length === 0) return 'There is nothing to record yet: do something first.';
  const title = titleOf(scenario);
  const recorded = stepsOf(moment.deeds, store.page.sessions[id]?.files ?? {});
  const files = { 'index.mdx': lessonOf(title, recorded, beatsOf(records)), 'scenario.recorded.yaml': scenario };
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([zipOf('recorded-lesson', files)], { type: 'application/zip' }));
  link.download = 'recorded-lesson.zip';
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return 'Saved as recorded-lesson.zip: put its folder into a chapter, and check it.';
}
