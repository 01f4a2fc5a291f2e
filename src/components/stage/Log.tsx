import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { LogEntry } from '../../../sim/index.ts';
import { clockText } from '../../../sim/view/names.ts';
import type { Store } from '../../session/store.ts';
import { Sentence } from './Caption.tsx';
import type { StageState } from './state.ts';

/** The same in words: every step as a numbered sentence that names the steps it follows from. */
export function Log({ store, state }: { readonly store: Store; readonly state: StageState }): JSX.Element {
  const { log } = store.frame.value;
  const chosen = store.chosen.value;
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = element.current;
    const entry = box?.querySelector<HTMLElement>('.on');
    if (box != null) box.scrollTop = entry == null ? box.scrollHeight : entry.offsetTop - box.clientHeight / 2;
  }, [log?.length, chosen]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
    <section class="log" tabIndex={0} aria-label="Log" data-asks ref={element}>
      {log === undefined || log.length === 0 ? (
        <p>Nothing has happened yet.</p>
      ) : (
        <Entries
          log={log}
          prefix="log"
          chosen={store.chosen.value}
          onStep={(at) => store.seek(at)}
          onDecision={(seq) => state.explain({ pod: '', seq })}
        />
      )}
    </section>
  );
}

/** The sentences alone: also printed at build, for readers without scripts and on paper. */
export function Entries(props: {
  readonly log: readonly LogEntry[];
  /** Prefix of the entries' ids. */
  readonly prefix: string;
  /** The number of the step that is chosen. */
  readonly chosen?: number | undefined;
  readonly onStep?: (at: number) => void;
  /** Shows the tables of the decision that a record tells of. */
  readonly onDecision?: (seq: number) => void;
}): JSX.Element {
  const { log, prefix, chosen, onStep, onDecision } = props;
  return (
    <ol class="entries">
      {log.map(({ number, at, sentence, because, decision }) => (
        <li
          key={number}
          id={`${prefix}-${number}`}
          value={number}
          class={number === chosen ? 'on' : undefined}
          data-why={onStep && `step ${number}`}
          tabIndex={onStep && -1}
        >
          {onStep === undefined ? (
            <span class="at">{clockText(at)}</span>
          ) : (
            <button
              type="button"
              class="at"
              aria-label={`${clockText(at)}: go to step ${number}`}
              onClick={() => onStep(at)}
            >
              {clockText(at)}
            </button>
          )}{' '}
          <Sentence parts={sentence} /> <Because numbers={because} prefix={prefix} />
          {decision !== undefined && onDecision !== undefined && (
            <button
              type="button"
              class="tables-of"
              aria-label={`Step ${number}: show the tables`}
              onClick={() => onDecision(decision)}
            >
              Show the tables
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function Because({
  numbers,
  prefix,
}: {
  readonly numbers: readonly number[];
  readonly prefix: string;
}): JSX.Element | null {
  if (numbers.length === 0) return null;
  return (
    <span class="because">
      because of{' '}
      {numbers.map((number, index) => (
        <span key={number}>
          {index > 0 && ', '}
          <a href={`#${prefix}-${number}`}>{number}</a>
        </span>
      ))}
    </span>
  );
}
