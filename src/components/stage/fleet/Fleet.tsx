import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Store } from '../../../session/store.ts';
import type { StageState } from '../state.ts';
import { type Berths, berthsFor, neighbour, shipAt } from './berths.ts';
import fleet from './fleet.css?url';
import { INKS, type Inks, paint } from './paint.ts';
import { fleetWords, type Ship, shipWords, zonesOf } from './ships.ts';
import { Zones } from './Zones.tsx';

/** Brings the chart's styles, which no page carries that has no fleet. */
export function dress(): Promise<void> {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: fleet });
  document.head.append(link);
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${fleet} did not load`));
  });
}

interface FleetProps {
  readonly store: Store;
  readonly state: StageState;
}

/** The chart never gets lower than this, in px, and takes the height of the sheet otherwise. */
const LEAST_ROOM = 150;

/** A cluster of more nodes than can be drawn one by one: a calm chart by zone, on a canvas, and the same in words. */
export function Fleet({ store, state }: FleetProps): JSX.Element {
  const { nodes, actors, unscheduled } = store.frame.value.scene;
  const zones = useMemo(() => zonesOf(nodes), [nodes]);
  const waiting = unscheduled.length === 0 ? '' : ` ${unscheduled.length} more have no node yet.`;
  return (
    <section class="fleet" aria-label="The fleet">
      <ul class="tower" aria-label="Control plane">
        {actors.map(({ id, title, line, isUp }) => (
          <li key={id}>
            <button
              type="button"
              data-id={id}
              aria-pressed={store.selection.value === id}
              onClick={() => store.select(id)}
            >
              <b>{title}</b> {isUp ? line : 'stopped'}
            </button>
          </li>
        ))}
      </ul>
      <p class="fleet-words">
        {fleetWords(zones)}
        {waiting}
      </p>
      <Chart store={store} state={state} ships={nodes} />
      <Zones zones={zones} ships={nodes} onOpen={(id) => open(store, state, id)} />
    </section>
  );
}

/** A node is opened, and its card stays behind. */
function open(store: Store, state: StageState, id: string): void {
  if (store.selection.value !== id) store.select(id);
  state.open(id);
}

/**
 * The canvas. It has the focus as a whole; arrow keys walk over the ships, Enter opens one. Of the options only the one
 * that is walked on is in the page: thousands would be a burden to everybody.
 */
function Chart({ store, state, ships }: FleetProps & { readonly ships: readonly Ship[] }): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [room, setRoom] = useState<readonly [width: number, height: number]>([0, 0]);
  const [active, setActive] = useState(0);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const [hasFocus, setHasFocus] = useState(false);
  const inks = useInks();
  const berths = useMemo(() => berthsFor(ships, room[0], room[1]), [ships, room]);
  useRoom(frame, setRoom);
  const marked = hovered ?? (hasFocus ? active : undefined);
  useLayoutEffect(() => {
    if (canvas.current !== null && inks !== undefined) draw(canvas.current, ships, berths, inks, marked);
  }, [ships, berths, inks, marked]);
  const under = (event: MouseEvent) => shipAt(berths, event.offsetX, event.offsetY);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(berths, active, event.key);
    const ship = ships[active];
    if (next !== undefined) setActive(next);
    else if (event.key === 'Enter' && ship !== undefined) open(store, state, ship.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const current = ships[marked ?? active];
  return (
    <>
      <div
        class="fleet-chart"
        ref={frame}
        role="listbox"
        tabIndex={0}
        aria-label={`${ships.length} nodes: arrow keys walk over them, Enter opens one`}
        aria-activedescendant="fleet-ship"
        onKeyDown={press}
        onFocus={() => setHasFocus(true)}
        onBlur={() => setHasFocus(false)}
      >
        <canvas
          ref={canvas}
          onPointerMove={(event) => setHovered(under(event))}
          onPointerLeave={() => setHovered(undefined)}
          onClick={(event) => {
            const found = under(event);
            if (found === undefined) return;
            setActive(found);
            open(store, state, ships[found]?.id ?? '');
          }}
        />
        {ships[active] !== undefined && (
          <span
            id="fleet-ship"
            class="visually-hidden"
            role="option"
            tabIndex={-1}
            aria-selected={store.selection.value === ships[active].id}
            aria-setsize={ships.length}
            aria-posinset={active + 1}
          >
            {shipWords(ships[active])}
          </span>
        )}
      </div>
      <p class="fleet-now">{marked === undefined || current === undefined ? <Legend /> : shipWords(current)}</p>
    </>
  );
}

/** What the shapes mean. */
function Legend(): JSX.Element {
  return (
    <>
      <i class="key ready" /> Ready <i class="key cordoned" /> cordoned <i class="key unready" /> not Ready{' '}
      <i class="key dark" /> no power or cable. A box fills with its pods: <b class="running">running</b>,{' '}
      <b class="waiting">waiting</b>, <b class="failing">in trouble</b>.
    </>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  ships: readonly Ship[],
  berths: Berths,
  inks: Inks,
  active: number | undefined,
): void {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(berths.width * scale), Math.round(berths.height * scale)];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    canvas.style.height = `${berths.height}px`;
  }
  const brush = canvas.getContext('2d');
  if (brush === null) return;
  brush.setTransform(scale, 0, 0, scale, 0, 0);
  paint(brush, ships, berths, inks, active);
}

/** How much room the chart has. */
function useRoom(
  frame: { readonly current: HTMLElement | null },
  set: (room: readonly [width: number, height: number]) => void,
): void {
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const measure = () => set([element.clientWidth, Math.max(LEAST_ROOM, element.clientHeight)]);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}

/** The colours of the theme. A canvas knows no tokens: an element that wears each tells what it is. */
function useInks(): Inks | undefined {
  const [inks, setInks] = useState<Inks | undefined>(undefined);
  useEffect(() => {
    const read = () => setInks(readInks());
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const theme = new MutationObserver(read);
    read();
    scheme.addEventListener('change', read);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      scheme.removeEventListener('change', read);
      theme.disconnect();
    };
  }, []);
  return inks;
}

function readInks(): Inks {
  const probe = document.createElement('i');
  document.body.append(probe);
  const colours = INKS.map((ink) => {
    probe.style.color = `var(--${ink})`;
    return [ink, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours) as Inks;
}
