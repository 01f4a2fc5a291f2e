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

/** The cluster now, in a few lines made anew from the picture. The focus goes to it, so that it is read. */
export function Description({ store, state }: DescriptionProps): JSX.Element {
  const element = useRef<HTMLElement>(null);
  useEffect(() => element.current?.focus(), []);
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
