import type { JSX } from 'preact';
import type { Arrow, Mark } from '../../../sim/view/lanes.ts';
import { lengthText } from '../../../sim/view/names.ts';
import type { DrawnSlice, TimelineStep, TimelineView } from '../../../sim/view/timeline.ts';
import { xOf } from '../../../sim/view/timescale.ts';
import { fitBoth } from '../stage/art/words.ts';
import { type Places, ROUTINE, SLICE, tenth } from './geometry.ts';

/** What the drawing is of. */
export interface ArtProps {
  readonly view: TimelineView;
  readonly places: Places;
  readonly now: number;
  /** The step that has just happened. */
  readonly current: number;
  readonly chosen: number | undefined;
  /** Id of the part that is chosen in any view. */
  readonly selected: string | undefined;
  readonly onWalk: (event: KeyboardEvent) => void;
  readonly onChoose: (target: EventTarget | null) => void;
}

type Scale = (at: number) => number;

/** The last lanes reach to the end of the box, however wide it is. */
const BEYOND = 100_000;
/** Letters of a slice are so wide on average. */
const LETTER = 5.7;

/** The lanes with all that is in them, in the order in which it must be painted. */
export function Art(props: ArtProps): JSX.Element {
  const { view, places, now, onWalk, onChoose } = props;
  const { stretches, arrows, marks, steps } = view;
  const x: Scale = (at) => tenth(xOf(stretches, at));
  const arrowsOf = byStep(arrows);
  const marksOf = byStep(marks);
  const drawn = steps.filter(({ number }) => arrowsOf.has(number) || marksOf.has(number));
  const first = firstOf(props, drawn);
  const worded = wordedOf(arrows, x);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset
    <svg
      class="art-lanes"
      width={view.width}
      height={places.height + ROUTINE}
      role="group"
      aria-label="Steps"
      onKeyDown={onWalk}
      onClick={(event) => onChoose(event.target)}
    >
      <defs>
        <Head id="tl-radio" k="radio" />
        <Head id="tl-ink" k="ink" />
      </defs>
      <Ground {...props} x={x} />
      {view.slices.map((slice) => (
        <Work key={`${slice.lane} ${slice.row} ${slice.from} ${slice.step}`} slice={slice} {...props} x={x} />
      ))}
      <Routine view={view} y={places.height + 15} />
      <path class="playhead" d={`M${x(now)} 0V${places.height + ROUTINE}`} />
      {drawn.map((step) => (
        <Told
          key={step.number}
          step={step}
          arrows={arrowsOf.get(step.number) ?? []}
          marks={marksOf.get(step.number) ?? []}
          isFirst={step.number === first}
          worded={worded}
          {...props}
          x={x}
        />
      ))}
    </svg>
  );
}

/** Where the focus comes in: the chosen step, else the one that has just happened, else the last in the window. */
function firstOf({ chosen, current }: ArtProps, drawn: readonly TimelineStep[]): number | undefined {
  const has = (number: number | undefined) => drawn.some((step) => step.number === number);
  return has(chosen) ? chosen : has(current) ? current : drawn.at(-1)?.number;
}

/** Lost messages whose word is written: of several to one lane that lie close together, the first. */
function wordedOf(arrows: readonly Arrow[], x: Scale): ReadonlySet<Arrow> {
  const last = new Map<string, number>();
  const worded = arrows.filter(({ lost, to, at }) => {
    const isFree = lost !== '' && x(at) - (last.get(to) ?? Number.NEGATIVE_INFINITY) > WORD_PX;
    if (isFree) last.set(to, x(at));
    return isFree;
  });
  return new Set(worded);
}

/** Room for `nobody there` and its cross. */
const WORD_PX = 100;

function byStep<T extends Arrow | Mark>(items: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(item.step);
    if (group === undefined) groups.set(item.step, [item]);
    else group.push(item);
  }
  return groups;
}

function Head({ id, k }: { readonly id: string; readonly k: string }): JSX.Element {
  return (
    <marker
      id={id}
      class={k}
      viewBox="0 0 10 10"
      refX="9"
      refY="5"
      markerWidth="10"
      markerHeight="10"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 1 10 5 0 9z" />
    </marker>
  );
}

