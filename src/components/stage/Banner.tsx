import type { JSX } from 'preact';
import type { ExerciseProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';

/** An exercise has a cluster of its own; this says so, and leads back. On phones its goals are pinned here. */
export function Banner({ store }: { readonly store: Store }): JSX.Element | null {
  const { stage, sessions } = store.page;
  const id = store.active.value;
  if (id === stage.id) return null;
  return (
    <p class="banner">
      <span class="banner-title">
        Exercise: <b>{sessions[id]?.title}</b>
      </span>
      <Strip store={store} />
      <button type="button" class="button" onClick={() => store.show(stage.id)}>
        Back<span class="roomy"> to the lesson’s cluster</span>
      </button>
    </p>
  );
}

/** How many goals are met, and which is next. The card of the exercise, which lists them all, scrolls away. */
function Strip({ store }: { readonly store: Store }): JSX.Element | null {
  const { session, goals: states, isSolved } = store.frame.value;
  const exercise = store.page.widgets.find(({ kind, props }) => kind === 'exercise' && props['session'] === session);
  if (exercise === undefined) return null;
  const { goals } = exercise.props as unknown as ExerciseProps;
  const isMet = (index: number) => /done|holding/.test(states[index]?.state ?? '');
  const next = goals.find((_, index) => !isMet(index));
  return (
    <span class="goal-strip">
      <b>
        {goals.filter((_, index) => isMet(index)).length} of {goals.length} goals
      </b>{' '}
      {isSolved ? 'All are met.' : next?.text.replaceAll('`', '')}
    </span>
  );
}
