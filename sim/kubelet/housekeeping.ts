import type { Pod } from '../api/kinds/pod.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage, Millis } from '../kernel/message.ts';
import type { CriAnswer } from './runtime.ts';
import type { KubeletState } from './state.ts';

/** What kubelet remembers of its node's memory, disk and images. Replaced, never mutated. */
export interface Housekeeping {
  /** Whether a look at what is in use is due. */
  readonly isTicking: boolean;
  /** Images by name: since when they are known, and when a container of theirs was last seen. */
  readonly images: Readonly<Record<string, { readonly detectedAt: Millis; readonly usedAt: Millis | undefined }>>;
  /** Conditions that hold, in the order in which they began, and when a sign of each was last seen. */
  readonly conditions: readonly string[];
  readonly conditionsSeenAt: Readonly<Record<string, Millis>>;
  /** Since when each threshold has been crossed. */
  readonly metSince: Readonly<Record<string, Millis>>;
  /** The pod that is being evicted, and since when: the next look waits for its end. */
  readonly evicting: { readonly uid: string; readonly since: Millis } | undefined;
  /** Whether the last collection of images freed too little. */
  readonly hasCollectionFailed: boolean;
}

/** Watches over a node's memory and disk: a pack's part of kubelet. */
export interface Housekeeper {
  /** The runtime is there again, with what it has. */
  opened(state: KubeletState, io: IO): void;
  /** Why the node does not take a pod now; undefined when it does. */
  refusal(state: KubeletState, pod: Pod): string | undefined;
  /** Takes its own timers and hints; false for any other message. */
  message(state: KubeletState, message: AnyMessage, io: IO): boolean;
  /** The answer to a call of its own. */
  heard(state: KubeletState, answer: CriAnswer, io: IO): void;
}

/** In use: without a pack nodes never run short. */
export const housekeeping: { keeper: Housekeeper | undefined } = { keeper: undefined };
