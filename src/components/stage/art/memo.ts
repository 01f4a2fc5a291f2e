import { type Component, type FunctionComponent, h, type JSX } from 'preact';

/**
 * A part that is drawn anew only when one of its props tells something else. Scenes come from another thread and are
 * new objects each time: what counts is what they say. While messages travel most of a drawing stands still, sixty
 * times a second.
 */
export function memo<P extends object>(part: FunctionComponent<P>): (props: P) => JSX.Element {
  return function Memo(this: Component<P>, props: P) {
    this.shouldComponentUpdate = (next) => !isAlike(this.props, next);
    return h(part, props);
  };
}

/** Whether two plain values, or sets of ids, say the same. */
export function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Set && other instanceof Set) return isAlike([...one], [...other]);
  const [first, second] = [one, other] as readonly Readonly<Record<string, unknown>>[];
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isAlike(first?.[key], second?.[key]));
}
