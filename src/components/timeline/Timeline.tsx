import type { JSX, Ref } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { StepLink, TimelineView } from '../../../sim/view/timeline.ts';
import { timeAt, xOf } from '../../../sim/view/timescale.ts';
import type { Store } from '../../session/store.ts';
import type { StageState } from '../stage/state.ts';
import { Art, quietWords } from './Art.tsx';
import { Axis } from './Axis.tsx';
import { Foot } from './Foot.tsx';
import { placesOf } from './geometry.ts';
import { Names } from './Names.tsx';
import styles from './timeline.css?url';
import { nextOf } from './walk.ts';

/** Brings the view's styles, which no page carries that does not show it. */
export function dress(): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = styles;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${styles} did not load`));
    document.head.append(link);
  });
}

interface TimelineProps {
  readonly store: Store;
  readonly state: StageState;
}

/** What caused what, and when: a lane for each process, work as slices, messages as arrows from lane to lane. */
export function Timeline({ store, state }: TimelineProps): JSX.Element {
  const { timeline } = store.frame.value;
  return (
    <section class="timeline" aria-label="Timeline">
      {timeline === undefined ? (
        <p class="foot">Asking the cluster…</p>
      ) : (
        <Lanes store={store} state={state} view={timeline} />
      )}
    </section>
  );
}

type Box = { readonly current: HTMLElement | null };

function Lanes({ store, state, view }: TimelineProps & { readonly view: TimelineView }): JSX.Element {
  const box = useRef<HTMLElement>(null);
  /** The step whose turn for the focus comes when the window that has it has arrived. */
  const awaited = useRef<number | undefined>(undefined);
  const chosen = store.chosen.value;
  const told = view.steps.find(({ number }) => number === chosen);
  useFollow(box, view, store);
  useEffect(() => {
    if (awaited.current !== undefined && focusOn(box.current, awaited.current)) awaited.current = undefined;
  }, [view]);
  /** Takes the focus to a step; when it is far away, as soon as it is there. Says where to look for it then. */
  const goTo = ({ number, at }: StepLink): number | undefined => {
    const isHere = focusOn(box.current, number);
    awaited.current = isHere ? undefined : number;
    return isHere ? undefined : at;
  };
  const chooseLink = (link: StepLink) => {
    const lane = view.steps.find(({ number }) => number === link.number)?.lane;
    store.choose(link.number, lane ?? store.selection.value ?? '', goTo(link));
  };
  const walk = (event: KeyboardEvent) => {
    const number = stepUnder(event.target);
    if (number === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextOf(view, number, event.key);
    if (event.key === 'Enter' || event.key === ' ') chooseIn(store, view, number);
    else if (next === undefined) return;
    else if (next !== 'none') {
      const around = goTo(next);
      if (around !== undefined) void store.look(around);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <Scroll store={store} state={state} view={view} box={box} onWalk={walk} />
      <Foot store={store} step={told} onGo={chooseLink} />
    </>
  );
}

/** The border of time and the names stay in sight while the lanes are scrolled. */
function Scroll(
  props: TimelineProps & {
    readonly view: TimelineView;
    readonly box: Ref<HTMLElement>;
    readonly onWalk: (event: KeyboardEvent) => void;
  },
): JSX.Element {
  const { store, state, view, box, onWalk } = props;
  const places = useMemo(() => placesOf(view.lanes), [view.lanes]);
  const { now, scene } = store.frame.value;
  const selected = store.selection.value;
  const look = (event: { readonly currentTarget: HTMLElement }) => lookOn(event.currentTarget, view, store);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
    <section class="lanes" tabIndex={0} aria-label={wordsOf(view, now)} ref={box} onScroll={look}>
      <div class="corner" aria-hidden="true">
        seconds
      </div>
      <Axis view={view} now={now} onSeek={(at) => store.seek(at)} />
      <Names
        view={view}
        places={places}
        scene={scene}
        isNarrow={state.layouts.value[0] === 'follow'}
        selected={selected}
        onSelect={(id) => store.select(id)}
      />
      <Art
        view={view}
        places={places}
        now={now}
        current={store.caption.value.number}
        chosen={store.chosen.value}
        selected={selected}
        onWalk={onWalk}
        onChoose={(target) => chooseIn(store, view, stepUnder(target))}
      />
    </section>
  );
}

/** Keeps now in sight when it moves, and the window where the reader has scrolled to. */
function useFollow(box: Box, view: TimelineView, store: Store): void {
  const { now } = store.frame.value;
  const current = store.caption.value.number;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const x = xOf(view.stretches, now);
    const room = element.clientWidth - namesWidth(element);
    const isInSight = x > element.scrollLeft + 30 && x < element.scrollLeft + room - 60;
    if (!isInSight) element.scrollLeft = x - 0.68 * room;
    const item = element.querySelector('.told.now');
    if (item !== null) reveal(element, item);
  }, [now, current]);
  useEffect(() => lookOn(box.current, view, store), [view]);
}

/** Asks for another window when the middle of what is in sight comes near the end of this one. */
function lookOn(element: HTMLElement | null, view: TimelineView, store: Store): void {
  if (element === null || store.isPlaying.value) return;
  const [from, to] = view.window;
  const middle = element.scrollLeft + (element.clientWidth - namesWidth(element)) / 2;
  const near = (to - from) * 0.2;
  const isBefore = from > 0 && middle < from + near;
  const isAfter = to < view.width && middle > to - near;
  if (isBefore || isAfter) void store.look(timeAt(view.stretches, middle));
}

function namesWidth(element: Element): number {
  return element.querySelector('.names')?.clientWidth ?? 0;
}

/** Scrolls so that a step can be seen beside the names and below the border of time. */
function reveal(element: HTMLElement | null, item: Element): void {
  if (element === null) return;
  const own = item.getBoundingClientRect();
  const room = element.getBoundingClientRect();
  const left = room.left + namesWidth(element) + 20;
  const top = room.top + 50;
  if (own.left < left) element.scrollLeft -= left - own.left;
  else if (own.right > room.right - 20) element.scrollLeft += own.right - room.right + 20;
  if (own.top < top) element.scrollTop -= top - own.top;
  else if (own.bottom > room.bottom - 20) element.scrollTop += own.bottom - room.bottom + 20;
}

function chooseIn(store: Store, view: TimelineView, number: number | undefined): void {
  const step = view.steps.find((candidate) => candidate.number === number);
  if (step === undefined) return;
  if (step.number === store.chosen.value) store.select(undefined);
  else store.choose(step.number, step.lane);
}

function stepUnder(target: EventTarget | null): number | undefined {
  const text = target instanceof Element ? target.closest('[data-step]')?.getAttribute('data-step') : undefined;
  return text ? Number(text) : undefined;
}

/** Takes the focus to a step and scrolls there. False when it is not in the window. */
function focusOn(element: HTMLElement | null, number: number): boolean {
  const item = element?.querySelector<SVGElement>(`.told[data-step="${number}"]`) ?? null;
  if (item === null) return false;
  item.focus({ preventScroll: true });
  reveal(element, item);
  return true;
}

function wordsOf(view: TimelineView, now: number): string {
  const { lanes, steps, known } = view;
  const numbers = steps.map(({ number }) => number);
  const range =
    known === 0 ? 'Nothing has happened yet.' : `Steps ${Math.min(...numbers)} to ${Math.max(...numbers)} of ${known}.`;
  return `${lanes.length} lanes at ${(now / 1000).toFixed(3)} s. ${range}${quietWords(view)} The Log view says the same in words.`;
}
