import type { JSX } from 'preact';
import type { PageSpec } from '../../session/page.ts';
import { Store } from '../../session/store.ts';
import { Stage } from './Stage.tsx';
import { StageState } from './state.ts';

/** The stage as drawn at build: all layouts, of which the style sheet shows the one that fits. It asks no thread. */
export function StaticStage({ page }: { readonly page: PageSpec }): JSX.Element {
  const store = new Store(page, () => {
    throw new Error('A stage drawn at build has no simulation thread.');
  });
  return <Stage store={store} state={new StageState(store, ['wide', 'narrow', 'follow'])} />;
}
