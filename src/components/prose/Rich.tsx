import type { JSX } from 'preact';

/** A sentence in which `backticks` mark code. */
export function Rich({ text }: { readonly text: string }): JSX.Element {
  const parts = text.split('`');
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
