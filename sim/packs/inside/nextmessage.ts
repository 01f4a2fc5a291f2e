import type { AnyMessage, Millis } from '../../kernel/message.ts';
import { READER } from '../../kernel/world.ts';
import type { Session } from '../../scenario/session.ts';
import { plainName } from '../../view/names.ts';
import { objectOf, subjectOf } from '../../view/subject.ts';

/** How far ahead anybody looks for a message. */
const HORIZON_MS: Millis = 30 * 60_000;

/**
 * Goes to just after the next message between two processes, told or not, and says which; routine is passed over. It is
 * looked for in a fork. Undefined when none comes within the horizon: then nothing has moved.
 */
export function toNextMessage(session: Pick<Session, 'timeline' | 'seekRecord'>): string | undefined {
  const fork = session.timeline.fork();
  const limit = fork.now + HORIZON_MS;
  for (let next = fork.next; fork.step(limit); next = fork.next) {
    if (next === undefined || next.from === next.to || next.from === READER || next.routine) continue;
    session.seekRecord(fork.world.recorded, fork.now);
    return messageText(next);
  }
  return undefined;
}

/** A message in a sentence: `From the API server to etcd-0: txn pod/web.` */
function messageText(message: AnyMessage): string {
  const subject = subjectOf(message);
  const what = subject === undefined ? message.kind : `${subject.verb} ${objectOf(subject)}`.trim();
  return `From ${plainName(message.from)} to ${plainName(message.to)}: ${what}.`;
}
