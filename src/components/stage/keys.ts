import type { Store } from '../../session/store.ts';
import { VIEW_NAMES } from './Stage.tsx';
import type { StageState } from './state.ts';

/** Keys that work while the focus is within the stage, and nowhere else. Typing in a field is left alone. */
export function bindKeys(stage: HTMLElement, store: Store, state: StageState): void {
  stage.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!isTyping(event.target) && press(event, stage, store, state)) event.preventDefault();
  });
  // A card that came by hovering can be sent away wherever the focus is.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) closeLast(stage, store, state);
  });
}

/** Closes what was opened last: the drawer, the description, the card, the full screen. */
function closeLast(stage: HTMLElement, store: Store, state: StageState): void {
  if (state.isDrawerOpen.value) {
    state.isDrawerOpen.value = false;
    stage.querySelector<HTMLElement>('.controls [aria-expanded]')?.focus();
  } else if (state.isDescribed.value) {
    state.isDescribed.value = false;
    stage.querySelector<HTMLElement>('.describe')?.focus();
  } else if (store.selection.value !== undefined || store.preview.value !== undefined) {
    store.select(undefined);
    state.hold();
    store.preview.value = undefined;
  } else state.isFull.value = false;
}

/** Whether the key was one of the stage's. */
function press({ key, target }: KeyboardEvent, stage: HTMLElement, store: Store, state: StageState): boolean {
  const view = VIEW_NAMES[Number(key) - 1];
  if (view !== undefined) store.showView(view);
  else if (key === ' ' && !(target instanceof HTMLButtonElement)) store.isPlaying.value ? store.pause() : store.play();
  else if (key === 'ArrowRight') store.step();
  else if (key === 'ArrowLeft') store.stepBack();
  else if (key === 'Home') store.seek(0);
  else if (key === 'End') store.seek(store.marks.value.at(-1)?.at ?? store.frame.value.now);
  else if (key === 'u') store.undo();
  else if (key === 'm') store.step('message');
  else if (key === 'i') state.open(store.selection.value ?? store.preview.value);
  else if (key === '/') stage.querySelector<HTMLElement>('.terminal input')?.focus();
  else return false;
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'range';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
