import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Store } from '../../session/store.ts';
import { Glyph } from './icons.tsx';
import { cardOf, type PartCard } from './parts.ts';
import { HAS_INSIDE, type StageState } from './state.ts';

/** Where a card may stand in the drawing, in the order in which they are tried: from the left, from the top, as shares. */
const CORNERS = {
  'middle-right': [1, 0.39],
  'top-right': [1, 0],
  'top-left': [0, 0],
  'bottom-right': [1, 1],
  'bottom-left': [0, 1],
} as const;
type Corner = keyof typeof CORNERS;

/** The card of the part that is pinned or under the pointer. It stands in a corner where it hides that part least. */
export function Inspector(props: { readonly store: Store; readonly state: StageState }): JSX.Element | null {
  const { store, state } = props;
  const { selection, preview, scene } = store;
  const id = preview.value ?? selection.value;
  const card = id === undefined ? undefined : cardOf(scene.value, id);
  const element = useRef<HTMLElement>(null);
  const [corner, setCorner] = useState<Corner>('middle-right');
  useLayoutEffect(() => {
    const box = element.current;
    if (box !== null && id !== undefined) setCorner(bestCorner(box, id));
  }, [id]);
  if (card === undefined) return null;
  const isPinned = selection.value === card.id;
  return (
    <section
      class={`partcard ${corner}`}
      aria-label={card.title}
      ref={element}
      onPointerEnter={() => state.hold()}
      onPointerLeave={() => state.hover(undefined)}
      onFocusCapture={() => state.hold()}
    >
      <h2>
        {card.icon !== '' && (
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d={card.icon} />
          </svg>
        )}
        {card.title} <em>{card.port}</em>
        {isPinned && (
          <button type="button" class="close" aria-label="Close" onClick={() => store.select(undefined)}>
            <Glyph name="close" />
          </button>
        )}
      </h2>
      <Rows card={card} store={store} state={state} isPinned={isPinned} />
    </section>
  );
}

interface RowsProps {
  readonly card: PartCard;
  readonly store: Store;
  readonly state: StageState;
  readonly isPinned: boolean;
}

function Rows({ card, store, state, isPinned }: RowsProps): JSX.Element {
  const hasFaults = isPinned && store.page.stage.tools.includes('faults') && card.faults.length > 0;
  return (
    <>
      <dl>
        <dt>Job</dt>
        <dd>{card.job}</dd>
        <dt>Talks to</dt>
        <dd>
          {card.talksTo.map(({ id, text }) => (
            <button key={id} type="button" class="link" onClick={(event) => goTo(event.currentTarget, store, id)}>
              {text}
            </button>
          ))}
        </dd>
        <dt>Never</dt>
        <dd class="never">{card.never}</dd>
        <dt>Now</dt>
        <dd>{card.now}</dd>
      </dl>
      {isPinned && HAS_INSIDE.test(card.id) && (
        <p class="breaks">
          <button type="button" class="button" title="Key: i" aria-keyshortcuts="i" onClick={() => state.open(card.id)}>
            Look inside…
          </button>
        </p>
      )}
      {isPinned && <Asks id={card.id} state={state} />}
      {(card.decision !== undefined || hasFaults) && (
        <p class="breaks">
          {card.decision !== undefined && (
            <button type="button" class="button" onClick={() => state.explain({ pod: card.decision?.pod ?? '' })}>
              {card.decision.text}
            </button>
          )}
          {hasFaults &&
            card.faults.map(({ line, text }) => (
              <button key={line} type="button" class="button" onClick={() => store.doCommand(line)}>
                {text}
              </button>
            ))}
        </p>
      )}
    </>
  );
}

/** What can be asked of a pod, a node or a kube-proxy. */
function Asks({ id, state }: { readonly id: string; readonly state: StageState }): JSX.Element | null {
  const isPod = id.startsWith('pod/');
  const isProxy = /^(my-)?kube-proxy\//.test(id);
  const follow = () => {
    state.panel.value = { kind: 'way', part: id };
  };
  if (!isPod && !isProxy && !id.startsWith('node/')) return null;
  return (
    <p class="breaks">
      {(isPod || isProxy) && (
        <button type="button" class="button" onClick={follow}>
          Follow a request…
        </button>
      )}
      {!isProxy && (
        <>
          <button type="button" class="button" data-why={isPod ? `place ${id}` : `cell ${id} STATUS`}>
            {isPod ? 'Why here?' : 'Why this status?'}
          </button>
          <button type="button" class="button" data-why={`object ${id}`}>
            Its fields…
          </button>
        </>
      )}
    </p>
  );
}

/** Chooses another part, and takes the focus there: the button that was pressed belongs to the card that goes. */
function goTo(button: Element, store: Store, id: string): void {
  const part = button.closest('.sheet')?.querySelector<SVGElement>(`.drawing [data-id="${CSS.escape(id)}"]`);
  store.select(id);
  part?.focus();
}

/** Covering the card's own part counts so many times as much as covering another. */
const OWN_WEIGHT = 1000;

/** The corner where the card covers least, first of all nothing of the part it speaks of. */
function bestCorner(card: HTMLElement, id: string): Corner {
  const sheet = card.closest('.sheet');
  if (sheet === null) return 'middle-right';
  const room = sheet.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const parts = [...sheet.querySelectorAll('.drawing [data-id]')].map((part) => {
    return { box: part.getBoundingClientRect(), weight: part.getAttribute('data-id') === id ? OWN_WEIGHT : 1 };
  });
  let best: Corner = 'middle-right';
  let least = Number.POSITIVE_INFINITY;
  for (const corner of Object.keys(CORNERS) as Corner[]) {
    const [across, down] = CORNERS[corner];
    const left = room.left + across * (room.width - width);
    const top = room.top + Math.min(down * room.height, room.height - height);
    const hidden = parts.reduce((sum, { box, weight }) => {
      const wide = Math.min(left + width, box.right) - Math.max(left, box.left);
      const high = Math.min(top + height, box.bottom) - Math.max(top, box.top);
      return sum + weight * Math.max(0, wide) * Math.max(0, high);
    }, 0);
    if (hidden >= least) continue;
    least = hidden;
    best = corner;
  }
  return best;
}
