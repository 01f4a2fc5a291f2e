import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Store } from '../../session/store.ts';
import { complete } from './complete.ts';

interface PromptProps {
  readonly store: Store | undefined;
  readonly draft: string;
  readonly change: (line: string) => void;
  readonly type: (line: string) => void;
  readonly interrupt: () => void;
}

const HISTORY = 'terminal-history';
const MOST_KEPT = 100;

/** The line being typed: completion, history, Ctrl+C, and several pasted lines one after the other. */
export function Prompt(props: PromptProps): JSX.Element {
  const { store, draft, change } = props;
  const [active, setActive] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const [back, setBack] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const frame = store?.frame.value;
  const files = Object.keys(store?.page.sessions[store.active.value]?.files ?? {});
  const { from, options } =
    frame === undefined ? { from: 0, options: [] } : complete(draft, { names: frame.names, files });
  const isListed = isOpen && options.length > 0;
  const accept = (option: string): void => {
    change(`${draft.slice(0, from)}${option}${/[=/]$/.test(option) ? '' : ' '}`);
    setActive(-1);
    input.current?.focus();
  };
  useEffect(() => {
    const element = input.current;
    if (element !== null && draft !== '') element.setSelectionRange(draft.length, draft.length);
  }, [draft]);
  const send = (): void => {
    remember(store, draft);
    props.type(draft);
    change('');
    setBack(0);
    setOpen(false);
  };
  const walk = (by: 1 | -1): void => {
    const lines = history(store);
    const next = Math.min(lines.length, Math.max(0, back + by));
    setBack(next);
    setOpen(false);
    change(next === 0 ? '' : (lines.at(-next) ?? ''));
  };
  const press = (event: KeyboardEvent): void => {
    const isAtEnd = input.current?.selectionStart === draft.length;
    const isCompletable = isListed && isAtEnd && draft.slice(from) !== '';
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter') {
      if (isListed && active >= 0) accept(options[active] ?? '');
      else send();
    } else if (step !== 0 && isListed)
      setActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    else if (step !== 0) walk(step === 1 ? -1 : 1);
    else if (
      (event.key === 'Tab' && !event.shiftKey && isCompletable) ||
      (event.key === 'ArrowRight' && isCompletable)
    ) {
      accept(options[Math.max(0, active)] ?? '');
    } else if (event.key === 'Escape' && isListed) setOpen(false);
    else if (event.key === 'c' && event.ctrlKey && input.current?.selectionStart === input.current?.selectionEnd) {
      props.interrupt();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const paste = (event: ClipboardEvent): void => {
    const lines = (event.clipboardData?.getData('text') ?? '').split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2 || store === undefined) return;
    event.preventDefault();
    void typeAll(store, lines);
  };
  return (
    <div class="prompt">
      <label for="terminal-input">
        <span aria-hidden="true">$</span>
        <span class="visually-hidden">kubectl command</span>
      </label>
      <input
        id="terminal-input"
        ref={input}
        type="text"
        role="combobox"
        aria-expanded={isListed}
        aria-controls="terminal-options"
        aria-autocomplete="list"
        aria-activedescendant={isListed && active >= 0 ? `terminal-option-${active}` : undefined}
        value={draft}
        placeholder="kubectl get pods"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="send"
        onInput={(event) => {
          change(event.currentTarget.value);
          setOpen(true);
          setActive(-1);
        }}
        onKeyDown={press}
        onPaste={paste}
        onBlur={() => setOpen(false)}
      />
      <div class="options" id="terminal-options" role="listbox" aria-label="Completions" hidden={!isListed}>
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
          <div
            class="option"
            key={option}
            id={`terminal-option-${index}`}
            role="option"
            aria-selected={index === active}
            tabIndex={-1}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => accept(option)}
          >
            {option}
          </div>
        ))}
      </div>
    </div>
  );
}

function history(store: Store | undefined): readonly string[] {
  return (store?.recall(HISTORY) as readonly string[] | undefined) ?? [];
}

function remember(store: Store | undefined, line: string): void {
  const lines = history(store);
  if (line.trim() === '' || line === lines.at(-1)) return;
  store?.remember(HISTORY, [...lines, line].slice(-MOST_KEPT));
}

/** One at a time; the first that fails ends it. */
async function typeAll(store: Store, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    remember(store, line);
    store.type(line);
    await store.settled();
    if ((store.frame.value.terminals.at(-1)?.exitCode ?? 1) !== 0) return;
  }
}
