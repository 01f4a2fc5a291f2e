import type { ComponentChildren, JSX } from 'preact';
import type { Badge, Flight, PodShape, Scene } from '../../../../sim/view/scene.ts';
import type { Chart } from '../diagram/chart.ts';
import type { Harbour } from '../port/harbour.ts';
import type { Place } from './route.ts';

/** A chart and a harbour for so many ships; undefined where the layout's own is better. */
export interface Plans {
  readonly chart: (ships: number) => Chart | undefined;
  readonly harbour: (ships: number) => Harbour | undefined;
}

/** The props of both drawings. Selection and preview go by the ids of the scene. */
export interface DrawingProps {
  readonly scene: Scene;
  readonly layout: 'wide' | 'narrow' | 'follow';
  /** Where everything stands, in place of what goes with the layout. */
  readonly plans?: Plans | undefined;
  readonly selected?: string | undefined;
  /** Unique in the page: it prefixes the ids inside the drawing. */
  readonly name: string;
  readonly onSelect?: ((id: string) => void) | undefined;
  /** An id while the pointer or the focus is on it, then undefined. */
  readonly onPreview?: ((id: string | undefined) => void) | undefined;
}

/** A line of text. `k` is its style in art.css. The space at its end keeps words apart for those who hear them. */
export function T(props: {
  readonly x: number;
  readonly y: number;
  readonly k: string;
  readonly at?: 'm' | 'e' | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { x, y, k, at, children } = props;
  return (
    <text x={x} y={y} class={at === undefined ? k : `${k} a${at}`}>
      {children}{' '}
    </text>
  );
}

/** A rectangle. */
export function R(props: { x: number; y: number; w: number; h: number; k: string }): JSX.Element {
  return <rect x={props.x} y={props.y} width={props.w} height={props.h} class={props.k} />;
}

/** A path. */
export function P(props: { d: string; k: string; move?: string | undefined }): JSX.Element {
  return <path d={props.d} class={props.k} transform={props.move} />;
}

/** A part that can be chosen: a button with a name, whose children are only drawn. */
export function Choice(props: {
  readonly id: string;
  readonly label: string;
  readonly selected?: string | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { id, label, selected, children } = props;
  const isSelected = selected === id;
  const isFirst = id === 'kube-apiserver';
  return (
    // biome-ignore lint/a11y/useSemanticElements: an HTML button cannot stand inside a drawing
    <g
      role="button"
      tabindex={isSelected || (isFirst && !selected) ? 0 : -1}
      aria-label={label}
      aria-pressed={isSelected}
      data-id={id}
      class={isSelected ? 'pick on' : 'pick'}
    >
      {children}
    </g>
  );
}

/** 24-unit line drawings: hats and tools. */
export const ICONS = {
  kubectl: 'M4 10v4h3.5l8.5 4V6l-8.5 4H4zM19 8.5a5 5 0 0 1 0 7M7.5 14l1.5 5h2',
  apiserver:
    'M4.5 14v-2a7.5 7.5 0 0 1 15 0v2M4.5 13.5h3v5h-2a1 1 0 0 1-1-1zM19.5 13.5h-3v5h2a1 1 0 0 0 1-1zM18 18.5c0 1.8-1.6 2.5-4 2.5',
  etcd: 'M12 6.5C10 5 7 4.6 3.5 5v13.2c3.5-.4 6.5 0 8.5 1.5 2-1.5 5-1.9 8.5-1.5V5C17 4.6 14 5 12 6.5zM12 6.5v13M6 9h3.5M6 12h3.5M14.5 9H18M14.5 12H18',
  scheduler:
    'M10.2 4.8a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M11.2 6.5 6 20.5M12.8 6.5 18 20.5M8.6 14.5a7 7 0 0 0 6.8 0',
  controllers: 'M3.5 17.5h17V20h-17zM5.5 17.5v-3a6.5 6.5 0 0 1 13 0v3M10 8.3v5M14 8.3v5',
  kubelet: 'M3.5 10.5C4 7.5 7.5 6 12 6s8 1.5 8.5 4.5L18.5 14h-13zM5.5 14v2.5c3.5 2.8 9.5 2.8 13 0V14M12 8.5V11',
  proxy: 'M5 21 15.5 6.5M19 21 8.5 6.5M15.5 6.5l1.5-3L21.5 6l-2 3.2zM8.5 6.5 7 3.5 2.5 6l2 3.2z',
  runtime: 'M8.5 2.5h7V7h-7zM12 7v3.5M12 10.5a4.8 4.8 0 1 1-4.8 4.8',
} as const;

/** An icon with its upper left corner at (x, y). */
export function Icon(props: { name: keyof typeof ICONS; x: number; y: number; size: number; k?: string }): JSX.Element {
  const { name, x, y, size, k = '' } = props;
  return <path d={ICONS[name]} class={`ic ${k}`} transform={`translate(${x} ${y}) scale(${size / 24})`} />;
}

const DIAMOND = 'M8 1.8 14.2 8 8 14.2 1.8 8z';

/** Shapes of status on a 16-unit square, as [class, path] strokes. */
const SHAPES: Readonly<Record<PodShape, readonly (readonly [string, string])[]>> = {
  running: [['s-ok', 'M8 2.2 14 13.2H2z']],
  pending: [['s-wo', DIAMOND]],
  creating: [
    ['s-wo', DIAMOND],
    ['s-w', 'M8 14.2 1.8 8h12.4z'],
  ],
  failed: [
    ['s-bad', 'M2.5 2.5h11v11h-11z'],
    ['s-bar', 'M5.5 8h5'],
  ],
  lost: [
    ['s-ink', 'M5 4a3 3 0 1 0 6 0 3 3 0 1 0-6 0'],
    ['s-bad', 'M5 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0'],
  ],
  leaving: [['s-lv', 'M8 13.8 14 2.8H2z']],
  done: [['s-tick', 'M2.5 8.5 6.5 12.5 13.5 3.5']],
};

/** A status as a shape, in the manner of buoys. */
export function StatusShape(props: { shape: PodShape; x: number; y: number; size: number }): JSX.Element {
  const { shape, x, y, size } = props;
  return (
    <g transform={`translate(${x} ${y}) scale(${size / 16})`}>
      {SHAPES[shape].map(([k, d]) => (
        <path key={d} d={d} class={k} />
      ))}
    </g>
  );
}

/** A message on its way. Magenta by radio, ink otherwise; a routine one is only a dot. */
export function Packet(props: { flight: Flight; place: Place }): JSX.Element {
  const { flight, place } = props;
  const k = flight.radio ? 'pk' : 'pk ink';
  if (flight.routine) return <circle cx={place.x} cy={place.y} r="3" class={`${k} dot`} />;
  return (
    <g class={k} transform={`translate(${place.x} ${place.y})`}>
      <g transform={`rotate(${place.angle})`}>
        <circle r="13" class="halo" />
        <path d="M-10-6.5H4L11 0 4 6.5H-10z" class="env" />
        <path d="M-6-2.2H2M-6 2.2H2" class="ruled" />
      </g>
      {flight.count > 1 && (
        <T x={15} y={5} k="sb b">
          {`×${flight.count}`}
        </T>
      )}
    </g>
  );
}

/** The number of a recent step; the newest is filled. */
export function BadgeMark(props: { badge: Badge; x: number; y: number; isNewest: boolean }): JSX.Element {
  const { badge, x, y, isNewest } = props;
  const wide = badge.number > 99 ? 13.5 : 10;
  return (
    <g class={`bd${badge.radio ? '' : ' ink'}${isNewest ? ' new' : ''}`}>
      <rect x={x - wide} y={y - 10} width={wide * 2} height="20" rx="10" />
      <T x={x} y={y + 4.6} k="bdt" at="m">
        {badge.number}
      </T>
    </g>
  );
}
