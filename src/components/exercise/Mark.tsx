import type { JSX } from 'preact';
import type { GoalState } from '../../../sim/index.ts';

const MARKS: Readonly<Record<GoalState['state'], string>> = {
  'not yet': 'M4 4h16v16H4z',
  done: 'M4 4h16v16H4zM7.5 12.5l3 3 6-7',
  holding: 'M4 4h16v16H4zM8 12h8',
  broken: 'M4 4h16v16H4zM8 8l8 8M16 8l-8 8',
  late: 'M4 4h16v16H4zM12 7.5v5l3 3',
};

/** The shape of a goal's state, beside its word. */
export function Mark({ state }: { readonly state: GoalState['state'] }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={MARKS[state]} />
    </svg>
  );
}
