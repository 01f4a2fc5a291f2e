import { batch } from '@preact/signals';
import { captionOf } from './caption.ts';
import type { Visit } from './desk.ts';
import { linkOf, MOST_LINK, readLink } from './link.ts';
import { type Known, type Refused, readText, textOf } from './linktext.ts';
import type { SharedMoment } from './moment.ts';
import { libraryOf, putAside } from './playground.ts';
import type { Frame, ViewName } from './protocol.ts';
import type { Store } from './store.ts';

const COURSE = 'kubernetes-architecture';
/** What a file with a moment may weigh, in characters. */
const MOST_FILE = 500_000;

/** The present moment of the stage, as it is looked at; or why there is none. */
export async function momentNow(store: Store): Promise<SharedMoment | Refused> {
  const { moment, problem } = await store.ask(store.active.value, { ask: 'moment' });
  if (moment === undefined) return { problem: problem ?? 'There is no moment to share yet.' };
  const { library = '' } = store.page;
  const first = libraryOf(store)?.[library];
  const scenario = moment.scenario ?? first;
  const shown = { view: store.view.value, selection: store.selection.value ?? '' };
  return { ...moment, ...shown, ...(scenario === undefined ? {} : { scenario }) };
}

/** The address that leads to a moment. */
export async function addressOf(store: Store, moment: SharedMoment): Promise<string> {
  const { origin, pathname } = location;
  return `${origin}${pathname}${await linkOf(moment, { stage: store.page.stage.id, library: libraryOf(store) })}`;
}

/** Whether an address is short enough to be sent around. */
export function fitsLink(address: string): boolean {
  return address.length - address.indexOf('#') <= MOST_LINK;
}

/** The same as a file, for stories that are too long for a link. */
export function fileOf(store: Store, moment: SharedMoment): string {
  const { page } = store;
  const text = textOf(moment, { stage: page.stage.id, library: libraryOf(store) });
  return `${JSON.stringify({ course: COURSE, version: 1, path: page.path, moment: text }, null, 1)}\n`;
}

/** Shows what a link leads to. The reader's own work stays where it is. */
export async function openLink(store: Store, fragment: string, views: readonly string[]): Promise<void> {
  await visit(store, await readLink(fragment, knownOf(store, views)));
}

/** Shows what a file holds that {@link fileOf} wrote, or that somebody else has made up. */
export async function openFile(store: Store, file: Blob, views: readonly string[]): Promise<void> {
  const text = file.size > MOST_FILE ? '' : await file.text();
  await visit(store, readFile(text, store, views));
}

/** Ends a visit: back to the reader's own work, or on from here, which then is the reader's own. */
export async function leave(store: Store, keep: boolean): Promise<void> {
  const { visit: visited, view } = store;
  const { session = '' } = visited.value ?? {};
  history.replaceState(null, '', location.pathname + location.search);
  if (session === '') {
    visited.value = undefined;
    return;
  }
  store.pause();
  const { frame } = await store.ask(session, { ask: 'leave', keep });
  visited.value = undefined;
  if (keep) {
    putAside(store);
    await store.save(session);
  }
  if (frame !== undefined) await present(store, frame, view.value, undefined);
  store.say(keep ? 'This moment is yours now.' : 'You are back at your own work.');
}

/** Whether the reader has done something on this cluster, which keeping a shared moment would replace. */
export function hasOwnWork({ saved }: Store, session: string): boolean {
  return (saved.value.sessions[session]?.commands ?? '[]') !== '[]';
}

function knownOf(store: Store, views: readonly string[]): Known {
  const { page } = store;
  const files = Object.entries(page.sessions).map(([id, session]) => [id, Object.keys(session.files)] as const);
  return { stage: page.stage.id, sessions: Object.fromEntries(files), views, library: libraryOf(store) };
}

function readFile(text: string, store: Store, views: readonly string[]): SharedMoment | Refused {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  const { course, version, path, moment } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (course !== COURSE || typeof moment !== 'string') return { problem: 'This file holds no moment of this course.' };
  if (version !== 1) return { problem: 'This file was made with another version of the course.' };
  if (path !== store.page.path) return { problem: 'This file leads to another page of the course. Open it there.' };
  return readText(moment, knownOf(store, views), MOST_FILE);
}

async function visit(store: Store, moment: SharedMoment | Refused): Promise<void> {
  if ('problem' in moment) {
    refuse(store, moment.problem);
    return;
  }
  const { session, view, selection } = moment;
  store.pause();
  const { frame, problem, isSame } = await store.ask(session, { ask: 'visit', moment });
  if (frame === undefined) {
    refuse(store, `This moment cannot be shown. ${problem ?? ''}`);
    return;
  }
  store.visit.value = visitOf(store, moment, isSame === true);
  await present(store, frame, view as ViewName, selection === '' ? undefined : selection);
  store.say(store.visit.value.sentence);
}

/** Shows a frame that came by another way than a verb of the store. */
export async function present(
  store: Store,
  frame: Frame,
  view: ViewName,
  selection: string | undefined,
): Promise<void> {
  batch(() => {
    store.active.value = frame.session;
    store.frames.value = { ...store.frames.value, [frame.session]: frame };
    store.marks.value = frame.marks;
    store.caption.value = captionOf(frame, '');
    store.view.value = view;
    store.chosen.value = undefined;
    store.selection.value = selection;
  });
  await store.look();
}

function visitOf(store: Store, { session, deeds, scenario }: SharedMoment, isSame: boolean): Visit {
  const changed = deeds.flatMap((deed) => (deed.kind === 'kubectl' ? deed.files : []));
  const files = { ...store.page.sessions[session]?.files, ...Object.fromEntries(changed) };
  const other = isSame ? '' : ' It was made with another version of the course, so it is not quite what was shared.';
  return { session, files, scenario, sentence: `You are looking at a shared moment; your own work is kept.${other}` };
}

function refuse(store: Store, sentence: string): void {
  const { visit: visited } = store;
  const session = visited.value?.session ?? '';
  if (session === '') visited.value = { session, sentence, files: {} };
  else store.problem.value = sentence;
  store.say(sentence);
}
