import type { Store } from '../../session/store.ts';

interface ReplayProps {
  readonly session?: string;
  readonly does?: readonly string[];
}

/** Wakes the button of one replay: it plays in a cluster of its own, from the start each time. */
export function wake(place: Element, { session = '', does = [] }: ReplayProps, store: Store): void {
  place.querySelector('button')?.addEventListener('click', () => void watch(store, session, does));
}

/** Does what a belief suggests, command by command, then plays to the record that shows how it is. */
async function watch(store: Store, session: string, does: readonly string[]): Promise<void> {
  store.pause();
  store.show(session);
  await store.settled();
  if (store.frame.value.now > 0) store.reset();
  document.getElementById('stage')?.scrollIntoView({ block: 'nearest' });
  for (const line of does) {
    store.doCommand(line, session);
    await store.settled();
  }
  if (store.frame.value.reached.length === 0) store.play();
}
