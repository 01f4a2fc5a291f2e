import type { Session } from '../scenario/session.ts';
import { type Answer, explain } from '../view/why/explain.ts';

/** Why something of a session is as it is at its present moment. In a chunk of its own: loaded with the first question. */
export function askWhy(session: Session, question: string): Answer {
  const { past: records, steps } = session;
  return explain(question, { records, steps, start: session.peekAtBeginning(), end: session.peek() });
}
