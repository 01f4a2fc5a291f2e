import type { JSX } from 'preact';
import type { ScenePod } from '../../../../sim/view/scene.ts';
import { Choice, P, R, StatusShape, T } from './kit.tsx';
import type { Stowed } from './stow.ts';
import { fitting, podLabel } from './words.ts';

/** A pod as a crate: livery by owner, a plate with its status, and its name where there is room. */
export function Crate(props: { place: Stowed; selected?: string | undefined; isLifted?: boolean }): JSX.Element {
  const { place, selected } = props;
  const { pod, x, y, width, height, more } = place;
  if (pod === undefined) {
    return (
      <>
        <R x={x} y={y} w={width} h={height} k="more" />
        <T x={x + width / 2} y={y + height / 2 + 4.5} k="sb" at="m">
          {`+${more}`}
        </T>
      </>
    );
  }
  const isEmptySlot = pod.shape === 'creating' && props.isLifted !== true;
  return (
    <Choice id={pod.id} label={spokenLabel(place)} selected={selected}>
      <R
        x={x}
        y={y}
        w={width}
        h={height}
        k={isEmptySlot ? 'cs' : `cr c${pod.livery}${pod.shape === 'leaving' ? ' go' : ''}`}
      />
      {!isEmptySlot && <P d={ribs(x, y, width, height)} k="rib" />}
      {isWide(place) ? (
        <Beside {...{ pod, x, y, width, height }} isBare={isEmptySlot} />
      ) : (
        <Below {...{ pod, x, y, width, height }} isBare={isEmptySlot} />
      )}
    </Choice>
  );
}

interface Inside {
  readonly pod: ScenePod;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** No livery behind it yet. */
  readonly isBare: boolean;
}

/** Plate and name side by side; the plate alone when the crate is small. */
function Beside({ pod, x, y, width, height, isBare }: Inside): JSX.Element {
  const text = besideText(pod, width);
  const total = text === '' ? 15 : Math.min(width - 6, text.length * 6.2 + 22);
  const left = x + (width - total) / 2;
  const middle = y + height / 2;
  return (
    <>
      {!isBare && <R x={left} y={middle - 8} w={total} h={16} k={`c${pod.livery}`} />}
      <R x={left} y={middle - 8} w={15} h={16} k="plate" />
      <StatusShape shape={pod.shape} x={left + 1} y={middle - 6.5} size={13} />
      {text !== '' && (
        <T x={left + 19} y={middle + 4.4} k={isBare ? 'cn' : `cn o${pod.livery}`}>
          {text}
        </T>
      )}
    </>
  );
}

/** Plate over name, for a narrow crate. */
function Below({ pod, x, y, width, height, isBare }: Inside): JSX.Element {
  const middle = x + width / 2;
  return (
    <>
      {!isBare && <R x={x + 3} y={y + 4} w={width - 6} h={height - 8} k={`c${pod.livery}`} />}
      <R x={middle - 8.5} y={y + 4} w={17} h={15} k="plate" />
      <StatusShape shape={pod.shape} x={middle - 6.5} y={y + 5} size={13} />
      {belowText(pod, width) !== '' && (
        <T x={middle} y={y + 32} k={isBare ? 'cn' : `cn o${pod.livery}`} at="m">
          {belowText(pod, width)}
        </T>
      )}
    </>
  );
}

/** Whether plate and name stand side by side. */
function isWide({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width >= 64 || height < 32;
}

function besideText(pod: ScenePod, width: number): string {
  return fitting([pod.name, ...endings(pod)], width - 26, 6);
}

function belowText(pod: ScenePod, width: number): string {
  return width >= 24 ? fitting(endings(pod), width, 6) : '';
}

/** The spoken name holds the drawn one as a word of its own, so that it can be said as it is seen. */
function spokenLabel({ pod, width, height }: Stowed): string {
  if (pod === undefined) return '';
  const drawn = isWide({ width, height }) ? besideText(pod, width) : belowText(pod, width);
  const label = podLabel(pod);
  return drawn === '' || label.split(/[^\w]+/).includes(drawn) || drawn === pod.name ? label : `${label}, ${drawn}`;
}

/** A generated name is told by its last letters, on a narrow crate by the very last. */
function endings({ name, short }: ScenePod): readonly string[] {
  return short === name ? [short] : [short, short.slice(-4), short.slice(-3)];
}

function ribs(x: number, y: number, width: number, height: number): string {
  let d = '';
  for (let at = x + 5; at < x + width - 2; at += 5) d += `M${Math.round(at * 10) / 10} ${y + 2.5}v${height - 5}`;
  return d;
}
