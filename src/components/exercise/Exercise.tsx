import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { GoalState } from '../../../sim/index.ts';
import { clockText } from '../../../sim/view/names.ts';
import type { ExerciseProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';
import { Rich } from '../prose/Rich.tsx';
import { Mark } from './Mark.tsx';
import { Solution } from './Solution.tsx';
import './exercise.css';

type Live = { readonly store?: Store };

/** Goals that tick as the reader's own cluster reaches them, hints, and the solution step by step. */
export function Exercise({ store, ...props }: ExerciseProps & Live): JSX.Element {
  const { session, goals } = props;
  const frame = store?.frames.value[session];
  const isShown = store?.active.value === session;
  const isSolved = frame?.isSolved ?? false;
  useAnnouncements(store, props, frame?.goals ?? [], isSolved);
  useEffect(() => {
    if (isSolved && store?.recall(`solved:${props.id}`) !== true) store?.remember(`solved:${props.id}`, true);
  }, [store, isSolved, props.id]);
  return (
    <>
      <ul class="goals">
        {goals.map((goal, index) => (
          <Goal key={goal.text} {...goal} state={frame?.goals[index]} />
        ))}
      </ul>
      <p class="exercise-actions">
        {isShown ? (
          <button type="button" class="button" onClick={() => store?.show(store.page.stage.id)}>
            Back to the lesson’s cluster
          </button>
        ) : (
          <button type="button" class="button button-primary" onClick={() => store?.show(session)}>
            {frame === undefined ? 'Start' : 'Go on'}
          </button>
        )}
        {frame !== undefined && (
          <>
            <button
              type="button"
              class="button"
              aria-disabled={!frame.canUndo}
              onClick={() => act(store, session, 'undo')}
            >
              Undo
            </button>
            <button type="button" class="button" onClick={() => act(store, session, 'reset')}>
              Start over
            </button>
          </>
        )}
      </p>
      {isSolved && (
        <p class="solved">
          <Mark state="done" /> All goals are met{solvedAt(frame?.goals ?? [])}. The shortest way we know takes{' '}
          {count(props.solution)}.
        </p>
      )}
      <Hints {...props} findings={frame?.findings} />
      {frame !== undefined && !isSolved && (
        <button type="button" class="button" onClick={({ currentTarget }) => help(currentTarget, store, props)}>
          I am stuck
        </button>
      )}
      <Solution {...props} store={store} />
    </>
  );
}

/** What compares with the solved cluster comes in a chunk of its own. */
function help(place: Element, store: Store | undefined, props: ExerciseProps): void {
  if (store !== undefined) void import('./stuck.tsx').then(({ openHelp }) => openHelp(place, store, props));
}

const WORDS: Readonly<Record<GoalState['state'], string>> = {
  'not yet': 'not yet',
  done: 'done',
  holding: 'holds',
  broken: 'broken',
  late: 'too late',
};

function Goal(props: ExerciseProps['goals'][number] & { readonly state: GoalState | undefined }): JSX.Element {
  const { kind, text, state } = props;
  const word = state?.state ?? (kind === 'hold' || kind === 'never' ? 'holding' : 'not yet');
  const now = state === undefined || state.now === 'not done yet' ? '' : state.now;
  return (
    <li class={`goal ${word.replace(' ', '-')}`}>
      <Mark state={word} />
      <span>
        <Rich text={text} />
      </span>
      <span class="goal-state">{WORDS[word]}</span>
      {now !== '' && (
        <span class="goal-now">
          now: {now}
          {state?.state === 'broken' && state.at !== undefined ? `, broken at ${clockText(state.at)}` : ''}
        </span>
      )}
    </li>
  );
}

/** A hint with a condition is offered only while that holds; before the exercise has begun, all can be unfolded. */
function Hints(props: ExerciseProps & { readonly findings: readonly boolean[] | undefined }): JSX.Element {
  const { hints, findings } = props;
  const conditional = hints.filter(({ when }) => when !== undefined);
  return (
    <>
      {hints.map((hint, index) => {
        const isOffered = hint.when === undefined || (findings?.[conditional.indexOf(hint)] ?? true);
        return (
          isOffered && (
            <details class="hint" key={hint.text}>
              <summary>Hint {index + 1}</summary>
              <p>
                <Rich text={hint.text} />{' '}
                {hint.belief && <a href={`/misconceptions/#${hint.belief}`}>See it in ten seconds</a>}
              </p>
            </details>
          )
        );
      })}
    </>
  );
}

/** The status region speaks when a goal changes, once. */
function useAnnouncements(
  store: Store | undefined,
  props: ExerciseProps,
  states: readonly GoalState[],
  isSolved: boolean,
): void {
  const told = useRef<readonly string[] | undefined>(undefined);
  const words = states.map(({ state }) => state);
  const key = words.join();
  useEffect(() => {
    const before = told.current;
    told.current = words;
    if (before === undefined || before.length === 0) return;
    const news = props.goals.flatMap(({ text }, index) => {
      const word = words[index];
      return word === undefined || word === before[index] ? [] : [`${text}: ${WORDS[word]}.`];
    });
    if (news.length > 0) store?.say([...news, isSolved ? 'All goals are met.' : ''].join(' ').trim());
  }, [key]);
}

function act(store: Store | undefined, session: string, verb: 'undo' | 'reset'): void {
  store?.show(session);
  store?.[verb]();
}

function solvedAt(goals: readonly GoalState[]): string {
  const last = Math.max(0, ...goals.map(({ at }) => at ?? 0));
  return last === 0 ? '' : `, the last at ${clockText(last)}`;
}

function count(steps: readonly unknown[]): string {
  return steps.length === 1 ? 'one step' : `${steps.length} steps`;
}
