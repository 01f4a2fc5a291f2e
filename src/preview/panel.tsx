import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Problem } from '../lesson/model.ts';
import type { Store } from '../session/store.ts';
import type { Verdict } from './preview.tsx';
import { Record, type Recorded } from './record.tsx';
import { Trace } from './trace.tsx';
import './preview.css';

interface PanelProps {
  readonly store: Signal<Store | undefined>;
  readonly verdict: Signal<Verdict | undefined>;
  readonly isHeld: Signal<boolean>;
  readonly recorded: Signal<Recorded | undefined>;
  /** Asks for what the link of a moment is as text, or to put that into its exercise. */
  onRecord(link: string, isWriting: boolean): void;
}

type Opened = 'trace' | 'record';

/** The strip under the text: what the lesson check says, the trace, and what the author did. Only authors see it. */
export function Panel({ store, verdict, isHeld, recorded, onRecord }: PanelProps): JSX.Element {
  const opened = useSignal<Opened | undefined>(undefined);
  const isAsleep = store.value === undefined;
  const { problems = [], warnings = [] } = verdict.value ?? {};
  return (
    <>
      {opened.value === 'trace' && store.value !== undefined && <Trace store={store.value} />}
      {opened.value === 'record' && store.value !== undefined && (
        <Record store={store.value} recorded={recorded} onRecord={onRecord} />
      )}
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
        <span class="preview-tools">
          {TOOLS.map(([name, title]) => (
            <button
              key={name}
              type="button"
              class="button"
              aria-expanded={opened.value === name}
              aria-disabled={isAsleep}
              title={isAsleep ? 'The stage sleeps: touch it first' : undefined}
              onClick={() => {
                opened.value = isAsleep || opened.value === name ? undefined : name;
              }}
            >
              {title}
            </button>
          ))}
        </span>
      </p>
    </>
  );
}

const TOOLS: readonly (readonly [Opened, string])[] = [
  ['trace', 'Trace'],
  ['record', 'Record'],
];

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
