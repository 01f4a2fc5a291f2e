import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RecallProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';
import { Rich } from '../prose/Rich.tsx';

interface Asked {
  readonly store: Store | undefined;
  readonly keep: (answer: { readonly order: readonly number[] }) => void;
}

/** Things to put in order with buttons: each moves its line one place up or down, and keeps the focus. */
export function Sorting({ question, options, store, keep }: RecallProps & Asked): JSX.Element {
  const [order, setOrder] = useState<readonly number[]>(options.map((_, index) => index));
  const list = useRef<HTMLOListElement>(null);
  const focus = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (focus.current === undefined) return;
    const pressed = list.current?.querySelector<HTMLElement>(`[data-move="${focus.current}"]`);
    focus.current = undefined;
    pressed?.focus();
  }, [order]);
  const move = (from: number, to: number) => {
    if (to < 0 || to >= order.length) return;
    const item = order[from] ?? 0;
    focus.current = `${item} ${to < from ? 'up' : 'down'}`;
    setOrder(order.map((own, at) => (at === to ? item : at === from ? (order[to] ?? own) : own)));
    store?.say(`${options[item]}: now ${to + 1} of ${order.length}.`);
  };
  return (
    <fieldset>
      <legend>
        <Rich text={question} />
      </legend>
      <ol class="recall-order" ref={list}>
        {order.map((item, at) => (
          <li key={item}>
            <span>
              <Rich text={options[item] ?? ''} />
            </span>
            <Mover
              item={item}
              label={`Move up: ${options[item]}`}
              way="up"
              off={at === 0}
              go={() => move(at, at - 1)}
            />
            <Mover
              item={item}
              label={`Move down: ${options[item]}`}
              way="down"
              off={at === order.length - 1}
              go={() => move(at, at + 1)}
            />
          </li>
        ))}
      </ol>
      <p class="recall-actions">
        <button type="button" class="button" onClick={() => keep({ order })}>
          Answer
        </button>
      </p>
    </fieldset>
  );
}

interface MoverProps {
  readonly item: number;
  readonly label: string;
  readonly way: 'up' | 'down';
  readonly off: boolean;
  readonly go: () => void;
}

function Mover({ item, label, way, off, go }: MoverProps): JSX.Element {
  return (
    <button
      type="button"
      class="button recall-move"
      data-move={`${item} ${way}`}
      aria-label={label.replaceAll('`', '')}
      aria-disabled={off}
      onClick={go}
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={way === 'up' ? 'M12 19V5M6 11l6-6 6 6' : 'M12 5v14M6 13l6 6 6-6'} />
      </svg>
    </button>
  );
}
