import { effect } from '@preact/signals';
import { type ComponentType, hydrate } from 'preact';
import { SimulationThread } from '../../session/client.ts';
import type { Thread } from '../../session/desk.ts';
import type { PageSpec, WidgetSpec } from '../../session/page.ts';
import { Store } from '../../session/store.ts';
import { bindAsking } from '../why/asking.ts';
import { bindKeys } from './keys.ts';
import { Stage, VIEW_NAMES, VIEWS, View } from './Stage.tsx';
import { type Layout, layoutFor, StageState } from './state.ts';
import { wireText } from './text.ts';
import { WIDGETS } from './widgets.ts';

/**
 * Wakes a page: hydrates the stage and every widget, wires the text, opens the clusters. Gives the store, for tests,
 * when all of the page can be used.
 */
export async function mount(
  root: Document,
  createThread: (files?: readonly string[]) => Thread = (files) => new SimulationThread(files),
): Promise<Store | undefined> {
  const text = root.getElementById('page-spec')?.textContent;
  const body = root.querySelector<HTMLElement>('[data-widget="stage"]');
  if (!text || body === null) return undefined;
  const page = JSON.parse(text) as PageSpec;
  const store = new Store(page, () => createThread(page.packs?.files));
  const stage = body.closest<HTMLElement>('.stage') ?? body;
  const state = new StageState(store, [layoutOf(stage)]);
  keepOnly(body, state.layouts.value);
  hydrate(<Stage store={store} state={state} />, body);
  const coming = page.widgets.map((widget) => hydrateWidget(root, widget, store));
  bindKeys(stage, store, state);
  wireText(root, store);
  bindAsking(root, store);
  watchLayout(stage, store, state);
  if (innerWidth >= 1440)
    void import('./beside/wakebeside.tsx').then(({ wakeBeside }) => wakeBeside(stage, store, state, { View, VIEWS }));
  stage.classList.add('awake');
  void store.wake(() => matchMedia('(prefers-reduced-motion: reduce)').matches).then(() => followLinks(store));
  await Promise.all(coming);
  return store;
}

/** The address may lead to a shared moment: now, or when another is pasted over it. */
function followLinks(store: Store): void {
  const follow = async (): Promise<void> => {
    if (!location.hash.startsWith('#m=')) return;
    const { openLink } = await import('../../session/visiting.ts');
    await openLink(store, location.hash, VIEW_NAMES);
  };
  void follow();
  addEventListener('hashchange', () => void follow());
}

/** What few pages have comes in chunks of its own. One function each: joined in one, a page would fetch both. */
const OF_SOME_PAGES = {
  lab: () => import('../lab/Lab.tsx'),
  playground: () => import('../playground/wakeplayground.tsx'),
  replay: () => import('../replay/wakereplay.ts'),
};

async function hydrateWidget(root: Document, { kind, id, props }: WidgetSpec, store: Store): Promise<void> {
  const place = root.querySelector<HTMLElement>(`[data-widget="${kind}"][data-id="${CSS.escape(id)}"]`);
  if (place === null) return;
  if (kind === 'lab' || kind === 'playground' || kind === 'replay') {
    (await OF_SOME_PAGES[kind]()).wake(place, props, store);
    return;
  }
  const Widget = WIDGETS[kind] as ComponentType<Record<string, unknown>>;
  hydrate(<Widget {...props} store={store} />, place);
}

function layoutOf(stage: Element): Layout {
  return layoutFor(stage.getBoundingClientRect().width, innerWidth);
}

/** The page was built with a drawing for every width; only the one that fits is woken. */
function keepOnly(body: Element, layouts: readonly Layout[]): void {
  for (const drawing of body.querySelectorAll('.drawing')) {
    if (!layouts.some((layout) => drawing.classList.contains(layout))) drawing.remove();
  }
  const ruler = layouts.includes('wide') ? 'wide' : 'narrow';
  for (const box of body.querySelectorAll('.ruler-box')) if (!box.classList.contains(ruler)) box.remove();
}

/** The layout follows the width; what nobody sees does not play. */
function watchLayout(stage: HTMLElement, store: Store, state: StageState): void {
  new ResizeObserver(() => {
    const layout = layoutOf(stage);
    if (state.layouts.value[0] !== layout) state.layouts.value = [layout];
  }).observe(stage);
  new IntersectionObserver(([entry]) => {
    if (entry !== undefined && !entry.isIntersecting) store.pause();
  }).observe(stage);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) store.pause();
  });
  effect(() => {
    stage.classList.toggle('full', state.isFull.value);
    document.documentElement.classList.toggle('stage-full', state.isFull.value);
  });
}
