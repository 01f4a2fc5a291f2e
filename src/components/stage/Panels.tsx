import type { ComponentType, JSX } from 'preact';
import type { latest } from '../../session/latest.ts';
import type { Store } from '../../session/store.ts';
import type { Layer } from '../manifest/Manifest.tsx';
import type { Sentence } from './Caption.tsx';
import type { Diagram } from './diagram/Diagram.tsx';
import { Lazy } from './Lazy.tsx';
import type { isEditing, Panel, StageState } from './state.ts';
import type { Steps } from './Transport.tsx';

interface PanelsProps {
  readonly store: Store;
  readonly state: StageState;
  /** Names of the stage's views. */
  readonly views: readonly string[];
  /** What panels show as the stage does. Handed over: imported here, it would be a chunk more for every page. */
  readonly Diagram: typeof Diagram;
  readonly Sentence: typeof Sentence;
  readonly Steps: typeof Steps;
  readonly latest: typeof latest;
  readonly isEditing: typeof isEditing;
  readonly Layer: typeof Layer;
}

/** What panels get. */
export type PanelProps = PanelsProps & { readonly panel: Panel };

type Shown = ComponentType<PanelProps>;

/** The panels over the page. Each comes with a chunk and style sheets of its own when it is first opened. */
const CHUNKS: Readonly<Record<Panel['kind'], { readonly name: string; readonly load: () => Promise<unknown> }>> = {
  decision: {
    name: 'scheduler’s tables',
    load: () => import('./decision/Decision.tsx').then(({ Decision, styles }) => styled(Decision, styles)),
  },
  inside: {
    name: 'inside of this part',
    load: () => import('./inside/Inside.tsx').then(({ Inside, styles }) => styled(Inside, styles)),
  },
  editor: {
    name: 'editor',
    load: () => import('./editor/Editor.tsx').then(({ Editor, styles }) => styled(Editor, styles)),
  },
  futures: {
    name: 'panel for two futures',
    load: () => import('./futures/Futures.tsx').then(({ Futures, styles }) => styled(Futures, styles)),
  },
  way: {
    name: 'panel for requests',
    load: () => import('./way/Way.tsx').then(({ Way, styles }) => styled(Way, styles)),
  },
  moment: {
    name: 'panel for links',
    load: () => import('./moment/Moment.tsx').then(({ Moment, styles }) => styled(Moment, styles)),
  },
};

const EDITOR: Panel = { kind: 'editor' };

/** The panel that is open, if one is: the reader's, or the editor that a line has opened. */
export function Panels(props: PanelsProps): JSX.Element | null {
  const { store, state, isEditing } = props;
  const panel = state.panel.value ?? (store.frame.value.terminals.some(isEditing) ? EDITOR : undefined);
  if (panel === undefined) return null;
  const { name, load } = CHUNKS[panel.kind];
  const fail = () => {
    state.panel.value = undefined;
  };
  return (
    <Lazy key={panel.kind} name={name} load={load as () => Promise<Shown>} with={{ ...props, panel }} onProblem={fail}>
      <span hidden />
    </Lazy>
  );
}

/** Style sheets that are imported as such would be in every page from the start; these come with their panel. */
async function styled<T>(shown: T, styles: readonly string[]): Promise<T> {
  const missing = styles.filter((href) => document.querySelector(`link[href="${href}"]`) === null);
  await Promise.all(
    missing.map((href) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
      document.head.append(link);
      return new Promise((resolve, reject) => {
        link.onload = resolve;
        link.onerror = reject;
      });
    }),
  );
  return shown;
}
