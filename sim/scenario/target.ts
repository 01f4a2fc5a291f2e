import type { Millis } from '../kernel/message.ts';

/** Where a play ends. */
export type Target =
  | { readonly kind: 'delivered'; readonly delivered: number }
  | { readonly kind: 'exit'; readonly run: string }
  | { readonly kind: 'burst'; readonly hasBegun: boolean; readonly delivered?: number | undefined };

/** A move that stands at a question: where it began, and when it gives up. */
export interface Begun {
  readonly from: Millis;
  readonly known: number;
  readonly target: Target;
  readonly patience: Millis;
}

/** Through the next burst. */
export const BURST = { kind: 'burst', hasBegun: false } as const;
