import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Glyph } from './icons.tsx';

interface DialogProps {
  readonly title: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A panel over the page: the rest is out of reach until it is closed, and then the focus is back where it was. */
export function Dialog({ title, name, onClose, children }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      class={`panel ${name}`}
      aria-labelledby={`${name}-title`}
      ref={element}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="panel-body">
        <header>
          <h2 id={`${name}-title`}>{title}</h2>
          <button type="button" class="close" aria-label="Close" onClick={onClose}>
            <Glyph name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
