import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { describe } from '../../../sim/view/describe.ts';
import type { Store } from '../../session/store.ts';
import { Glyph } from './icons.tsx';
import type { StageState } from './state.ts';

interface DescriptionProps {
  readonly store: Store;
  readonly state: StageState;
}

/** Asks for the cluster in words, as it is at this moment. */
export function DescribeButton({ state }: { readonly state: StageState }): JSX.Element {
  return (
    <button
      type="button"
      class="describe"
      aria-expanded={state.isDescribed.value}
      aria-label="Describe the cluster now"
      onClick={() => state.toggleDescription()}
    >
      Describe
    </button>
  );
}

/** The cluster now, in a few lines made anew from the picture. The focus goes to it, so that it is read. */
export function Description({ store, state }: DescriptionProps): JSX.Element | null {
  const element = useRef<HTMLElement>(null);
  const isOpen = state.isDescribed.value;
  useEffect(() => {
    if (isOpen) element.current?.focus();
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    <section class="drawer described" aria-label="The cluster now" tabIndex={-1} ref={element}>
      <header>
        <h2>The cluster now</h2>
        <button type="button" class="close" aria-label="Close" onClick={() => state.toggleDescription()}>
          <Glyph name="close" />
        </button>
      </header>
      <ul>
        {describe(store.frame.value.scene).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
