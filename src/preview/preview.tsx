import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { Problem } from '../lesson/model.ts';
import type { Store } from '../session/store.ts';
import { Panel } from './panel.tsx';
import { keepPlace, returnTo, takePlace } from './place.ts';
import type { Recorded } from './record.tsx';

/** What the lesson check says of this page; undefined while it runs. */
export interface Verdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What vite's client offers a module. */
interface Hot {
  on(event: string, heard: (data: { path?: string }) => unknown): void;
  send(event: string, data: unknown): void;
}

const store = signal<Store | undefined>(undefined);
const verdict = signal<Verdict | undefined>(undefined);
/** The saved text cannot be shown: the page stays as it last could. */
const isHeld = signal(false);
const recorded = signal<Recorded | undefined>(undefined);
const place = takePlace();

document.addEventListener('course:awake', (event) => {
  const awake = (event as CustomEvent<Store>).detail;
  store.value = awake;
  const stop = effect(() => {
    if (!awake.isAwake.value) return;
    if (place !== undefined) queueMicrotask(() => void returnTo(place, awake));
    else if (asked !== undefined) queueMicrotask(() => awake.seekBeat(asked));
    queueMicrotask(() => stop());
  });
});
/** `npm run lesson -- open LESSON --at BEAT` leads to a beat: the stage goes there too. */
const asked = /^#beat-(.+)$/.exec(location.hash)?.[1];
if (place === undefined && asked !== undefined) {
  addEventListener('load', () =>
    document.querySelector('.stage')?.dispatchEvent(new Event('focusin', { bubbles: true })),
  );
}
if (place !== undefined) addEventListener('load', () => scrollTo({ top: place.scroll, behavior: 'instant' }));

const isOwn = ({ path }: { readonly path?: string }) => path === location.pathname;

/** Shows the new version of the page where the author is; a version that cannot be shown waits for the next save. */
async function reload(): Promise<void> {
  const { ok } = await fetch(location.href);
  isHeld.value = !ok;
  if (!ok) return;
  keepPlace(store.value);
  location.reload();
}

const hot = (import.meta as unknown as { readonly hot?: Hot }).hot;
if (hot !== undefined && document.querySelector('main article.pair') !== null) {
  hot.on('vite:beforeFullReload', (reloading) => {
    // Vite reloads a page of this name, so not this one: it is done below, when there is something to show.
    reloading.path = '/none.html';
    void reload();
  });
  hot.on('preview:saved', (data) => isOwn(data) && reload());
  hot.on('preview:checking', (data) => {
    if (isOwn(data)) verdict.value = undefined;
  });
  hot.on('preview:checked', (data) => {
    if (isOwn(data)) verdict.value = data as unknown as Verdict;
  });
  hot.on('preview:recorded', (data) => {
    if (isOwn(data)) recorded.value = data as unknown as Recorded;
  });
  hot.send('preview:check', { path: location.pathname });
  const ask = (link: string, isWriting: boolean) =>
    hot.send('preview:record', { path: location.pathname, link, isWriting });
  const panel = document.createElement('aside');
  panel.className = 'preview';
  panel.setAttribute('aria-label', 'Preview for authors');
  document.body.append(panel);
  render(<Panel store={store} verdict={verdict} isHeld={isHeld} recorded={recorded} onRecord={ask} />, panel);
}
