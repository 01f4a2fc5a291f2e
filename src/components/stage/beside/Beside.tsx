import type { JSX } from 'preact';
import type { ViewName } from '../../../session/protocol.ts';
import type { Store } from '../../../session/store.ts';
import type { View as AnyView, VIEWS } from '../Stage.tsx';
import type { StageState } from '../state.ts';

interface ToggleProps {
  readonly store: Store;
  readonly choose: (view: ViewName | undefined) => void;
}

/** Shows a second view, or takes it away. */
export function Toggle({ store, choose }: ToggleProps): JSX.Element {
  const isShown = store.beside.value !== undefined;
  return (
    <button
      type="button"
      class="button"
      aria-pressed={isShown}
      onClick={() => choose(isShown ? undefined : store.view.value === 'timeline' ? 'diagram' : 'timeline')}
    >
      Pair
    </button>
  );
}

interface BesideProps extends ToggleProps {
  readonly state: StageState;
  readonly View: typeof AnyView;
  readonly views: typeof VIEWS;
}

/** The second view: tabs as those of the first, without the view that the first shows. */
export function Beside({ store, state, View, views, choose }: BesideProps): JSX.Element | null {
  const view = store.beside.value;
  if (view === undefined) return null;
  const offered = views.filter(([name]) => name !== store.view.value);
  const press = (event: KeyboardEvent) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = offered.findIndex(([name]) => name === view);
    const [next] = offered[(at + way + offered.length) % offered.length] ?? [];
    choose(next);
    if (next !== undefined) requestAnimationFrame(() => document.getElementById(`beside-tab-${next}`)?.focus());
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Second view" onKeyDown={press}>
        {offered.map(([name, title]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`beside-tab-${name}`}
            aria-selected={name === view}
            aria-controls="beside-panel"
            tabIndex={name === view ? 0 : -1}
            onClick={() => choose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      <div class="neat" role="tabpanel" id="beside-panel" aria-labelledby={`beside-tab-${view}`}>
        <div class="sheet">
          <View store={store} state={state} view={view} name="beside" />
        </div>
      </div>
    </>
  );
}
