import type { JSX } from 'preact';

/** Line drawings of the controls, on a square of 24. */
const PATHS = {
  back: 'M18 5 8 12l10 7zM6 5v14',
  step: 'm6 5 10 7-10 7zM18 5v14',
  letter: 'M3 6h18v12H3zM3 7l9 7 9-7',
  play: 'm7 4.5 12 7.5-12 7.5z',
  pause: 'M8 5v14M16 5v14',
  undo: 'M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9',
  restore: 'm16 5 4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h5',
  storm: 'M6 13a4 4 0 0 1 .5-8A5.5 5.5 0 0 1 17 6.5a3.5 3.5 0 0 1 .5 6.5M13 10l-4 6h4l-2 5 5-7h-4z',
  full: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.6-5.6L12 7.3M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.6 5.6l1.4-1.4',
  futures: 'M4 12h5c4 0 4-6 8-6h3M9 12c4 0 4 6 8 6h3M17 3l3 3-3 3M17 15l3 3-3 3',
  prompt: 'M4 5h16v14H4zM7 9l3 3-3 3M12 15h5',
  close: 'M6 6l12 12M18 6 6 18',
} as const;

/** A control's icon; its button says the same in words. */
export function Glyph({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class={name === 'play' || name === 'pause' ? 'icon strong' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