/** Lanes, what was down when, and the zigzags of quiet through all of them. */
function Ground(props: ArtProps & { readonly x: Scale }): JSX.Element {
  const { view, places, now, selected, x } = props;
  const {
    lanes,
    outages,
    stretches,
    window: [from, to],
  } = view;
  const high = places.height + ROUTINE;
  return (
    <>
      {lanes.map(({ id, node }, index) => (
        <rect
          key={id}
          x={from}
          y={places.tops[index]}
          width={(to < view.width ? to : BEYOND) - from}
          height={places.heights[index]}
          class={`lane${index % 2 === 0 ? '' : ' odd'}${id === selected || `node/${node}` === selected ? ' on' : ''}`}
        />
      ))}
      {stretches
        .filter(({ isCut }) => isCut)
        .map(({ x0, x1 }) => (
          <Quiet key={x0} x0={x0} x1={x1} high={high} />
        ))}
      {outages
        .filter((outage) => outage.from <= now)
        .map((outage) => {
          const own = lanes.flatMap(({ id, node }, index) =>
            id === outage.place || `node/${node}` === outage.place ? [index] : [],
          );
          const top = places.tops[own[0] ?? 0] ?? 0;
          const height = own.reduce((sum, index) => sum + (places.heights[index] ?? 0), 0);
          const start = Math.max(from, x(outage.from));
          const end = Math.min(to, x(Math.min(now, outage.to ?? now)));
          if (own.length === 0 || end <= start) return null;
          return (
            <g key={`${outage.place} ${outage.from}`} class="outage">
              <rect x={start} y={top + 1} width={tenth(end - start)} height={height - 2} />
              <text x={start + 12} y={top + 18}>
                {outage.word}
              </text>
            </g>
          );
        })}
    </>
  );
}

function Quiet({ x0, x1, high }: { readonly x0: number; readonly x1: number; readonly high: number }): JSX.Element {
  const teeth = Math.ceil(high / 12);
  const edge = (x: number) => Array.from({ length: teeth }, (_, i) => `L${x + (i % 2 === 0 ? 5 : 0)} ${(i + 1) * 12}`);
  const left = tenth(x0 + 8);
  const right = tenth(x1 - 14);
  return (
    <path class="quiet" d={`M${left} 0${edge(left).join('')}H${right}${edge(right).reverse().join('')}L${right} 0z`} />
  );
}

/** Of so many pieces of work the words stand again only after the last quiet. */
const CROWD = 60;

/**
 * A piece of work. Its words are cut to its width, and stand again after quiet that was cut out; the whole sentence
 * belongs to the step that began it.
 */
function Work(props: ArtProps & { readonly slice: DrawnSlice; readonly x: Scale }): JSX.Element | null {
  const { slice, view, places, now, chosen, selected, x } = props;
  const { lane, row, from, to, step, kind, verb, object } = slice;
  const y = places.yOf(lane, row);
  if (y === undefined) return null;
  const isAhead = from > now;
  const end = to ?? Math.max(now, from);
  const left = Math.max(view.window[0], x(from));
  const wide = Math.max(6, Math.min(view.window[1], x(end)) - left);
  const isNow = from <= now && (to === undefined || to > now);
  const isOn = step === chosen || (object !== '' && isObject(selected, object));
  const k = [kind, lane === 'etcd' ? 'ledger' : '', isAhead ? 'ahead' : isNow ? 'now' : '', isOn ? 'on' : ''];
  const right = left + wide;
  const after = view.stretches
    .filter(({ isCut, x1 }) => isCut && x1 > left + 120 && x1 < right - 90)
    .map(({ x1 }) => x1)
    .slice(view.slices.length > CROWD ? -1 : 0);
  return (
    <g class={`work ${k.filter((word) => word !== '').join(' ')}`} data-step={step}>
      <rect
        x={left}
        y={y - SLICE / 2}
        width={tenth(wide)}
        height={SLICE}
        class={to === undefined ? 'open' : undefined}
      />
      {[left, ...after].map((start) => (
        <text key={start} x={tenth(start + 4)} y={y + 4.3}>
          {wordsFor(verb, object, right - start - 7)}
        </text>
      ))}
    </g>
  );
}

/** As much of `create web-x7p` as there is room for; '' when not even the verb fits. */
function wordsFor(verb: string, object: string, width: number): string {
  const letters = Math.floor(width / LETTER);
  const whole = object.startsWith(verb) ? object : `${verb} ${object}`.trim();
  if (whole.length <= letters) return whole;
  const rest = letters - verb.length - 1;
  if (rest >= 9 && !object.startsWith(verb)) return `${verb} ${fitBoth(object, rest * LETTER, LETTER)}`;
  return verb.length <= letters ? verb : '';
}

/** Whether the part that is chosen, `pod/default/web-x7p`, is what a slice or a step is about. */
function isObject(selected: string | undefined, object: string): boolean {
  return selected?.startsWith('pod/') === true && selected.endsWith(`/${object}`);
}

/** A step: its arrows and marks are one button, whose name is its sentence. */
function Told(
  props: ArtProps & {
    readonly step: TimelineStep;
    readonly arrows: readonly Arrow[];
    readonly marks: readonly Mark[];
    readonly isFirst: boolean;
    readonly worded: ReadonlySet<Arrow>;
    readonly x: Scale;
  },
): JSX.Element {
  const { step, arrows, marks, isFirst, worded, places, now, current, chosen, selected, x } = props;
  const { number, sentAt, plain, object } = step;
  const isOn = number === chosen;
  const isLinked = chosen !== undefined && [...step.because, ...step.effects].some((link) => link.number === chosen);
  const k = [
    sentAt > now ? 'ahead' : number === current ? 'now' : '',
    isOn ? 'on' : isLinked ? 'linked' : '',
    isObject(selected, object.split('/')[1] ?? '') ? 'of' : '',
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: an HTML button cannot stand inside a drawing
    <g
      role="button"
      tabindex={isFirst ? 0 : -1}
      aria-label={`Step ${number}, ${(sentAt / 1000).toFixed(3)} s. ${plain}`}
      aria-pressed={isOn}
      data-step={number}
      class={`told ${k.filter((word) => word !== '').join(' ')}`}
    >
      {arrows.map((arrow) => (
        <Flight key={arrow.to} arrow={arrow} hasWord={worded.has(arrow)} places={places} now={now} x={x} />
      ))}
      {marks.map((mark) => (
        <Point key={mark.lane} mark={mark} places={places} x={x} />
      ))}
    </g>
  );
}

