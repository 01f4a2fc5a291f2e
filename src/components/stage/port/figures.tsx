import type { ComponentChildren, JSX } from 'preact';
import { P, R, T } from '../art/kit.tsx';

/** Who stands there: hat and coat tell the job, none is a mascot. Feet at (x, y), about 44 units tall. */
export function Person(props: {
  readonly x: number;
  readonly y: number;
  readonly hat: 'headset' | 'visor' | 'hard' | 'vest' | 'none';
  readonly coat: string;
  readonly isDark?: boolean;
  readonly isTurned?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { x, y, hat, coat, isDark, isTurned, children } = props;
  return (
    <g transform={`translate(${x} ${y})${isTurned ? ' scale(-1 1)' : ''}`}>
      <P d="M-8 0V-17q0-8 8-8t8 8V0z" k={coat} />
      <circle cx="0" cy="-32" r="6.5" class={isDark ? 'skin2' : 'skin'} />
      {(HATS[hat] ?? []).map(([k, d]) => (
        <P key={d} d={d} k={k} />
      ))}
      {children}
    </g>
  );
}

const HATS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  headset: [
    ['l2', 'M-7.5-31a7.5 7.5 0 0 1 15 0'],
    ['rf', 'M-9.5-33h4.5v7h-4.5z'],
    ['l1', 'M-7-27q1 5 8 4'],
  ],
  visor: [['cB e1', 'M-7-33a7 7 0 0 1 14 0l5 1.5H-7z']],
  hard: [['cC e1', 'M-9-33h18M-7.5-33.5a7.5 7.5 0 0 1 15 0z']],
  vest: [
    ['cC', 'M-8-16h16v5H-8z'],
    ['cC e1', 'M-6.5-35a6.5 6.5 0 0 1 13 0z'],
  ],
  none: [],
};

/** The captain on the bridge; (x, y) is the middle of the window's lower edge. */
export function Captain({ x, y, isDark }: { x: number; y: number; isDark: boolean }): JSX.Element {
  return (
    <g transform={`translate(${x} ${y})`}>
      <P d="M-7 0V-8q0-4 7-4t7 4V0z" k="coat" />
      <circle cx="0" cy="-17" r="5" class={isDark ? 'skin2' : 'skin'} />
      <P d="M-7.5-20.5q7.5-6 15 0l-2 3h-11z" k="cap" />
    </g>
  );
}

/** A request on wheels: it knows a Service, not a ship. */
export function Truck({ x, y, label }: { x: number; y: number; label: string }): JSX.Element {
  return (
    <g transform={`translate(${x} ${y})`}>
      <P d="M-14-25H40V-5H-14z" k="card e1" />
      <P d="M-14-18h-8l-6 7v6h14z" k="cC e1" />
      {[-19, 22, 33].map((wheel) => (
        <circle key={wheel} cx={wheel} cy="-4" r="4" class="wheel" />
      ))}
      <T x={13} y={-11} k="tk" at="m">
        {label}
      </T>
    </g>
  );
}

/** The traffic controller's paddle: a tick lets requests in, a bar does not. */
export function Paddle({ isOpen }: { isOpen: boolean }): JSX.Element {
  return (
    <>
      <P d="M6-16l10-14M-6-16l-9 8" k="arm" />
      <circle cx="19" cy="-37" r="8" class={isOpen ? 'go-on' : 'hold'} />
      <P d={isOpen ? 'M15.5-37l2.5 2.5 4.5-5' : 'M15.5-37h7'} k="mark" />
    </>
  );
}

/** The registry's lighter, which brings an image alongside. */
export function Lighter({ x, y, image }: { x: number; y: number; image: string }): JSX.Element {
  return (
    <g transform={`translate(${x} ${y})`}>
      <R x={6} y={-20} w={90} h={20} k="card e1" />
      <T x={51} y={-6} k="mono" at="m">
        {image}
      </T>
      <P d="M-4 0H106l-8 11H4z" k="boot e1" />
    </g>
  );
}
