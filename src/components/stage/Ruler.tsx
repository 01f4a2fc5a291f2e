import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { clockText } from '../../../sim/view/names.ts';
import type { Mark } from '../../session/caption.ts';
import type { Store } from '../../session/store.ts';
import { type Axis, axisOf, blocksOf, instantAt, shareOf } from './axis.ts';

/** The range input counts in thousandths of the ruler, for quiet that was skipped takes no room. */
const PARTS = 1000;
const INSET = 12;

/** Time as the border of a chart: steps above, blocks of equal time, seconds below. A range input lies over it. */
export function Ruler({ store, width }: { readonly store: Store; readonly width: number }): JSX.Element {
  const { now } = store.frame.value;
  const marks = store.marks.value;
  const { number, plain } = store.caption.value;
  const input = useRef<HTMLInputElement>(null);
  // While a hand drags, neither the ruler nor the thumb moves away under it.
  const held = useRef<Axis>();
  const axis = held.current ?? axisOf([...marks.map(({ at }) => at), now]);
  const x = (at: number) => Math.round((INSET + shareOf(axis, at) * (width - 2 * INSET)) * 10) / 10;
  const words =
    number === 0 ? `${clockText(now)}, before the first step` : `${clockText(now)}, step ${number}, ${plain}`;
  const at = (event: { readonly currentTarget: HTMLInputElement }) =>
    instantAt(axis, Number(event.currentTarget.value) / PARTS);
  useLayoutEffect(() => {
    if (input.current && !held.current) input.current.value = String(Math.round(shareOf(axis, now) * PARTS));
  });
  return (
    <div class="ruler">
      <svg viewBox={`0 0 ${width} 56`} aria-hidden="true">
        <Border axis={axis} x={x} now={now} />
        <Marks marks={marks} x={x} number={number} now={now} />
        <Seconds axis={axis} x={x} />
        <Playhead x={x(now)} number={number} />
      </svg>
      <input
        type="range"
        min="0"
        max={PARTS}
        step="1"
        ref={input}
        aria-label="Time"
        aria-valuetext={words}
        onInput={(event) => {
          held.current = axis;
          store.drag(at(event));
        }}
        onPointerUp={() => {
          held.current = undefined;
        }}
        onChange={(event) => {
          held.current = undefined;
          store.seek(at(event));
        }}
      />
    </div>
  );
}

type Scale = (at: number) => number;

function Border({ axis, x, now }: { axis: Axis; x: Scale; now: number }): JSX.Element {
  return (
    <>
      {axis.stretches.map((stretch) => {
        const { from, to, isCut } = stretch;
        if (isCut) return <path key={from} class="cut" d={zigzag(x(from), x(to))} />;
        return blocksOf(stretch, axis.unitMs).map(([start, end, isBlack]) => (
          <rect
            key={start}
            x={x(start)}
            y="30"
            width={Math.max(0.5, x(end) - x(start))}
            height="8"
            class={`${isBlack ? 'black' : 'white'}${start >= now ? ' ahead' : ''}`}
          />
        ));
      })}
    </>
  );
}

function zigzag(from: number, to: number): string {
  const teeth = Math.max(2, Math.round((to - from) / 8));
  const wide = (to - from) / teeth;
  const points = Array.from({ length: teeth }, (_, i) => `L${tenth(from + wide * (i + 0.5))} ${i % 2 === 0 ? 28 : 40}`);
  return `M${from} 34${points.join('')}L${to} 34`;
}

/** A tick for each step, and numbers where there is room. */
function Marks(props: { marks: readonly Mark[]; x: Scale; number: number; now: number }): JSX.Element {
  const { marks, x, number, now } = props;
  const here = x(now);
  const ticks = (shown: readonly Mark[]) => [...new Set(shown.map(({ at }) => `M${x(at)} 24v6`))].join('');
  let free = Number.NEGATIVE_INFINITY;
  const numbered = marks.filter((mark) => {
    const place = x(mark.at);
    const hasRoom = place - free >= 0 && Math.abs(place - here) > 22 && mark.number !== number;
    if (hasRoom) free = place + 16 + 4 * String(mark.number).length;
    return hasRoom;
  });
  return (
    <g class="mark">
      <path d={ticks(marks)} />
      {numbered.map((mark) => (
        <text key={mark.number} x={x(mark.at)} y="19" class={mark.at > now ? 'ahead' : undefined}>
          {mark.number}
        </text>
      ))}
    </g>
  );
}

function Seconds({ axis, x }: { axis: Axis; x: Scale }): JSX.Element {
  const every = axis.unitMs * 5;
  let free = Number.NEGATIVE_INFINITY;
  const labels = axis.stretches.flatMap(({ from, to, isCut }) => {
    if (isCut) return [];
    const first = Math.ceil(from / every);
    const count = Math.max(0, Math.floor(to / every) - first + 1);
    return Array.from({ length: Math.min(count, 60) }, (_, index) => (first + index) * every);
  });
  return (
    <>
      {labels.map((at) => {
        const place = x(at);
        const text = secondsText(at, every);
        if (place < free) return null;
        free = place + 18 + 7 * text.length;
        return (
          <text key={at} x={place} y="52" class="second">
            {text}
          </text>
        );
      })}
    </>
  );
}

function Playhead({ x, number }: { x: number; number: number }): JSX.Element {
  return (
    <g class="playhead" transform={`translate(${x} 0)`}>
      <path d="M0 24V44" />
      <path class="flag" d="M-14 1h28v15l-8 8H-6l-8-8z" />
      <text y="15">{number}</text>
    </g>
  );
}

/** `0 s`, `0.5`, `5:50.1`: as many decimals as labels so far apart need. */
function secondsText(at: number, everyMs: number): string {
  if (at === 0) return '0 s';
  const decimals = everyMs < 100 ? 2 : everyMs < 1000 ? 1 : 0;
  const minutes = Math.floor(at / 60_000);
  const seconds = ((at % 60_000) / 1000).toFixed(decimals);
  return minutes === 0 ? seconds : `${minutes}:${seconds.padStart(decimals === 0 ? 2 : decimals + 3, '0')}`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
