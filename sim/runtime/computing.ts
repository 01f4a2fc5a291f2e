import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Step } from './programs/program.ts';
import type { Process, RuntimeState } from './state.ts';

/** The CPU time of containers: a pack's part of the runtime. */
export interface Computing {
  /** Takes a step that is work; what follows from it happens when the work is done. */
  begin(state: RuntimeState, process: Process, step: Step, io: IO): void;
  /** containerd has been restarted: its processes still work. */
  resume(process: Process, io: IO): void;
  /** Takes its own timer and the call about usage; false for any other message. */
  message(state: RuntimeState, message: AnyMessage, io: IO): boolean;
}

/** In use: without a pack work takes no time. */
export const computing: { cpu: Computing | undefined } = { cpu: undefined };
