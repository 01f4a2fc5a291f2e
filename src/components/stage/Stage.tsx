import type { JSX } from 'preact';
import { latest } from '../../session/latest.ts';
import { SPEEDS } from '../../session/playback.ts';
import type { ViewName } from '../../session/protocol.ts';
import type { Store } from '../../session/store.ts';
import { Layer } from '../manifest/Manifest.tsx';
import { Banner } from './Banner.tsx';
import { Caption, Sentence } from './Caption.tsx';
import { Diagram } from './diagram/Diagram.tsx';
import { Glyph } from './icons.tsx';
import { Later } from './Later.tsx';
import { Lazy } from './Lazy.tsx';
import { Log } from './Log.tsx';
import { Port } from './port/Port.tsx';
import { Ruler } from './Ruler.tsx';
import { isEditing, type Layout, type StageState } from './state.ts';
import { Dock, Steps, Transport } from './Transport.tsx';

interface StageProps {
  readonly store: Store;
  readonly state: StageState;
}

/** The stage: one moment of one cluster, in five views, and the controls of its time. */
export function Stage({ store, state }: StageProps): JSX.Element {
  const layouts = state.layouts.value;
  return (
    <>
      <div class="stage-top">
        <Tabs store={store} />
        <Scale store={store} />
        <DescribeButton state={state} />
        <FullScreen state={state} />
      </div>
      {store.visit.value === undefined ? null : <Later part="banner" store={store} state={state} />}
      <Banner store={store} />
      <div class="neat" role="tabpanel" id="stage-panel" aria-labelledby={`tab-${store.view.value}`}>
        <div class="sheet">
          <View store={store} state={state} view={store.view.value} name="stage" />
          {isInspecting(store) ? <Later part="card" store={store} state={state} /> : null}
          {state.isDrawerOpen.value ? <Later part="drawer" store={store} state={state} /> : null}
          {state.isDescribed.value ? <Later part="description" store={store} state={state} /> : null}
        </div>
      </div>
      <Caption store={store} />
      <div class="transport">
        {rulers(layouts).map(([name, width]) => (
          <div key={name} class={`ruler-box ${name}`}>
            <Ruler store={store} width={width} />
          </div>
        ))}
        <Transport store={store} state={state} />
      </div>
      <Dock store={store} state={state} />
      <p class="notice">{store.notice.value}</p>
      <p class="visually-hidden" role="status">
        {store.said.value}
      </p>
      {(state.panel.value !== undefined || store.frame.value.terminals.some(isEditing)) && (
        <OpenPanel store={store} state={state} />
      )}
    </>
  );
}

/** Whether a part is pinned or under the pointer; in the timeline a chosen step has the place of its card. */
function isInspecting(store: Store): boolean {
  if (store.chosen.value !== undefined && store.view.value === 'timeline') return false;
  return (store.preview.value ?? store.selection.value) !== undefined;
}

/** The views and their titles. */
export const VIEWS: readonly (readonly [ViewName, string])[] = [
  ['diagram', 'Diagram'],
  ['port', 'Port'],
  ['timeline', 'Timeline'],
  ['tables', 'Tables'],
  ['log', 'Log'],
];

/** The views, by the order of their keys 1 to 5. */
export const VIEW_NAMES: readonly ViewName[] = VIEWS.map(([name]) => name);

function Tabs({ store }: { readonly store: Store }): JSX.Element {
  const press = (event: KeyboardEvent) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = VIEW_NAMES[(VIEW_NAMES.indexOf(store.view.value) + way + VIEW_NAMES.length) % VIEW_NAMES.length];
    if (next === undefined) return;
    store.showView(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="View" onKeyDown={press}>
      {VIEWS.map(([name, title]) => {
        const isShown = store.view.value === name;
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={isShown}
            aria-controls="stage-panel"
            tabIndex={isShown ? 0 : -1}
            onClick={() => store.showView(name)}
          >
            {title}
          </button>
        );
      })}
    </div>
  );
}

function Scale({ store }: { readonly store: Store }): JSX.Element {
  const { scale } = SPEEDS[store.speed.value];
  if (scale === '') return <p class="scale">Messages arrive at once</p>;
  return (
    <p class="scale">
      1 s of cluster time takes <em>{scale}</em>
    </p>
  );
}

