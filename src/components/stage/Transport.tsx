import type { JSX } from 'preact';
import { SPEEDS, type Speed } from '../../session/playback.ts';
import type { Store } from '../../session/store.ts';
import { Glyph } from './icons.tsx';
import type { StageState } from './state.ts';

/** The buttons under the ruler. */
export function Transport({ store, state }: { readonly store: Store; readonly state: StageState }): JSX.Element {
  const { canUndo, canRestore, scene } = store.frame.value;
  const hasFaults = store.page.stage.tools.includes('faults');
  return (
    <div class="controls">
      <Steps store={store} />
      <Speeds store={store} />
      {hasFaults && (
        <button
          type="button"
          class="button"
          aria-expanded={state.isDrawerOpen.value}
          onClick={() => state.toggleDrawer()}
        >
          <Glyph name="storm" />
          Break…
        </button>
      )}
      <button type="button" class="button" disabled={!canUndo} onClick={() => store.undo()}>
        <Glyph name="undo" />
        Undo
      </button>
      {canRestore && (
        <button type="button" class="button" aria-label="Restore" title="Restore" onClick={() => store.restore()}>
          <Glyph name="restore" />
        </button>
      )}
      <Opener state={state} kind="futures" title="Two futures" />
      <Opener state={state} kind="moment" title="Link to this moment" />
      <span class="clock">
        <span class="visually-hidden">Cluster time </span>
        {scene.clock}
      </span>
    </div>
  );
}

/** Back, on, and on by one: also in panels, under which the stage's own are out of reach. */
export function Steps({ store }: { readonly store: Store }): JSX.Element {
  return (
    <>
      <Back store={store} />
      <Play store={store} />
      <button type="button" class="button" onClick={() => store.step()}>
        <Glyph name="step" />
        Step
      </button>
      <button
        type="button"
        class="button"
        aria-label="Next message"
        title="Next message"
        aria-keyshortcuts="m"
        onClick={() => store.step('message')}
      >
        <Glyph name="letter" />
      </button>
    </>
  );
}

function Back({ store }: { readonly store: Store }): JSX.Element {
  return (
    <button
      type="button"
      class="button"
      aria-label="One step back"
      disabled={store.frame.value.now <= 0}
      onClick={() => store.stepBack()}
    >
      <Glyph name="back" />
    </button>
  );
}

interface OpenerProps {
  readonly state: StageState;
  readonly kind: 'futures' | 'moment';
  readonly title: string;
}

/** Opens a panel; its icon's name is the panel's. */
function Opener({ state, kind, title }: OpenerProps): JSX.Element {
  const open = () => {
    state.panel.value = { kind };
  };
  return (
    <button type="button" class="button" aria-label={title} title={title} onClick={open}>
      <Glyph name={kind === 'moment' ? 'link' : kind} />
    </button>
  );
}

/** Play says what it will run. While something plays, the same button stops it. */
export function Play({ store }: { readonly store: Store }): JSX.Element {
  const { nextDo } = store.frame.value;
  const isPlaying = store.isPlaying.value;
  const label = isPlaying ? 'Pause' : nextDo === undefined ? 'Play' : `Play: ${nextDo}`;
  return (
    <button
      type="button"
      class="button button-primary play"
      aria-label={label}
      title={nextDo === undefined ? undefined : nextDo}
      onClick={() => (isPlaying ? store.pause() : store.play())}
    >
      <Glyph name={isPlaying ? 'pause' : 'play'} />
      <span>{isPlaying ? 'Pause' : 'Play'}</span>
    </button>
  );
}

function Speeds({ store }: { readonly store: Store }): JSX.Element {
  return (
    <fieldset class="speeds">
      <legend class="visually-hidden">Speed</legend>
      {(Object.keys(SPEEDS) as Speed[]).map((speed) => (
        <button
          key={speed}
          type="button"
          class="button"
          aria-pressed={store.speed.value === speed}
          onClick={() => store.setSpeed(speed)}
        >
          {SPEEDS[speed].label}
        </button>
      ))}
    </fieldset>
  );
}

/** On phones: the controls one needs all the time, under the thumb. */
export function Dock({ store, state }: { readonly store: Store; readonly state: StageState }): JSX.Element {
  const { scene } = store.frame.value;
  const { number } = store.caption.value;
  const last = Math.max(number, store.marks.value.at(-1)?.number ?? 0);
  const text = number === 0 ? 'Start' : number === last ? `Step ${number}` : `Step ${number} of ${last}`;
  return (
    <div class="dock">
      <Back store={store} />
      <div class="progress">
        <span>{`${text}, ${scene.clock}`}</span>
        <progress max={Math.max(1, last)} value={number} aria-label="Steps shown" />
      </div>
      <Play store={store} />
      <button type="button" class="button" aria-label="Step" onClick={() => store.step()}>
        <Glyph name="step" />
      </button>
      {store.page.stage.tools.includes('terminal') && (
        <button type="button" class="button" aria-label="Terminal" onClick={() => openTerminal(state)}>
          <Glyph name="prompt" />
        </button>
      )}
    </div>
  );
}

/** The terminal of a phone is in the full screen. */
function openTerminal(state: StageState): void {
  state.isFull.value = true;
  document.querySelector<HTMLElement>('.stage > .terminal input')?.focus();
}
