import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../Dialog.tsx';
import dialog from '../dialog.css?url';
import type { PanelProps } from '../Panels.tsx';
import editor from './editor.css?url';

/** Sheets that must be there before the panel is shown. */
export const styles: readonly string[] = [dialog, editor];

/** A longer file would not be taken. */
const MAX_CHARACTERS = 20_000;

/** The editor that `kubectl edit` has opened. It is open until the file is saved, or left as it was. */
export function Editor({ store, isEditing, Layer }: PanelProps): JSX.Element | null {
  const run = store.frame.value.terminals.findLast(isEditing);
  const shown = run?.editing ?? '';
  const [text, setText] = useState(shown);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    setText(shown);
    area.current?.setSelectionRange(0, 0);
    area.current?.scrollIntoView({ block: 'nearest' });
  }, [shown, run?.id]);
  if (run === undefined) return null;
  const close = (saved: string) => {
    store.command(store.active.value, { ask: 'saved', run: run.id, text: saved });
  };
  const reasons = shown.split('\n').filter((line) => line.startsWith('# * '));
  return (
    <Dialog name="editor" title={run.line} onClose={() => close(shown)}>
      <p class="said" role="status">
        {reasons.length === 0
          ? 'kubectl waits until this file is saved and closed.'
          : `It was not valid: ${reasons.map((line) => line.slice(4)).join('; ')}`}
      </p>
      <div class="manifest-text">
        <Layer text={text} problems={[]} />
        <textarea
          ref={area}
          autofocus
          value={text}
          aria-label="The object as YAML"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          wrap="off"
          maxLength={MAX_CHARACTERS}
          rows={text.split('\n').length}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if ((event.ctrlKey || event.metaKey) && (event.key === 's' || event.key === 'Enter')) {
              event.preventDefault();
              close(text);
            }
          }}
        />
      </div>
      <div class="bar">
        <button type="button" class="button button-primary" onClick={() => close(text)}>
          Save and close
        </button>
        <button type="button" class="button" onClick={() => close(shown)}>
          Close without saving
        </button>
        <span>
          Tab moves on. <kbd>Ctrl</kbd>+<kbd>S</kbd> saves and closes, <kbd>Esc</kbd> closes without saving.
        </span>
      </div>
    </Dialog>
  );
}
