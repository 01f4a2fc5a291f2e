import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Store } from '../session/store.ts';
import { addressOf, momentNow } from '../session/visiting.ts';

/** What `npm run lesson -- record` has said. */
export interface Recorded {
  readonly text: string;
  /** False: it is the reason why nothing was recorded. */
  readonly isOk: boolean;
  /** It stands in the lesson now, and the text says so. */
  readonly isWritten: boolean;
}

interface RecordProps {
  readonly store: Store;
  readonly recorded: Signal<Recorded | undefined>;
  onRecord(link: string, isWriting: boolean): void;
}

/**
 * What was done on the page up to this moment, as text for the lesson: in an exercise its Solution, without the steps
 * that the goals do not need; elsewhere Dos and Beats.
 */
export function Record({ store, recorded, onRecord }: RecordProps): JSX.Element {
  const problem = useSignal('');
  const isCopied = useSignal(false);
  const { active } = store;
  const isExercise = active.value.startsWith('exercise:');
  const send = async (isWriting: boolean) => {
    recorded.value = undefined;
    problem.value = '';
    isCopied.value = false;
    const moment = await momentNow(store);
    if ('problem' in moment) problem.value = moment.problem;
    else onRecord(new URL(await addressOf(store, moment)).hash, isWriting);
  };
  useEffect(() => void send(false), [active.value]);
  const copy = async () => {
    await navigator.clipboard.writeText(recorded.value?.text ?? '');
    isCopied.value = true;
  };
  const { text = '', isOk = false, isWritten = false } = recorded.value ?? {};
  const hasText = isOk && !isWritten;
  return (
    <section class="preview-record" aria-label="Record">
      <p class="preview-filter">
        <span role="status">{problem.value || wordsFor(recorded.value, isExercise)}</span>
        <span class="preview-tools">
          <button type="button" class="button" onClick={() => void send(false)}>
            Record again
          </button>
          <button type="button" class="button" aria-disabled={!hasText} onClick={() => hasText && void copy()}>
            {isCopied.value ? 'Copied' : 'Copy'}
          </button>
          {isExercise && (
            <button type="button" class="button" aria-disabled={!hasText} onClick={() => hasText && void send(true)}>
              Put it into the lesson
            </button>
          )}
        </span>
      </p>
      {hasText && <textarea readOnly rows={12} aria-label="Recorded text" value={text} />}
    </section>
  );
}

function wordsFor(recorded: Recorded | undefined, isExercise: boolean): string {
  if (recorded === undefined) return 'Recording …';
  if (!recorded.isOk || recorded.isWritten) return recorded.text;
  return isExercise ? 'What you did in this exercise, as its Solution' : 'What you did on this stage, as a lesson';
}
