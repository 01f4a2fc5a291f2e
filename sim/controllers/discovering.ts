import type { Resource } from '../api/resource.ts';
import type { Answer } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { ManagerState } from './hosted.ts';

/** How the control loops learn of kinds that come and go: a pack's part, in clusters that have such kinds. */
export interface Discovering {
  /** The kinds beside those that the process knows by itself, as last heard. */
  kinds(state: ManagerState): readonly Resource[];
  /** Asks which kinds there are, now and then. */
  ask(state: ManagerState, io: IO): void;
  /** Takes what was answered; false for any other answer. */
  answered(state: ManagerState, answer: Answer, io: IO): boolean;
}

/** In use: without a pack nobody asks. */
export const discovering: { layer: Discovering | undefined } = { layer: undefined };
