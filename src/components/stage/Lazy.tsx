import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Store } from '../../session/store.ts';

/** Components that have come already, so that a view that is opened again does not wait. */
const come = new Map<string, ComponentType<never>>();

/** A component in a chunk of its own, which is loaded when this is first shown. Its children stand in for it until then. */
export function Lazy<P extends { readonly store: Store }>(props: {
  /** Unique in the page. */
  readonly name: string;
  readonly load: () => Promise<ComponentType<P>>;
  readonly with: P;
  /** Does more than saying so when it does not come. */
  readonly onProblem?: () => void;
  readonly children: JSX.Element;
}): JSX.Element {
  const { name, load, with: own, onProblem, children } = props;
  const [, setCome] = useState(come.has(name));
  useEffect(() => {
    if (come.has(name)) return;
    load().then(
      (component) => {
        come.set(name, component as ComponentType<never>);
        setCome(true);
      },
      () => {
        own.store.problem.value = `The ${name} did not load. Reload the page to try again.`;
        onProblem?.();
      },
    );
  }, [name]);
  const Component = come.get(name) as ComponentType<P> | undefined;
  return Component === undefined ? children : <Component {...own} />;
}
