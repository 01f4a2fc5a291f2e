import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Problem } from '../lesson/model.ts';
import type { Store } from '../session/store.ts';
import type { Verdict } from './preview.tsx';
import { Trace } from './trace.tsx';
import './preview.css';

interface PanelProps {
  readonly store: Signal<Store | undefined>;
  readonly verdict: Signal<Verdict | undefined>;
  readonly isHeld: Signal<boolean>;
}

/** The strip under the text: what the lesson check says, and the trace. Only authors see it. */
export function Panel({ store, verdict, isHeld }: PanelProps): JSX.Element {
  const isTraceOpen = useSignal(false);
  const { problems = [], warnings = [] } = verdict.value ?? {};
  return (
    <>
      {isTraceOpen.value && store.value !== undefined && <Trace store={store.value} />}
      {problems.length > 0 && (
        <ol class="preview-problems" aria-label="Problems">
          {problems.map((problem) => (
            <Found key={`${problem.place.file}:${problem.place.line}:${problem.title}`} problem={problem} />
          ))}
        </ol>
      )}
      {warnings.length > 0 && (
        <details class="preview-warnings">
          <summary>{counted(warnings.length, 'remark')}</summary>
          <ol>
            {warnings.map((problem) => (
              <Found key={`${problem.place.line}:${problem.title}`} problem={problem} />
            ))}
          </ol>
        </details>
      )}
      <p class="preview-strip">
        <span class={`preview-verdict ${problems.length > 0 || isHeld.value ? 'bad' : ''}`} role="status">
          {words(verdict.value, isHeld.value)}
        </span>
        <button
          type="button"
          class="button"
          aria-expanded={isTraceOpen.value}
          aria-disabled={store.value === undefined}
          title={store.value === undefined ? 'The stage sleeps: touch it first' : undefined}
          onClick={() => {
            isTraceOpen.value = store.value !== undefined && !isTraceOpen.value;
          }}
        >
          Trace
        </button>
      </p>
    </>
  );
}

function words(verdict: Verdict | undefined, isHeld: boolean): string {
  const held = isHeld ? ' You see the last version that could be shown.' : '';
  if (verdict === undefined) return `Checking the lesson …${held}`;
  const count = verdict.problems.length;
  return count === 0 ? `The lesson passes its check.${held}` : `${counted(count, 'problem')} in this lesson.${held}`;
}

/** The place opens in the author's editor, where the development server knows one. */
function Found({ problem }: { readonly problem: Problem }): JSX.Element {
  const { place, title, reason, fix } = problem;
  const where = `${place.file}:${place.line}:${place.column}`;
  return (
    <li>
      <button
        type="button"
        class="link"
        onClick={() => void fetch(`/__open-in-editor?file=${encodeURIComponent(where)}`)}
      >
        {where}
      </button>
      <b>{title}</b>
      {reason !== undefined && <pre>{reason}</pre>}
      {fix !== undefined && <p>Fix: {fix}</p>}
    </li>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
