import type { MessageId } from '../../kernel/message.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { SCORE_PLUGIN } from '../../protocol/lab.ts';
import type { Profile } from '../state.ts';
import { endsWait, scoresIn } from './profile.ts';

/** What is known of the numbers of a profile's plugin: one for each feasible node, or a sentence why there are none. */
export type RecordedScores = Profile & ({ readonly scores: readonly number[] } | { readonly sentence: string });

/** What the plugin said of a decision, read from the records between its filters and those of the next. */
export function recordedScores(profile: Profile, sequel: readonly TraceRecord[]): RecordedScores {
  const asked = sequel.findIndex(isQuestion);
  const question = sequel[asked];
  if (question?.type !== 'sent') return unasked(profile);
  const answer = sequel.slice(asked).find((record) => isAnswer(record, question.message.id));
  if (answer?.type !== 'delivered') return unknown(profile, 'It has been asked, and has not answered yet.');
  const said = scoresIn(answer.message, profile);
  if ('error' in said) return { ...profile, sentence: `No node was taken, because of an error: ${said.error}` };
  const isUsed = sequel.some((record) => record.type === 'noted' && record.note.what === 'scheduler/scored');
  if (isUsed) return { ...profile, scores: said.scores };
  return unknown(profile, 'Its answer came when nobody waited for it any more.');
}

/** The plugin of a profile that has not been asked yet. */
export function unasked(profile: Profile): RecordedScores {
  return unknown(profile, 'It is asked when the turn of this pod comes.');
}

function unknown(profile: Profile, why: string): RecordedScores {
  return { ...profile, sentence: `Only the plugin ${profile.plugin} scores here. ${why}` };
}

function isQuestion(record: TraceRecord): boolean {
  return record.type === 'sent' && record.message.to === SCORE_PLUGIN && record.message.kind === 'score';
}

function isAnswer(record: TraceRecord, question: MessageId): boolean {
  return record.type === 'delivered' && endsWait(record.message, question);
}
