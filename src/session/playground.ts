import type { SavedSession } from './protocol.ts';
import type { Store } from './store.ts';

/** Under this answer the playground keeps the cluster before the present one. */
const BEFORE = 'before';

/** The scenario files of the playground by name, as they stand in the page; undefined on every other page. */
export function libraryOf({ page }: Store): Readonly<Record<string, string>> | undefined {
  if (page.library === undefined) return undefined;
  const files = [...document.querySelectorAll<HTMLElement>('[data-scenario]')];
  return Object.fromEntries(files.map(({ dataset, textContent }) => [dataset['scenario'] ?? '', textContent]));
}

/** Whether anything was done to the cluster of the playground; files are carried along and do not count. */
export function hasDeeds(store: Store): boolean {
  return (ownOf(store)?.commands ?? '[]') !== '[]';
}

/** The cluster that was put aside last. */
export function beforeOf({ saved }: Store): SavedSession | undefined {
  return saved.value.answers[BEFORE] as SavedSession | undefined;
}

/** Remembers the present cluster, so that the reader can come back to it; one in which nothing was done is not worth it. */
export function putAside(store: Store): void {
  const own = ownOf(store);
  if (store.page.library !== undefined && own !== undefined && hasDeeds(store)) store.remember(BEFORE, own);
}

/** Nothing is put aside any more: it is on the stage. */
export function forgetBefore(store: Store): void {
  store.remember(BEFORE, undefined);
}

function ownOf({ saved, page }: Store): SavedSession | undefined {
  return saved.value.sessions[page.stage.id];
}
