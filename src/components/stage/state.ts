import { type Signal, signal } from '@preact/signals';

/** How a stage may be drawn. */
export type Layout = 'wide' | 'narrow' | 'follow';

/** What only the stage's own parts know: its layout, and which of its panels are open. */
export class StageState {
  /** All that are in the page: at build each of them, in the browser the one that fits. */
  readonly layouts: Signal<readonly Layout[]>;
  readonly isDrawerOpen = signal(false);
  readonly isFull = signal(false);

  constructor(layouts: readonly Layout[]) {
    this.layouts = signal(layouts);
  }

  toggleDrawer(): void {
    this.isDrawerOpen.value = !this.isDrawerOpen.value;
  }
}

/** The layout for a stage and a window of these widths, in px. */
export function layoutFor(stageWidth: number, windowWidth: number): Layout {
  if (windowWidth < 600) return 'follow';
  return stageWidth >= 660 ? 'wide' : 'narrow';
}
