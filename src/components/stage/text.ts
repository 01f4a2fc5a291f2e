import { effect } from '@preact/signals';
import type { Store } from '../../session/store.ts';

/**
 * Wires what the text of a lesson says to the stage: `[data-do]` carries out its command (in the session
 * `data-session`, if given), `[data-beat]` shows its moment, and the list items of beats that were reached are marked.
 */
export function wireText(root: Document, store: Store): void {
  root.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : undefined;
    const deed = target?.closest<HTMLElement>('[data-do]');
    if (deed?.dataset['do'] !== undefined) {
      event.preventDefault();
      store.doCommand(deed.dataset['do'], deed.dataset['session'] ?? store.page.stage.id);
      return;
    }
    const beat = target?.closest<HTMLElement>('[data-beat]')?.dataset['beat'];
    if (beat === undefined) return;
    store.show(store.page.stage.id);
    store.seekBeat(beat);
  });
  // A deed within a sentence is a link, so that it can break over lines; a button is pressed with Space as well.
  root.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || !(event.target instanceof HTMLAnchorElement) || !('do' in event.target.dataset)) return;
    event.preventDefault();
    event.target.click();
  });
  effect(() => markBeats(root, store));
}

/** The last beat reached is the present one; those before it are past. */
function markBeats(root: Document, store: Store): void {
  const { frames, page } = store;
  const frame = frames.value[page.stage.id];
  const reached = (frame?.reached ?? []).map(({ id }) => id);
  const now = frame?.beat ?? reached.at(-1);
  const past = reached.slice(0, Math.max(0, reached.indexOf(now ?? '')));
  for (const button of root.querySelectorAll<HTMLElement>('[data-beat]')) {
    const id = button.dataset['beat'] ?? '';
    const item = button.closest('li') ?? button;
    const isNow = id === now;
    item.classList.toggle('on', isNow);
    item.classList.toggle('past', past.includes(id));
    if (isNow) button.setAttribute('aria-current', 'step');
    else button.removeAttribute('aria-current');
  }
}
