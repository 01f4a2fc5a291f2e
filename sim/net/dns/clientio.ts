import type { IO } from '../../kernel/component.ts';
import type { AnyMessage } from '../../kernel/message.ts';
import type { Value } from '../../kernel/value.ts';

/** A timer of one of the clients of a process. */
export interface TimerFor {
  readonly container: string;
  readonly kind: string;
  readonly body: Value;
}

const TIMER = 'coredns/timer';

/** What a container's client can do to the world: all that its process can, but its timers bear its name. */
export function ioFor(container: string, io: IO): IO {
  return {
    self: io.self,
    now: io.now,
    answer: io.answer,
    send: (to, kind, body, mark) => io.send(to, kind, body, mark),
    reply: (request, kind, body, mark) => io.reply(request, kind, body, mark),
    after: (delay, kind, body = null, mark) => io.after(delay, TIMER, { container, kind, body }, mark),
    random: (purpose, bound) => io.random(purpose, bound),
    exit: (restartAfterMs) => io.exit(restartAfterMs),
    note: (note, mark) => io.note(note, mark),
  };
}

/** Whether a message is a timer that {@link ioFor} has set. */
export function isTimerFor(message: AnyMessage): boolean {
  return message.kind === TIMER;
}
