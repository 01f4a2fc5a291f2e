import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ManifestProblem } from '../../../sim/index.ts';
import type { ManifestProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';
import { Lazy } from '../stage/Lazy.tsx';
import { indent } from './indent.ts';
import { tokensOf } from './tokens.ts';

/** A longer file is refused at the door: nobody typed it, and the API server would not take it. */
const MAX_CHARACTERS = 1_000_000;
/** Typing rests this long, in ms, before the file is checked. */
const REST_MS = 300;

/**
 * A manifest to read, change and apply. The text area is a plain one; the colours lie behind it. What is wrong is
 * marked and listed, at its line, before anything is sent.
 */
export function Manifest({ store, ...props }: ManifestProps & { readonly store?: Store }): JSX.Element {
  const { id, file, session } = props;
  const editor = useEditor(store, props);
  const { text, problems, refusal, area } = editor;
  const note = `${id}-note`;
  const [asked, setAsked] = useState(0);
  return (
    <>
      <header class="manifest-head">
        <b>{file}</b>
        <span>{problems.length > 1 ? `${problems.length} problems` : problems.length === 1 ? '1 problem' : ''}</span>
        <button type="button" class="button" onClick={() => setAsked(asked + 1)}>
          Show what will change
        </button>
        <button
          type="button"
          class="button"
          onClick={() => store?.doCommand(`kubectl apply -f ${file}`, session, editor.flush())}
        >
          Apply
        </button>
      </header>
      <div class="manifest-text" tabIndex={-1}>
        <Layer text={text} problems={problems} />
        <textarea
          ref={area}
          value={text}
          aria-label={`${file}, a manifest`}
          aria-describedby={note}
          aria-invalid={problems.length > 0}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          wrap="off"
          rows={text.split('\n').length}
          onBeforeInput={(event) => editor.refuse(event)}
          onInput={(event) => editor.write(event.currentTarget)}
          onBlur={() => editor.rest()}
          onKeyDown={(event) => editor.press(event)}
        />
      </div>
      {refusal !== '' && <p class="manifest-refusal">{refusal}</p>}
      {problems.length > 0 && (
        <ul class="manifest-problems">
          {problems.map((problem) => (
            <Problem key={`${problem.line} ${problem.message}`} problem={problem} editor={editor} />
          ))}
        </ul>
      )}
      {asked > 0 && store !== undefined && (
        <Lazy
          name="list of changes"
          load={() => import('../changes/Changes.tsx').then(({ Changes, dress }) => dress().then(() => Changes))}
          with={{ store, file, session, text, asked, flush: editor.flush }}
        >
          <span hidden />
        </Lazy>
      )}
      <p class="manifest-note" id={note}>
        Tab moves on. <kbd>Ctrl</kbd>+<kbd>]</kbd> and <kbd>Ctrl</kbd>+<kbd>[</kbd> indent.
      </p>
    </>
  );
}

type Editor = ReturnType<typeof useEditor>;

/** The text to show when the cluster changes: a shared moment comes with its own, and after it the reader's is back. */
function useKept(store: Store | undefined, { file, session, text }: ManifestProps): () => string | undefined {
  const before = useRef(store?.visit.value);
  return () => {
    const visit = store?.visit.value;
    const otherwise = visit === before.current ? undefined : text;
    before.current = visit;
    return store?.fileText(file, session) ?? otherwise;
  };
}

function useEditor(store: Store | undefined, props: ManifestProps) {
  const { file, session } = props;
  const [text, setText] = useState(props.text);
  const [problems, setProblems] = useState<readonly ManifestProblem[]>([]);
  const [refusal, setRefusal] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(text);
  const isAwake = store?.isAwake.value ?? false;
  const visit = store?.visit.value;
  const keptText = useKept(store, props);
  useEffect(() => {
    const kept = keptText();
    if (!isAwake || kept === undefined || kept === latest.current) return;
    latest.current = kept;
    setText(kept);
    void store?.edit(file, kept, session).then(setProblems);
  }, [store, isAwake, file, session, visit, props.text]);
  const flush = async (): Promise<void> => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (store !== undefined) setProblems(await store.edit(file, latest.current, session));
  };
  const take = (next: string): void => {
    latest.current = next;
    setText(next);
    setRefusal('');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void flush(), REST_MS);
  };
  /** Who leaves the editor may go to another file: nothing of this one is still to be read then. */
  const rest = (): void => {
    if (timer.current !== undefined) void flush();
  };
  const write = (element: HTMLTextAreaElement): void => {
    if (element.value.length <= MAX_CHARACTERS) {
      take(element.value);
      return;
    }
    setRefusal(tooLong(element.value.length));
    element.value = latest.current;
  };
  /** A paste that is too long is stopped before the browser lays out its lines, which can take minutes. */
  const refuse = (event: InputEvent): void => {
    const { length } = event.data ?? event.dataTransfer?.getData('text') ?? '';
    if (length <= MAX_CHARACTERS) return;
    event.preventDefault();
    setRefusal(tooLong(length));
  };
  const press = (event: KeyboardEvent): void => {
    const element = area.current;
    if (element === null || !(event.ctrlKey || event.metaKey) || (event.key !== ']' && event.key !== '[')) return;
    event.preventDefault();
    shift(element, event.key === ']' ? 1 : -1);
    take(element.value);
  };
  const goTo = (line: number): void => {
    const { start, end } = spanOf(latest.current, line);
    area.current?.focus();
    area.current?.setSelectionRange(start, end);
  };
  const mend = ({ line, fix }: ManifestProblem): void => {
    if (fix === undefined) return;
    const lines = latest.current.split('\n');
    lines[line - 1] = (lines[line - 1] ?? '').replace(fix.from, fix.to);
    take(lines.join('\n'));
    goTo(line);
  };
  return { text, problems, refusal, area, flush, rest, write, refuse, press, goTo, mend };
}