interface ViewProps extends StageProps {
  readonly view: ViewName;
  /** Of its drawings, unique in the page. */
  readonly name: string;
}

/** One of the views. */
export function View({ store, state, view, name }: ViewProps): JSX.Element {
  if (view === 'tables') return <Later part="tables" store={store} state={state} />;
  if (view === 'log') return <Log store={store} state={state} />;
  if (view === 'timeline') return <TimelineView store={store} state={state} />;
  return (
    <>
      {state.layouts.value.map((layout) => (
        <div key={layout} class={`drawing ${layout}`}>
          <Drawing store={store} state={state} view={view} name={name} layout={layout} />
        </div>
      ))}
    </>
  );
}

/** Panels come when the first is opened. */
function OpenPanel({ store, state }: StageProps): JSX.Element {
  return (
    <Lazy
      name="panel"
      load={() => import('./Panels.tsx').then(({ Panels }) => Panels)}
      with={{ store, state, views: VIEW_NAMES, Diagram, Sentence, Steps, latest, isEditing, Layer }}
    >
      <span hidden />
    </Lazy>
  );
}

/** The Timeline comes in a chunk of its own. Without scripts these words stand, and the whole log below. */
function TimelineView({ store, state }: StageProps): JSX.Element {
  const { actors, nodes } = store.frame.value.scene;
  const titles = [...actors.map(({ title }) => title), ...nodes.map(({ name }) => `kubelet on ${name}`)];
  return (
    <Lazy
      name="timeline"
      load={() => import('../timeline/Timeline.tsx').then(({ Timeline, dress }) => dress().then(() => Timeline))}
      with={{ store, state }}
    >
      <p class="timeline-words">
        The timeline has a lane for each process: {titles.join(', ')}. Nothing has happened yet.
      </p>
    </Lazy>
  );
}

function Drawing({ store, state, view, name, layout }: ViewProps & { readonly layout: Layout }): JSX.Element {
  if (store.frame.value.scene.nodes.length > MOST_DRAWN) return <FleetView store={store} state={state} />;
  const Picture = view === 'port' ? Port : Diagram;
  return (
    <Picture
      scene={store.scene.value}
      layout={layout}
      plans={state.plans.value}
      name={`${name}-${layout}`}
      selected={store.selection.value}
      onSelect={(id) => store.select(id)}
      onPreview={(id) => state.hover(id)}
    />
  );
}

/** More nodes than this are a fleet. */
const MOST_DRAWN = 24;

/** A fleet is drawn by a chunk of its own. */
function FleetView({ store, state }: StageProps): JSX.Element {
  return (
    <Lazy
      name="chart of the fleet"
      load={() => import('./fleet/Fleet.tsx').then(({ Fleet, dress }) => dress().then(() => Fleet))}
      with={{ store, state }}
    >
      <p>{`${store.frame.value.scene.nodes.length} nodes.`}</p>
    </Lazy>
  );
}

function FullScreen({ state }: { readonly state: StageState }): JSX.Element {
  const isFull = state.isFull.value;
  return (
    <button
      type="button"
      class="full-toggle"
      aria-pressed={isFull}
      aria-label="Full screen"
      onClick={() => {
        state.isFull.value = !isFull;
      }}
    >
      <Glyph name={isFull ? 'close' : 'full'} />
    </button>
  );
}

function rulers(layouts: readonly Layout[]): readonly (readonly [string, number])[] {
  const wide = layouts.includes('wide') ? [['wide', 748] as const] : [];
  const narrow = layouts.some((layout) => layout !== 'wide') ? [['narrow', 360] as const] : [];
  return [...wide, ...narrow];
}

/** Asks for the cluster in words, as it is at this moment. */
function DescribeButton({ state }: { readonly state: StageState }): JSX.Element {
  return (
    <button
      type="button"
      class="describe"
      aria-expanded={state.isDescribed.value}
      aria-label="Describe the cluster now"
      onClick={() => state.toggleDescription()}
    >
      Describe
    </button>
  );
}
