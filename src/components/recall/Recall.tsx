import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RecallProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';
import { useEarlyChoice } from '../prose/early.ts';
import { Rich } from '../prose/Rich.tsx';
import { Sorting } from './Sorting.tsx';
import './recall.css';

/** What the reader answered, as kept on this device. */
interface Answer {
  readonly choice?: number;
  readonly order?: readonly number[];
  /** For an open question: whether the reader knew it. */
  readonly knew?: boolean;
  /** Whether it was right when it was given; for the logbook. */
  readonly right?: boolean;
}

type Live = { readonly store?: Store };
type Part = RecallProps & { readonly store: Store | undefined; readonly keep: (answer: Answer) => void };

/** A question answered from memory. The answer is explained, kept, and can be unfolded without answering. */
export function Recall({ store, ...props }: RecallProps & Live): JSX.Element {
  const answer = store?.recall(props.id) as Answer | undefined;
  const keep = (given: Answer) => {
    store?.remember(props.id, { ...given, right: isRight(props, given) });
    store?.say(`${isRight(props, given) ? 'Right.' : 'Not quite.'} ${solutionOf(props)} ${props.answer}`.trim());
  };
  const part = { ...props, store, keep };
  if (answer !== undefined) return <Answered {...part} given={answer} />;
  return (
    <>
      {props.form === 'open' && (
        <p class="recall-ask">
          <Rich text={props.question} />
        </p>
      )}
      {props.form === 'order' && <Sorting {...part} />}
      {(props.form === 'choose' || props.form === 'click') && <Choosing {...part} />}
      <details class="recall-answer">
        <summary>Show the answer</summary>
        <Explanation {...props} />
        {props.form === 'open' && (
          <p class="recall-actions">
            <button type="button" class="button" onClick={() => keep({ knew: true })}>
              I knew it
            </button>
            <button type="button" class="button" onClick={() => keep({ knew: false })}>
              Not yet
            </button>
          </p>
        )}
      </details>
    </>
  );
}

/** Options to choose from; for a part of the stage, the one whose card is pinned there can be handed in. */
function Choosing({ id, form, question, options, parts, store, keep }: Part): JSX.Element {
  const [choice, setChoice] = useState<number | undefined>(undefined);
  const fieldset = useEarlyChoice(setChoice);
  const pinned = form === 'click' ? parts?.[store?.selection.value ?? ''] : undefined;
  const chosen = choice ?? pinned;
  return (
    <fieldset ref={fieldset}>
      <legend>
        <Rich text={question} />
      </legend>
      {form === 'click' && <p class="recall-how">Choose its name here, or choose the part itself on the stage.</p>}
      {options.map((text, index) => (
        <label key={text}>
          <input
            type="radio"
            name={id}
            value={String(index)}
            checked={chosen === index}
            onChange={() => setChoice(index)}
          />
          <span>
            <Rich text={text} />
          </span>
        </label>
      ))}
      <p class="recall-actions">
        <button
          type="button"
          class="button"
          aria-disabled={chosen === undefined}
          onClick={() => chosen !== undefined && keep({ choice: chosen })}
        >
          Answer
        </button>
      </p>
    </fieldset>
  );
}

function Answered(props: Part & { readonly given: Answer }): JSX.Element {
  const { form, question, options, given, store, id } = props;
  const own = given.choice ?? -1;
  return (
    <>
      <p class="recall-ask">
        <Rich text={question} />
      </p>
      <p class="recall-verdict">
        {form === 'open' && (given.knew === true ? 'You knew it.' : 'Not yet: it will come back.')}
        {form !== 'open' && (isRight(props, given) ? 'Right.' : 'Not quite.')}
        {options[own] !== undefined && !isRight(props, given) && (
          <>
            {' '}
            You chose: <Rich text={options[own] ?? ''} />.
          </>
        )}
      </p>
      <Explanation {...props} />
      <p class="recall-actions">
        <button type="button" class="button" onClick={() => store?.remember(id, undefined)}>
          Ask me again
        </button>
      </p>
    </>
  );
}

function Explanation({ form, options, right, answer }: RecallProps): JSX.Element {
  return (
    <>
      {form === 'order' && (
        <ol class="recall-order">
          {right.map((index) => (
            <li key={index}>
              <Rich text={options[index] ?? ''} />
            </li>
          ))}
        </ol>
      )}
      <p>
        {(form === 'choose' || form === 'click') && (
          <>
            <b>
              <Rich text={options[right[0] ?? -1] ?? ''} />.
            </b>{' '}
          </>
        )}
        <Rich text={answer} />
      </p>
    </>
  );
}

function isRight({ form, right }: RecallProps, given: Answer): boolean {
  if (form === 'open') return given.knew === true;
  if (form === 'order') return right.every((index, place) => given.order?.[place] === index);
  return given.choice === right[0];
}

/** The answer itself in words, for the status region. */
function solutionOf({ form, right, options }: RecallProps): string {
  return form === 'open' ? '' : `${right.map((index) => options[index]).join(', ')}.`;
}