/** Indents the lines of the selection, or takes that back. */
function shift(element: HTMLTextAreaElement, way: 1 | -1): void {
  const { value: text, selectionStart: start, selectionEnd: end } = element;
  const moved = indent({ text, start, end }, way);
  element.value = moved.text;
  element.setSelectionRange(moved.start, moved.end);
}

/** Where a line, counted from 1, begins and ends in a text. */
function spanOf(text: string, line: number) {
  const lines = text.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
  return { start, end: start + (lines[line - 1]?.length ?? 0) };
}

/** The same text with colours; the reader's caret and selection are in the text area before it. */
export function Layer({
  text,
  problems,
}: {
  readonly text: string;
  readonly problems: readonly ManifestProblem[];
}): JSX.Element {
  const wrong = new Set(problems.map(({ line }) => line));
  return (
    <pre aria-hidden="true">
      {linesOf(text).map((line, index) => (
        <span key={index} class={wrong.has(index + 1) ? 'line wrong' : 'line'}>
          {tokensOf(line).map(({ kind, text: word }, at) =>
            kind === 'text' || word.trim() === '' ? (
              word
            ) : (
              <span key={at} class={`code-${kind}`}>
                {word}
              </span>
            ),
          )}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const CLASSES = { syntax: 'YAML', shape: 'Field', sense: 'Value' } as const;

function Problem({ problem, editor }: { readonly problem: ManifestProblem; readonly editor: Editor }): JSX.Element {
  const { line, message, fix } = problem;
  return (
    <li>
      <button type="button" class="beat-link" onClick={() => editor.goTo(line)}>
        Line {line}
      </button>{' '}
      <b>{CLASSES[problem.class]}:</b> {message}{' '}
      {fix !== undefined && (
        <button type="button" class="button" onClick={() => editor.mend(problem)}>
          Change {fix.from} to {fix.to}
        </button>
      )}
    </li>
  );
}

/** The empty line after the last newline has no colours. */
function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

function tooLong(length: number): string {
  const millions = (length / 1e6).toFixed(1);
  return `That is ${millions} million characters. A manifest here has at most one million; the text stays as it was.`;
}
