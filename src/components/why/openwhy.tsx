import { effect } from '@preact/signals';
import { type JSX, render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../../sim/index.ts';
import { clockText } from '../../../sim/view/names.ts';
import type { Store } from '../../session/store.ts';
import { Chain } from './Chain.tsx';
import stylesheet from './why.css?url';

type Origin = HTMLElement | SVGElement;

/** Opens the panel with the answer to a question, in place of one that is open. */
export async function openWhy(store: Store, question: string, from: Origin): Promise<void> {
  await styled();
  const place = document.getElementById('why') ?? document.body.appendChild(document.createElement('div'));
  place.id = 'why';
  const before = isWithin(place, from) ? origin : from;
  origin = before;
  const close = () => {
    render(null, place);
    const back = before?.isConnected ? before : document.querySelector<Origin>(`[data-why="${CSS.escape(question)}"]`);
    (back ?? document.getElementById('stage'))?.focus();
  };
  // Who has just done something elsewhere keeps the focus there.
  const vanish = () => (place.contains(document.activeElement) ? close() : render(null, place));
  render(<Why key={++opened} {...{ store, question, close, vanish }} />, place);
}

/** The panel's own styles come with it: no page pays for them before. */
function styled(): Promise<void> {
  if (document.querySelector(`link[href="${stylesheet}"]`) !== null) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = stylesheet;
  return new Promise((resolve) => {
    link.onload = () => resolve();
    link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** Where the first question was asked, and how often the panel was opened: each time it begins anew. */
let origin: Origin | undefined;
let opened = 0;

function isWithin(place: Element, from: Origin): boolean {
  return place.contains(from);
}

interface WhyProps {
  readonly store: Store;
  readonly question: string;
  readonly close: () => void;
  /** Closes it because its answer is no longer true. */
  readonly vanish: () => void;
}

/** An answer: what it is, in a sentence since when, and its causes back to the first. */
function Why({ store, question, close, vanish }: WhyProps): JSX.Element {
  const { answer, isAsking, canGoBack, ask, back } = useQuestions(store, question);
  const panel = useRef<HTMLDivElement>(null);
  const [came, setCame] = useState<number | undefined>(undefined);
  const shown = answer?.question ?? '';
  useEffect(() => {
    panel.current?.focus();
    panel.current?.scrollTo(0, 0);
  }, [shown]);
  useEffect(() => fit(panel.current), []);
  useEscape(panel, close);
  useHistory(store, vanish);
  const go = (at: number, seq: number) => {
    if (came === undefined) setCame(store.frame.value.now);
    store.seek(at, seq);
    showStage();
  };
  const goBack = () => {
    store.seek(came ?? 0);
    setCame(undefined);
    panel.current?.focus();
  };
  return (
    <div class="why" role="dialog" aria-labelledby="why-title" tabIndex={-1} ref={panel} aria-busy={isAsking}>
      <div class="why-head">
        <h2 id="why-title">
          Why? <span>{answer?.title ?? ''}</span>
        </h2>
        <button type="button" class="why-close" aria-label="Close" onClick={close}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 5l14 14M19 5L5 19" />
          </svg>
        </button>
      </div>
      {answer === undefined ? (
        <p>{isAsking ? 'Looking through the history…' : 'The simulator gave no answer.'}</p>
      ) : (
        <>
          {answer.value !== '' && <p class="why-value">{answer.value}</p>}
          <p class="why-summary">{answer.summary}</p>
          {came !== undefined && (
            <p class="why-came">
              <button type="button" class="button" onClick={goBack}>
                Back to where you were, {clockText(came)}
              </button>
            </p>
          )}
          <Chain key={shown} answer={answer} go={go} />
          <More answer={answer} ask={ask} />
          <p class="why-foot">
            {canGoBack && (
              <button type="button" class="button" onClick={back}>
                The question before
              </button>
            )}
            {answer.object !== '' && (
              <button type="button" class="button" onClick={() => ask(answer.object)}>
                Ask another field of it
              </button>
            )}
            <span>Asked at {clockText(answer.now)}</span>
          </p>
        </>
      )}
    </div>
  );
}

/** Where the panel is a sheet, the stage may be out of sight: what was asked for is to be seen. */
function showStage(): void {
  const stage = document.getElementById('stage');
  const top = stage?.getBoundingClientRect().top ?? 0;
  if (top < -40 || top > innerHeight / 4) stage?.scrollIntoView({ block: 'start', behavior: 'instant' });
}

/** Beside the stage the panel is as wide as what it covers. */
function fit(panel: HTMLElement | null): void {
  const left = document.getElementById('stage')?.getBoundingClientRect().left ?? 0;
  panel?.style.setProperty('--why-width', `${Math.min(MOST_WIDE, Math.max(LEAST_WIDE, left - 4))}px`);
}

const MOST_WIDE = 440;
const LEAST_WIDE = 320;

/** The questions of one visit, and the answer to the last. */
function useQuestions(store: Store, first: string) {
  const [questions, setQuestions] = useState<readonly string[]>([first]);
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const [isAsking, setAsking] = useState(true);
  const question = questions.at(-1) ?? first;
  useEffect(() => {
    let isWanted = true;
    setAsking(true);
    void store.why(question).then((found) => {
      if (!isWanted) return;
      setAnswer(found);
      setAsking(false);
    });
    return () => {
      isWanted = false;
    };
  }, [question]);
  return {
    answer,
    isAsking,
    canGoBack: questions.length > 1,
    ask: (next: string) => setQuestions([...questions, next]),
    back: () => setQuestions(questions.slice(0, -1)),
  };
}

/** What else can be asked, by group; the first of several stands open. */
function More({ answer, ask }: { readonly answer: Answer; readonly ask: (question: string) => void }): JSX.Element {
  const { more } = answer;
  return (
    <>
      {more.map(({ title, asks }, index) => (
        <details key={title} class="why-more" open={index < 2}>
          <summary>{title}</summary>
          <ul>
            {asks.map(({ question, text, value }) => (
              <li key={question}>
                <button type="button" onClick={() => ask(question)}>
                  <b>{text}</b> <span>{value === '' ? 'empty' : value}</span>
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}

/** An answer is about one history: it goes when that is cut, or when another cluster is shown. */
function useHistory(store: Store, vanish: () => void): void {
  useEffect(() => {
    const history = () => `${store.active.value} ${store.cuts.value}`;
    const asked = history();
    return effect(() => {
      if (history() !== asked) vanish();
    });
  }, []);
}

/** Escape closes the panel from within, and from where nothing else is. */
function useEscape(panel: { readonly current: HTMLElement | null }, close: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const active = document.activeElement;
      const isHere = active === document.body || (active !== null && panel.current?.contains(active));
      if (event.key !== 'Escape' || !isHere) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    document.addEventListener('keydown', press, true);
    return () => document.removeEventListener('keydown', press, true);
  }, []);
}
