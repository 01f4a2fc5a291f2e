import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { CriAnswer } from './runtime.ts';
import type { KubeletState } from './state.ts';

/** What pods use, for whoever scrapes it: a pack's part of kubelet. */
export interface Scraping {
  /** Takes a scrape; false for any other message. */
  message(state: KubeletState, message: AnyMessage, io: IO): boolean;
  /** The runtime has told what its containers use. */
  heard(state: KubeletState, answer: CriAnswer, io: IO): void;
}

/** In use: without a pack nobody scrapes. */
export const scraping: { metrics: Scraping | undefined } = { metrics: undefined };
