import type { AnyMessage, MessageId } from '../../kernel/message.ts';
import type { TraceRecord } from '../../kernel/trace.ts';

/** A question that reached a process, and its answer once it was sent. */
export interface Talk {
  readonly question: AnyMessage;
  readonly answer: AnyMessage | undefined;
}

/** Questions are looked for among so many of the latest records. */
const LOOKED_AT = 6000;

/** The latest messages of a kind that a process got, newest first, each with its answer. */
export function latestTalks(past: readonly TraceRecord[], part: string, kind: string, most: number): readonly Talk[] {
  const questions: AnyMessage[] = [];
  const answers = new Map<MessageId, AnyMessage>();
  for (const record of past.slice(-LOOKED_AT)) {
    if (record.type === 'sent' && record.message.from === part) answers.set(record.message.replyTo, record.message);
    if (record.type !== 'delivered' || record.message.to !== part || record.message.kind !== kind) continue;
    questions.push(record.message);
  }
  return questions
    .slice(-most)
    .reverse()
    .map((question) => ({ question, answer: answers.get(question.id) }));
}
