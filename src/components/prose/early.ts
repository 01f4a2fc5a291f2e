import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A radio button may be chosen before the page wakes: gives the ref of its fieldset, and hands that choice over. */
export function useEarlyChoice(choose: (value: number) => void): RefObject<HTMLFieldSetElement> {
  const fieldset = useRef<HTMLFieldSetElement>(null);
  useLayoutEffect(() => {
    const early = fieldset.current?.querySelector<HTMLInputElement>('input:checked');
    if (early) choose(Number(early.value));
  }, []);
  return fieldset;
}
