import { hydrate } from 'preact';
import type { Store } from '../../session/store.ts';
import { Files } from './Files.tsx';
import { Ground } from './ground.ts';
import { Now } from './Now.tsx';
import { ShapeForm } from './ShapeForm.tsx';

interface PartProps {
  readonly part?: string;
}

const grounds = new WeakMap<Store, Ground>();

/** Wakes one part of the playground in its place. All of them share one ground. */
export function wake(place: Element, { part }: PartProps, store: Store): void {
  const ground = grounds.get(store) ?? new Ground(store);
  grounds.set(store, ground);
  const { id } = store.page.stage;
  const { files = {} } = store.page.sessions[id] ?? {};
  if (part === 'now') hydrate(<Now ground={ground} first={store.page.sessions[id]?.title ?? ''} />, place);
  if (part === 'files') hydrate(<Files ground={ground} session={id} files={files} />, place);
  if (part === 'shape') hydrate(<ShapeForm ground={ground} />, place);
  if (part === 'library') wireLibrary(place, ground);
}

/** The library is text; its buttons open the file beside them. */
function wireLibrary(place: Element, ground: Ground): void {
  place.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-opens]') : null;
    const file = button?.closest('.library-scenario')?.querySelector('[data-scenario]');
    if (file?.textContent) void ground.chooseScenario(file.textContent);
  });
}
