import type { JSX } from 'preact';
import { type MutableRef, useEffect, useRef, useState } from 'preact/hooks';
import type { Store } from '../../session/store.ts';
import { complete } from './complete.ts';
import { history, remember } from './history.ts';

interface PromptProps {
  readonly store: Store | undefined;
  readonly draft: string;
  readonly change: (line: string) => void;
  readonly type: (line: string) => void;
  readonly interrupt: () => void;
}

/** The line being typed: completion, history, Ctrl+C, and several pasted lines one after the other. */
export function Prompt(props: PromptProps): JSX.Element {
  const prompt = usePrompt(props);
  const { options, active, isListed, input } = prompt;
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
        value={props.draft}
        placeholder="kubectl get pods"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="send"
        onInput={(event) => prompt.write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (!press(event, prompt, props)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onPaste={(event) => paste(event, props.store)}
        onBlur={prompt.close}
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
            onClick={() => prompt.accept(option)}
          >
            {option}
          </div>
        ))}
      </div>
    </div>
  );
}

interface PromptState {
  readonly input: MutableRef<HTMLInputElement | null>;
  readonly options: readonly string[];
  readonly active: number;
  readonly isListed: boolean;
  /** Whether the caret stands after a word that is only begun. */
  isCompletable(): boolean;
  write(line: string): void;
  accept(option: string): void;
  point(by: 1 | -1): void;
  walk(by: 1 | -1): void;
  send(): void;
  close(): void;
}

function usePrompt({ store, draft, change, type }: PromptProps): PromptState {
  const [active, setActive] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const [back, setBack] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const names = store?.frame.value.names;
  const files = Object.keys(store?.saved.value.sessions[store.active.value]?.files ?? {});
  const { from, options } = names === undefined ? { from: 0, options: [] } : complete(draft, { names, files });
  useEffect(() => {
    if (draft !== '') input.current?.setSelectionRange(draft.length, draft.length);
  }, [back]);
  const close = () => setOpen(false);
  return {
    input,
    options,
    active,
    isListed: isOpen && options.length > 0,
    isCompletable: () => isOpen && input.current?.selectionStart === draft.length && draft.slice(from) !== '',
    close,
    write(line) {
      change(line);
      setOpen(true);
      setActive(-1);
    },
    accept(option) {
      change(`${draft.slice(0, from)}${option}${/[=/]$/.test(option) ? '' : ' '}`);
      setActive(-1);
      input.current?.focus();
    },
    point(by) {
      setActive(active < 0 ? (by > 0 ? 0 : options.length - 1) : (active + by + options.length) % options.length);
    },
    walk(by) {
      const lines = history(store);
      const next = Math.min(lines.length, Math.max(0, back + by));
      setBack(next);
      close();
      change(next === 0 ? '' : (lines.at(-next) ?? ''));
    },
    send() {
      remember(store, draft);
      type(draft);
      change('');
      setBack(0);
      close();
    },
  };
}

/** True when the key was meant for the prompt. Tab is, only while it completes a begun word. */
function press(event: KeyboardEvent, prompt: PromptState, { interrupt }: PromptProps): boolean {
  const { active, isListed, options, input } = prompt;
  switch (event.key) {
    case 'Enter':
      if (isListed && active >= 0) prompt.accept(options[active] ?? '');
      else prompt.send();
      return true;
    case 'ArrowDown':
    case 'ArrowUp': {
      const by = event.key === 'ArrowDown' ? 1 : -1;
      if (isListed) prompt.point(by);
      else prompt.walk(by === 1 ? -1 : 1);
      return true;
    }
    case 'Tab':
    case 'ArrowRight':
      if (event.shiftKey || !isListed || !prompt.isCompletable()) return false;
      prompt.accept(options[Math.max(0, active)] ?? '');
      return true;
    case 'Escape':
      prompt.close();
      return isListed;
    case 'c': {
      const isSelected = input.current?.selectionStart !== input.current?.selectionEnd;
      if (!event.ctrlKey || isSelected) return false;
      interrupt();
      return true;
    }
    default:
      return false;
  }
}

function paste(event: ClipboardEvent, store: Store | undefined): void {
  const lines = (event.clipboardData?.getData('text') ?? '').split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || store === undefined) return;
  event.preventDefault();
  void typeAll(store, lines);
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
