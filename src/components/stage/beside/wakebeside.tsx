import { render } from 'preact';
import type { ViewName } from '../../../session/protocol.ts';
import type { Store } from '../../../session/store.ts';
import type { View as AnyView, VIEWS as Views } from '../Stage.tsx';
import type { StageState } from '../state.ts';
import { Beside, Toggle } from './Beside.tsx';
import styles from './beside.css?url';
import { halfChart, halfHarbour } from './half.ts';

/** So wide a window has room for two views. */
const ROOM = '(min-width: 1440px)';
/** In less than this the words of the wide drawings are smaller than they should be. */
const WIDE = 776;
/** Where the reader's choice is kept, for all pages of this device. */
const KEY = 'course-beside';

/** What the stage has already. Imported here, it would be a chunk more for every page. */
interface Handed {
  readonly View: typeof AnyView;
  readonly VIEWS: typeof Views;
}

/**
 * Two views side by side, of one moment and one selection, where the window has room for them. The second stands in a
 * root of its own beside the stage's.
 */
export async function wakeBeside(
  stage: HTMLElement,
  store: Store,
  state: StageState,
  { View, VIEWS }: Handed,
): Promise<void> {
  await dress();
  const places = [document.createElement('div'), document.createElement('div')] as const;
  places[0].className = 'beside-toggle';
  places[1].className = 'beside';
  stage.prepend(...places);
  const room = matchMedia(ROOM);
  const kept = read();
  if (room.matches && VIEWS.some(([name]) => name === kept)) store.beside.value = kept as ViewName;
  room.addEventListener('change', () => {
    if (!room.matches) store.beside.value = undefined;
  });
  const choose = (view: ViewName | undefined) => {
    store.beside.value = view;
    write(view ?? '');
  };
  render(<Toggle store={store} choose={choose} />, places[0]);
  render(<Beside store={store} state={state} View={View} views={VIEWS} choose={choose} />, places[1]);
  keepApart(store, choose);
  keepInPlace(stage, places[1], store, state);
}

/** A view is shown once: where the first takes the second's, the second takes what the first had. */
function keepApart(store: Store, choose: (view: ViewName | undefined) => void): void {
  let before = store.view.peek();
  store.view.subscribe((view) => {
    if (view === store.beside.peek()) choose(before === view ? otherThan(view) : before);
    before = view;
  });
  store.beside.subscribe((beside) => {
    if (beside === store.view.peek()) choose(otherThan(beside));
    if (store.isAwake.peek()) void store.look();
  });
}

function otherThan(view: ViewName): ViewName {
  return view === 'timeline' ? 'diagram' : 'timeline';
}

/** The second view is as high as the first, and at the same height. */
function keepInPlace(stage: HTMLElement, place: HTMLElement, store: Store, state: StageState): void {
  const neat = stage.querySelector<HTMLElement>('.neat');
  if (neat === null) return;
  const put = () => {
    const isPaired = store.beside.peek() !== undefined;
    stage.classList.toggle('paired', isPaired);
    document.documentElement.classList.toggle('stage-paired', isPaired);
    const from = stage.getBoundingClientRect().top;
    const { top, width, height } = neat.getBoundingClientRect();
    state.plans.value = isPaired && width < WIDE ? { chart: halfChart, harbour: halfHarbour } : undefined;
    place.style.top = `${top - from}px`;
    place.style.height = `${height}px`;
  };
  store.beside.subscribe(put);
  new ResizeObserver(put).observe(neat);
  new ResizeObserver(put).observe(stage);
}

function dress(): Promise<void> {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: styles });
  document.head.append(link);
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${styles} did not load`));
  });
}

function read(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/** A browser that keeps nothing forgets it, and no more. */
function write(view: string): void {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    return;
  }
}