function Flight(props: {
  readonly arrow: Arrow;
  readonly hasWord: boolean;
  readonly places: Places;
  readonly now: number;
  readonly x: Scale;
}): JSX.Element | null {
  const { arrow, hasWord, places, now, x } = props;
  const { from, to, fromRow, toRow, sentAt, at, kind, radio, lost } = arrow;
  const start = places.yOf(from, fromRow);
  const end = places.yOf(to, toRow);
  if (start === undefined || end === undefined) return null;
  // From edge to edge of the work, so that its words stay free.
  const edge = start < end ? SLICE / 2 : -SLICE / 2;
  const [y0, y1] = [start + edge, end - edge];
  const k = `${radio ? 'radio' : 'ink'} ${kind}${at > now && sentAt <= now ? ' flying' : ''}`;
  const [x0, x1] = [x(sentAt), x(at)];
  if (lost !== '') return <Lost x0={x0} y0={y0} x1={x1} y1={y1} k={k} word={hasWord ? LOST[lost] : ''} />;
  const d = `M${x0} ${y0}L${x1} ${y1}`;
  return (
    <>
      <path class="hit" d={d} />
      <path class={k} d={d} marker-end={`url(#tl-${radio ? 'radio' : 'ink'})`} />
    </>
  );
}

const LOST: Readonly<Record<Exclude<Arrow['lost'], ''>, string>> = {
  partition: 'lost: cut',
  loss: 'lost',
  'receiver-down': 'nobody there',
  fault: 'lost',
};

/** A message that never arrived ends at a cross with a word. */
function Lost(props: {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly k: string;
  readonly word: string;
}): JSX.Element {
  const { x0, y0, k, word } = props;
  const x1 = tenth(x0 + (props.x1 - x0) * REACH);
  const y1 = tenth(y0 + (props.y1 - y0) * REACH);
  return (
    <>
      <path class="hit" d={`M${x0} ${y0}L${x1} ${y1}`} />
      <path class={k} d={`M${x0} ${y0}L${x1} ${y1}`} />
      <path class="cross" d={`M${x1 - 5} ${y1 - 5}l10 10M${x1 + 5} ${y1 - 5}l-10 10`} />
      <text x={x1 + 9} y={y1 + 4} class="bad">
        {word}
      </text>
    </>
  );
}

/** How far a lost message is drawn, of the whole way. */
const REACH = 0.85;

const SHAPES: Readonly<Record<Mark['shape'], string>> = {
  decision: 'M0-12.5 4.5-8 0-3.5-4.5-8z',
  broken: 'M-7-7H7V7H-7zM-4 0h8',
  mended: 'M-7 0-2 5 7-6',
  ended: 'M-6-6 6 6M6-6-6 6',
};

function Point(props: { readonly mark: Mark; readonly places: Places; readonly x: Scale }): JSX.Element | null {
  const { mark, places, x } = props;
  const { lane, row, at, shape, word } = mark;
  const y = places.yOf(lane, row);
  if (y === undefined) return null;
  return (
    <>
      <path class={`point ${shape}`} d={SHAPES[shape]} transform={`translate(${x(at)} ${y})`} />
      {word !== '' && (shape !== 'broken' || word === 'crash') && (
        <text x={x(at) - 10} y={y + 4} class={shape === 'mended' ? 'ae good' : 'ae bad'}>
          {word}
        </text>
      )}
    </>
  );
}

/** How many routine messages went by, in each stretch. */
function Routine({ view, y }: { readonly view: TimelineView; readonly y: number }): JSX.Element {
  return (
    <>
      {view.routine.map(({ from, to, count }) => (
        <text
          key={`${from} ${to}`}
          x={tenth((xOf(view.stretches, from) + xOf(view.stretches, to)) / 2)}
          y={y}
          class="small am"
        >
          {`×${count}`}
        </text>
      ))}
    </>
  );
}

/** The words of a cut, for those who hear the drawing. */
export function quietWords({ stretches }: TimelineView): string {
  const cuts = stretches.filter(({ isCut }) => isCut).map(({ from, to }) => lengthText(to - from));
  return cuts.length === 0 ? '' : ` Quiet that is cut out: ${cuts.join(', ')}.`;
}
