import { type Signal, signal } from '@preact/signals';
import type { Question } from '../../../sim/packs/explain.ts';
import type { Store } from '../../session/store.ts';
import type { Plans } from './art/kit.tsx';

/** A pointer must rest so long on a part before its card shows, in ms. */
const REST_MS = 150;

/** How a stage may be drawn. */
export type Layout = 'wide' | 'narrow' | 'follow';

/** A panel over the page. Each is a chunk of its own. */
export type Panel =
  | { readonly kind: 'decision'; readonly question: Question }
  /** `editor`: that of `kubectl edit`, while a run waits for it. */
  | { readonly kind: 'moment' | 'futures' | 'editor' }
  /** What is opened. */
  | { readonly kind: 'inside'; readonly part: string }
  /** `part`: whose card was open. */
  | { readonly kind: 'way'; readonly part: string };

/** Whether a run waits for its editor. */
export function isEditing({ editing }: { readonly editing?: string | undefined }): boolean {
  return editing !== undefined;
}

/** Parts that can be opened: all but pods. */
export const HAS_INSIDE = /^(?!pod)/;

/** What only the stage's own parts know: its layout, and which of its panels are open. */
export class StageState {
  /** All that are in the page: at build each of them, in the browser the one that fits. */
  readonly layouts: Signal<readonly Layout[]>;
  /** Where everything stands in the drawings, where that is not as their layout has it. */
  readonly plans = signal<Plans | undefined>(undefined);
  readonly isDrawerOpen = signal(false);
  readonly isDescribed = signal(false);
  readonly isFull = signal(false);
  readonly panel = signal<Panel | undefined>(undefined);

  readonly #store: Store;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, layouts: readonly Layout[]) {
    this.#store = store;
    this.layouts = signal(layouts);
  }

  /** The pointer or the focus is on a part, or on none: its card shows, or goes, after a short rest. */
  hover(id: string | undefined): void {
    this.hold();
    this.#resting = setTimeout(() => {
      this.#store.preview.value = id;
    }, REST_MS);
  }

  /** The card stays as it is: the pointer has come to it. */
  hold(): void {
    clearTimeout(this.#resting);
  }

  /** The drawer and the description lie in the same place: one of them is open at most. */
  toggleDrawer(): void {
    this.isDescribed.value = false;
    this.isDrawerOpen.value = !this.isDrawerOpen.value;
  }

  /** Opens the tables behind a decision of the scheduler. */
  explain(question: Question): void {
    this.panel.value = { kind: 'decision', question };
  }

  /** Opens a component or a ship; nothing else has an inside to show. */
  open(part: string | undefined): void {
    if (part !== undefined && HAS_INSIDE.test(part)) this.panel.value = { kind: 'inside', part };
  }

  toggleDescription(): void {
    this.isDrawerOpen.value = false;
    this.isDescribed.value = !this.isDescribed.value;
  }
}

/** The layout for a stage and a window of these widths, in px. */
export function layoutFor(stageWidth: number, windowWidth: number): Layout {
  if (windowWidth < 600) return 'follow';
  return stageWidth >= 660 ? 'wide' : 'narrow';
}
