import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ApiTable } from '../../lab/completion/table.ts';
import { type CodeEditor, type EditorEnds, type LineMark, plainEditor } from './codeeditor.ts';
import './labeditor.css';

/** What the editor of a lab is given. */
export interface LabEditorProps {
  readonly id: string;
  /** What the file is called. */
  readonly file: string;
  /** As the author wrote it: what a reset brings back. */
  readonly start: string;
  /** As the reader left it. */
  readonly text: string;
  readonly marks: readonly LineMark[];
  /** Every change of the text. */
  onText(text: string): void;
  /** A sentence for the page's status region. */
  onSay(sentence: string): void;
}

function isYaml(file: string): boolean {
  return file.endsWith('.yaml');
}

function labelOf(file: string): string {
  return `${file}, your ${isYaml(file) ? 'objects' : 'program'}`;
}

/** Names to offer, made at build from the lab's types. */
const TABLE = '/sandbox/completions.json';

const REASON = 'The full editor could not be loaded. This plain one does the same, without colours and offers.';

/** The reader's program: a text area that becomes a full editor when it is touched; errors at their lines; reset. */
export function LabEditor(props: LabEditorProps): JSX.Element {
  const { id, file, start, marks } = props;
  const { area, shadow, editor, isFull, trouble } = useEditor(props);
  const note = `${id}-note`;
  return (
    <div class="lab-editor">
      <header class="lab-editor-head">
        <b>{file}</b>
        <span>{marks.length === 0 ? '' : `${marks.length} ${marks.length === 1 ? 'problem' : 'problems'}`}</span>
        <Reset start={start} editor={() => editor.current} onSay={props.onSay} />
      </header>
      <textarea
        ref={area}
        class="lab-editor-plain"
        hidden={isFull}
        aria-label={labelOf(file)}
        aria-describedby={note}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        rows={Math.min(32, start.split('\n').length + 1)}
        defaultValue={props.text}
      />
      <div ref={shadow} class="lab-editor-full" hidden={!isFull} />
      {marks.length > 0 && (
        <ul class="lab-editor-problems">
          {marks.map((mark) => (
            <li key={`${mark.line} ${mark.message}`}>
              <button type="button" class="beat-link" onClick={() => editor.current?.goTo(mark.line)}>
                Line {mark.line}
                {mark.column === undefined ? '' : `, column ${mark.column}`}
              </button>{' '}
              {mark.message}
            </li>
          ))}
        </ul>
      )}
      <p class="lab-editor-note" id={note}>
        {isFull ? (
          <>
            <kbd>Tab</kbd> indents. <kbd>Esc</kbd>, then <kbd>Tab</kbd>, leaves the editor.
            {!isYaml(file) && (
              <>
                {' '}
                <kbd>Ctrl</kbd>+<kbd>Space</kbd> offers names.
              </>
            )}
          </>
        ) : (
          <>Tab moves on. {trouble}</>
        )}{' '}
        Your text is kept on this device.
      </p>
    </div>
  );
}

function useEditor(props: LabEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const shadow = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [isFull, setFull] = useState(false);
  const [trouble, setTrouble] = useState('');
  useLayoutEffect(() => {
    const plain = area.current;
    const place = shadow.current;
    if (plain === null || place === null) return undefined;
    const ends: EditorEnds = {
      label: labelOf(props.file),
      isYaml: isYaml(props.file),
      onText: (text) => latest.current.onText(text),
      onSay: (sentence) => latest.current.onSay(sentence),
    };
    // The page was built with the author's text, and waking it up leaves that in place. What a quick reader has
    // already typed counts, also for a button that was pressed before the page was awake.
    if (plain.value === plain.defaultValue) plain.value = latest.current.text;
    else ends.onText(plain.value);
    editor.current = plainEditor(plain, ends);
    let isGone = false;
    const load = async (): Promise<void> => {
      plain.removeEventListener('focus', load);
      const full = await loadFull(place, plain, ends);
      if (isGone || full === undefined) return setTrouble(full === undefined ? REASON : '');
      editor.current?.dispose();
      editor.current = full;
      setFull(true);
      full.mark(latest.current.marks);
    };
    plain.addEventListener('focus', load);
    if (document.activeElement === plain) void load();
    return () => {
      isGone = true;
      plain.removeEventListener('focus', load);
      editor.current?.dispose();
    };
  }, [props.file]);
  useEffect(() => editor.current?.mark(props.marks), [props.marks]);
  // The page hid the text area with the focus in it: the editor takes it over.
  useEffect(() => {
    if (isFull) editor.current?.focus();
  }, [isFull]);
  return { area, shadow, editor, isFull, trouble };
}

/** The editor with the text and the caret of the text area; undefined when it cannot be had. */
async function loadFull(
  place: HTMLElement,
  plain: HTMLTextAreaElement,
  ends: EditorEnds,
): Promise<CodeEditor | undefined> {
  try {
    const [{ codeMirror }, table] = await Promise.all([
      import('./codemirror.ts'),
      ends.isYaml ? undefined : loadTable(),
    ]);
    return codeMirror(place, { text: plain.value, caret: plain.selectionStart }, ends, table);
  } catch {
    return undefined;
  }
}

/** An editor without offers is an editor. */
async function loadTable(): Promise<ApiTable | undefined> {
  try {
    const response = await fetch(TABLE);
    return response.ok ? ((await response.json()) as ApiTable) : undefined;
  } catch {
    return undefined;
  }
}

/** Asks before it throws the text away, and can give it back. */
function Reset(props: {
  readonly start: string;
  editor(): CodeEditor | undefined;
  onSay(sentence: string): void;
}): JSX.Element {
  const [step, setStep] = useState<'rest' | 'asks' | 'done'>('rest');
  const before = useRef('');
  const put = (text: string, next: 'rest' | 'done', sentence: string): void => {
    const editor = props.editor();
    if (editor === undefined) return;
    before.current = editor.text();
    editor.setText(text);
    setStep(next);
    props.onSay(sentence);
  };
  if (step === 'asks') {
    return (
      <span class="lab-editor-asks">
        Throw your text away?{' '}
        <button
          type="button"
          class="button"
          onClick={() => put(props.start, 'done', 'The text is the author’s again.')}
        >
          Yes, begin anew
        </button>{' '}
        <button type="button" class="button" onClick={() => setStep('rest')}>
          No, keep it
        </button>
      </span>
    );
  }
  return (
    <span class="lab-editor-asks">
      {step === 'done' && (
        <button type="button" class="button" onClick={() => put(before.current, 'rest', 'Your text is back.')}>
          Undo the reset
        </button>
      )}{' '}
      <button type="button" class="button" onClick={() => setStep('asks')}>
        Reset
      </button>
    </span>
  );
}
