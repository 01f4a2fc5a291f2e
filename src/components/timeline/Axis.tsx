import type { JSX } from 'preact';
import { lengthText } from '../../../sim/view/names.ts';
import type { TimelineView } from '../../../sim/view/timeline.ts';
import { PX_PER_MS, type TimeStretch, timeAt, xOf } from '../../../sim/view/timescale.ts';
import { HEAD, tenth } from './geometry.ts';

/** One black or white block of the border, in virtual ms. */
const BLOCK_MS = 5;
/** A long stretch that is never quiet has no more of them. */
const MOST_LABELS = 80;
/** Where the border stands. */
const BORDER = 38;

/**
 * The border of time above the lanes, as on a chart: blocks of equal time, and a zigzag where quiet is cut out. A click
 * goes to its time; for keys, and for those who cannot see it, there is the ruler below.
 */
export function Axis(props: {
  readonly view: TimelineView;
  readonly now: number;
  readonly onSeek: (at: number) => void;
}): JSX.Element {
  const { view, now, onSeek } = props;
  const { stretches, width } = view;
  const x = (at: number) => tenth(xOf(stretches, at));
  const seek = (event: MouseEvent) => {
    const left = (event.currentTarget as Element).getBoundingClientRect().left;
    onSeek(timeAt(stretches, event.clientX - left));
  };
  return (
    <svg class="axis" width={width} height={HEAD} aria-hidden="true" onClick={seek}>
      {stretches.map((stretch) => (stretch.isCut ? <Cut stretch={stretch} /> : <Blocks stretch={stretch} now={now} />))}
      <Seconds stretches={stretches} apart={width / MOST_LABELS} />
      <path class="flag" d={`M${x(now) - 7} ${BORDER - 12}h14l-7 11z`} />
    </svg>
  );
}

function Blocks({ stretch, now }: { readonly stretch: TimeStretch; readonly now: number }): JSX.Element {
  const { from, to, x0, x1 } = stretch;
  const first = Math.floor(from / BLOCK_MS);
  const count = Math.max(1, Math.ceil(to / BLOCK_MS) - first);
  const edge = (index: number) => Math.min(x1, Math.max(x0, x0 + (index * BLOCK_MS - from) * PX_PER_MS));
  const black = Array.from({ length: count }, (_, i) => first + i)
    .filter((index) => index % 2 === 0)
    .map((index) => `M${tenth(edge(index))} ${BORDER}H${tenth(edge(index + 1))}v6H${tenth(edge(index))}z`)
    .join('');
  return (
    <>
      <rect x={tenth(x0)} y={BORDER} width={tenth(x1 - x0)} height="6" class={from > now ? 'border ahead' : 'border'} />
      <path d={black} class={from > now ? 'black ahead' : 'black'} />
    </>
  );
}

function Cut({ stretch }: { readonly stretch: TimeStretch }): JSX.Element {
  const { from, to, x0, x1 } = stretch;
  const wide = (x1 - x0) / 8;
  const points = Array.from({ length: 8 }, (_, i) => `L${tenth(x0 + wide * (i + 0.5))} ${i % 2 === 0 ? 33 : 48}`);
  return (
    <>
      <path class="zigzag" d={`M${tenth(x0)} 41${points.join('')}L${tenth(x1)} 41`} />
      <text x={tenth((x0 + x1) / 2)} y="29" class="long">
        {lengthText(to - from)}
      </text>
    </>
  );
}

/** Seconds below the border: at the beginning of each stretch, and every ten ms where there is room, `apart` px at least. */
function Seconds(props: { readonly stretches: readonly TimeStretch[]; readonly apart: number }): JSX.Element {
  const { stretches, apart } = props;
  let free = Number.NEGATIVE_INFINITY;
  const labels = stretches.flatMap(({ from, to, isCut, x0 }) => {
    if (isCut) return [];
    const tens = Math.max(0, Math.floor(to / 10) - Math.ceil(from / 10) + 1);
    const round = Array.from({ length: tens }, (_, i) => (Math.ceil(from / 10) + i) * 10);
    return [...new Set([from, ...round])].flatMap((at) => {
      const place = x0 + (at - from) * PX_PER_MS;
      const text = secondsText(at);
      if (place < free) return [];
      free = place + Math.max(apart, 14 + 7 * text.length);
      return [{ at, place, text }];
    });
  });
  return (
    <>
      {labels.map(({ at, place, text }) => (
        <text key={at} x={tenth(place)} y="13">
          {text}
        </text>
      ))}
    </>
  );
}

/** `1.026`, `5:50.110`; the first says its unit. */
function secondsText(at: number): string {
  if (at === 0) return '0 s';
  const minutes = Math.floor(at / 60_000);
  const seconds = ((at % 60_000) / 1000).toFixed(3);
  return minutes === 0 ? seconds : `${minutes}:${seconds.padStart(6, '0')}`;
}
