import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Image } from './images.ts';
import type { RuntimeState } from './state.ts';

/** What images and containers use of their node: a pack's part of the runtime. */
export interface Meter {
  /** More memory or disk is in use than before. */
  rose(state: RuntimeState, io: IO): void;
  /** Whether an image has room on the disk. */
  hasRoom(state: RuntimeState, image: Image): boolean;
  /** Takes a call that is about usage; false when it is not one of them. */
  call(state: RuntimeState, message: AnyMessage, io: IO): boolean;
}

/** In use: without a pack nobody measures. */
export const metering: { meter: Meter | undefined } = { meter: undefined };
