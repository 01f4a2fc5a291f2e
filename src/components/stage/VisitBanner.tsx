import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Store } from '../../session/store.ts';

/** Somebody else's moment stands on the stage: this says so, and leads back, or keeps it. */
export function VisitBanner({ store }: { readonly store: Store }): JSX.Element | null {
  const [isAsking, setIsAsking] = useState(false);
  const visit = store.visit.value;
  if (visit === undefined) return null;
  const end = async (keep: boolean) => {
    const { hasOwnWork, leave } = await import('../../session/visiting.ts');
    if (keep && !isAsking && hasOwnWork(store, visit.session)) {
      setIsAsking(true);
      return;
    }
    setIsAsking(false);
    await leave(store, keep);
  };
  const button = (text: string, act: () => void) => (
    <button type="button" class="button" onClick={act}>
      {text}
    </button>
  );
  if (visit.session === '') {
    return (
      <p class="banner">
        <span>{visit.sentence}</span>
        {button('Close', () => void end(false))}
      </p>
    );
  }
  return (
    <p class="banner visit">
      <span>{isAsking ? 'This replaces what you have done on this cluster yourself.' : visit.sentence}</span>
      {isAsking ? button('No', () => setIsAsking(false)) : button('Back to mine', () => void end(false))}
      {button(isAsking ? 'Replace it' : 'Keep this one', () => void end(true))}
    </p>
  );
}
