import type { ComponentChildren, JSX } from 'preact';
import type { DrawingProps } from './kit.tsx';

/** The drawing's edge: its view box, its hatching, and the choosing of parts by pointer and keys. */
export function Frame(
  props: DrawingProps & { readonly viewBox: string; readonly children: ComponentChildren },
): JSX.Element {
  const { layout, name, viewBox, children, onSelect, onPreview } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset
    <svg
      viewBox={viewBox}
      class={`art ${layout}`}
      preserveAspectRatio={layout === 'follow' ? 'xMidYMid slice' : undefined}
      role="group"
      aria-label="The cluster, part by part"
      onClick={onSelect && ((event) => withId(event.target, onSelect))}
      onKeyDown={onSelect && ((event) => press(event, onSelect))}
      onPointerOver={onPreview && ((event) => onPreview(idOf(event.target)))}
      onPointerLeave={onPreview && (() => onPreview(undefined))}
      onFocusCapture={onPreview && ((event) => onPreview(idOf(event.target)))}
      onBlurCapture={onPreview && (() => onPreview(undefined))}
    >
      <defs>
        <pattern id={`${name}-hatch`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0v5" class="hatch" />
        </pattern>
      </defs>
      {children}
    </svg>
  );
}

function idOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? (target.closest('[data-id]')?.getAttribute('data-id') ?? undefined) : undefined;
}

function withId(target: EventTarget | null, act: (id: string) => void): void {
  const id = idOf(target);
  if (id !== undefined) act(id);
}

/** Enter and Space choose; arrows go to the nearest part that way. */
function press(event: KeyboardEvent, onSelect: (id: string) => void): void {
  const { key, target, currentTarget } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !(target instanceof SVGElement)) return;
  const way = WAYS[key];
  if (key === 'Enter' || key === ' ') withId(target, onSelect);
  else if (way !== undefined) nearest(currentTarget as Element, target, way)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The part whose centre lies nearest in a direction; what lies aside counts double. */
function nearest(drawing: Element, from: Element, way: readonly [number, number]): SVGElement | undefined {
  const [x, y] = centre(from);
  let best: SVGElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const part of drawing.querySelectorAll<SVGElement>('[data-id]')) {
    const [px, py] = centre(part);
    const along = (px - x) * way[0] + (py - y) * way[1];
    const aside = Math.abs((px - x) * way[1]) + Math.abs((py - y) * way[0]);
    if (part === from || along < 2) continue;
    const cost = along + aside * 2;
    if (cost < least) {
      least = cost;
      best = part;
    }
  }
  return best;
}

function centre(part: Element): readonly [number, number] {
  const { left, right, top, bottom } = part.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}
