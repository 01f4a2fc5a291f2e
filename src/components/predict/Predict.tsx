import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PredictProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';
import { useEarlyChoice } from '../prose/early.ts';
import { Rich } from '../prose/Rich.tsx';
import './predict.css';

/** The answer that claims nothing. */
const UNSURE = -1;

interface Answer {
  readonly choice: number;
  /** What the simulator said of each option when the reader answered; absent when it could not say. */
  readonly outcome?: readonly boolean[];
  /** Whether the guess has stood beside what happened. */
  readonly seen?: true;
}

/**
 * Predict, run, compare. The answer is kept; after the deciding beat it stands beside what happened. Nothing is hidden
 * behind it: "Show me" is always there, and without scripts the outcome can be unfolded.
 */
export function Predict({ store, ...props }: PredictProps & { readonly store?: Store }): JSX.Element {
  const [choice, setChoice] = useState<number | undefined>(undefined);
  const fieldset = useEarlyChoice(setChoice);
  const answer = store === undefined ? undefined : (store.recall(props.id) as Answer | undefined);
  const isAwake = store?.isAwake.value ?? false;
  const stage = store?.frames.value[store.page.stage.id];
  const isRevealed = isAwake && (stage?.reached.some(({ id }) => id === props.reveal) ?? false);
  const keep = () => {
    if (store === undefined || choice === undefined) return;
    store.remember(props.id, { choice });
    void store
      .foresee(
        props.reveal,
        props.options.map(({ when }) => when),
        props.after,
      )
      .then((outcome) => {
        if (outcome !== undefined) store.remember(props.id, { choice, outcome });
      });
  };
  return (
    <>
      <fieldset ref={fieldset} disabled={answer !== undefined}>
        <legend>
          <span class="predict-kicker">Before you run it</span> <Rich text={props.ask} />
        </legend>
        <Choices {...props} chosen={answer?.choice ?? choice} choose={setChoice} />
      </fieldset>
      {answer === undefined && (
        <p class="predict-actions">
          <button type="button" class="button" aria-disabled={choice === undefined} onClick={keep}>
            Keep my guess
          </button>
          <button type="button" class="button" onClick={() => store?.seekBeat(props.reveal)}>
            Show me
          </button>
        </p>
      )}
      {answer !== undefined && !isRevealed && (
        <p class="predict-actions">
          <span>Your guess is kept. Run it, and compare.</span>
          <button type="button" class="button" onClick={() => store?.seekBeat(props.reveal)}>
            Show me
          </button>
        </p>
      )}
      {isRevealed ? <Comparison {...props} answer={answer} store={store} /> : <Unfolding {...props} />}
    </>
  );
}

function Choices(
  props: PredictProps & { readonly chosen: number | undefined; readonly choose: (choice: number) => void },
): JSX.Element {
  const texts = [...props.options.map(({ text }) => text), 'I’m not sure'];
  return (
    <>
      {texts.map((text, index) => {
        const value = index === props.options.length ? UNSURE : index;
        return (
          <label key={value}>
            <input
              type="radio"
              name={props.id}
              value={String(value)}
              checked={props.chosen === value}
              onChange={() => props.choose(value)}
            />
            <span>
              <Rich text={text} />
            </span>
          </label>
        );
      })}
    </>
  );
}

function Comparison(
  props: PredictProps & { readonly answer: Answer | undefined; readonly store: Store | undefined },
): JSX.Element {
  const { id, options, answer, because, reveal, store } = props;
  const outcome = answer?.outcome ?? props.outcome;
  const right = outcome.indexOf(true);
  const guess = options[answer?.choice ?? UNSURE];
  const isRight = guess !== undefined && outcome[answer?.choice ?? UNSURE] === true;
  useEffect(() => {
    if (answer !== undefined)
      store?.say(isRight ? 'It happened as you said.' : `What happened: ${options[right]?.text}.`);
  }, [store, answer, isRight, options, right]);
  useEffect(() => {
    if (answer !== undefined && answer.seen !== true) store?.remember(id, { ...answer, outcome, seen: true });
  }, [store, answer, id, outcome]);
  return (
    <div class="predict-outcome">
      <dl>
        {answer !== undefined && (
          <>
            <dt>Your guess</dt>
            <dd>
              <Rich text={guess?.text ?? 'You were not sure'} />
            </dd>
          </>
        )}
        <dt>What happened</dt>
        <dd>{isRight ? 'As you said.' : <Rich text={options[right]?.text ?? 'none of these'} />}</dd>
      </dl>
      {guess !== undefined && !isRight && guess.refutation !== '' && (
        <p>
          <Rich text={guess.refutation} />
        </p>
      )}
      <p>
        <Rich text={because} />{' '}
        <button type="button" class="beat-link" onClick={() => store?.seekBeat(reveal)}>
          See it on the stage
        </button>
      </p>
    </div>
  );
}

/** For readers without scripts, and for those who would rather read. */
function Unfolding({ options, outcome, because, beat }: PredictProps): JSX.Element {
  return (
    <details class="predict-unfold">
      <summary>What happens</summary>
      <p>
        <b>
          <Rich text={options[outcome.indexOf(true)]?.text ?? ''} />.
        </b>{' '}
        <Rich text={because} /> (Number {beat} below.)
      </p>
    </details>
  );
}
