import type { ComponentType, JSX } from 'preact';
import type { Store } from '../../session/store.ts';
import { Lazy } from './Lazy.tsx';
import type { StageState } from './state.ts';

interface PartProps {
  readonly store: Store;
  readonly state: StageState;
}

interface Chunk {
  readonly name: string;
  readonly load: () => Promise<ComponentType<PartProps>>;
}

/** Parts of the stage that nobody sees before a touch. Each comes in a chunk of its own. */
const CHUNKS = {
  card: { name: 'card', load: () => import('./Inspector.tsx').then(({ Inspector }) => Inspector) },
  description: { name: 'description', load: () => import('./Description.tsx').then(({ Description }) => Description) },
  drawer: { name: 'drawer', load: () => import('./Drawer.tsx').then(({ Drawer }) => Drawer) },
  tables: { name: 'tables', load: () => import('./Tables.tsx').then(({ Tables }) => Tables) },
  banner: { name: 'banner', load: () => import('./VisitBanner.tsx').then(({ VisitBanner }) => VisitBanner) },
} satisfies Readonly<Record<string, Chunk>>;

/** A part of the stage, once it has come. */
export function Later({ part, store, state }: PartProps & { readonly part: keyof typeof CHUNKS }): JSX.Element {
  const { name, load }: Chunk = CHUNKS[part];
  return (
    <Lazy name={name} load={load} with={{ store, state }}>
      <span hidden />
    </Lazy>
  );
}
