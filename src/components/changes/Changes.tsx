import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Change } from '../../session/change.ts';
import type { Store } from '../../session/store.ts';
import styles from './changes.css?url';

/** Brings the style sheet: imported as one, it would be in every page from the start. */
export function dress(): Promise<void> {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: styles });
  document.head.append(link);
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${styles} did not load`));
  });
}

interface ChangesProps {
  readonly store: Store;
  readonly file: string;
  readonly session: string;
  /** The text of the editor now: what was said of another one goes. */
  readonly text: string;
  /** Counts the questions. */
  readonly asked: number;
  /** Hands over what is typed. */
  readonly flush: () => Promise<void>;
}

interface Answer {
  readonly text: string;
  readonly clock: string;
  readonly changes: readonly Change[];
  readonly problem: string;
}

/** What applying the file would change, object by object, as the server says in a dry run. */
export function Changes({ store, file, session, text, asked, flush }: ChangesProps): JSX.Element {
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  useEffect(() => {
    let isAwaited = true;
    void flush().then(async () => {
      const { changes = [], problem = '' } = await store.ask(session, { ask: 'changes', file });
      const clock = store.frames.value[session]?.scene.clock ?? '';
      if (isAwaited) setAnswer({ text, clock, changes, problem });
    });
    return () => {
      isAwaited = false;
    };
  }, [asked]);
  if (answer !== undefined && answer.text !== text) {
    return <p class="changes-said">The file has changed since: ask again what will change.</p>;
  }
  return (
    <section class="changes" aria-label={`What applying ${file} would change`}>
      <p class="changes-said" role="status">
        {answer === undefined ? 'Asking the server…' : answer.problem || summaryOf(answer)}
      </p>
      {answer?.changes.map((change, at) => (
        <OneObject key={at} change={change} />
      ))}
    </section>
  );
}

function summaryOf({ changes, clock }: Answer): string {
  const counts = (['created', 'changed', 'unchanged', 'refused'] as const)
    .map((verdict) => [changes.filter((change) => change.verdict === verdict).length, verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`);
  if (counts.length === 0) return 'The file has no object to apply.';
  return `Asked of the server at ${clock}, as a dry run: ${counts.join(', ')}. Nothing is changed yet.`;
}

const SIGNS = { created: '+', changed: '±', unchanged: '=', refused: '✕' } as const;
const WORDS = {
  created: 'would be created',
  changed: 'would change',
  unchanged: 'would stay as it is',
  refused: 'would be refused',
} as const;

function OneObject({ change }: { readonly change: Change }): JSX.Element {
  const { name, verdict, said, fields, lines } = change;
  return (
    <div class={`changes-object ${verdict}`}>
      <p class="changes-head">
        <span class="changes-sign" aria-hidden="true">
          {SIGNS[verdict]}
        </span>{' '}
        {name} <span class="changes-verdict">{WORDS[verdict]}</span>
      </p>
      {said.length > 0 && <p class="changes-server">{said.join('\n')}</p>}
      {fields.length > 0 && (
        <ul>
          {fields.map(({ path, before, after }) => (
            <li key={path}>
              <code>{path}</code>:{' '}
              {before === '' ? (
                <>is added: </>
              ) : (
                <>
                  <del>{before}</del> becomes{' '}
                </>
              )}
              {after === '' ? 'nothing' : <ins>{after}</ins>}
            </li>
          ))}
        </ul>
      )}
      {lines.length > 0 && (
        <details>
          <summary>Line by line, as kubectl diff prints it</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard */}
          <section class="changes-lines" aria-label={`${name}, line by line`} tabIndex={0}>
            {lines.map((line, at) => (
              <Line key={at} line={line} />
            ))}
          </section>
        </details>
      )}
    </div>
  );
}

const KINDS: Readonly<Record<string, readonly [name: string, word: string]>> = {
  '-': ['gone', 'now: '],
  '+': ['come', 'then: '],
  '@': ['place', ''],
};

function Line({ line }: { readonly line: string }): JSX.Element {
  const [kind, word] = KINDS[line[0] ?? ''] ?? ['same', ''];
  return (
    <div class={`changes-line ${kind}`}>
      {word !== '' && <span class="visually-hidden">{word}</span>}
      {line}
    </div>
  );
}
