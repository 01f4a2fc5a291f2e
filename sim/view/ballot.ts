import type { Address, AnyMessage } from '../kernel/message.ts';
import { change, envelope, type Folding, gather, join, tell } from './folding.ts';
import { plainNames } from './names.ts';
import { plainOf, says } from './narrate.ts';

/** An election among the members of etcd: the number of its step. A candidate asks all of them at once; that is one step. */
export function tellBallot(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  because: readonly number[],
): number | undefined {
  const { kind, from, to, sentAt } = message;
  const text = ballotText(message, [to]);
  if (text === undefined) return undefined;
  const key = `${kind} ${from}`;
  const joined = join(folding, key, sentAt, because);
  if (joined === undefined) {
    const step = { ...envelope(message, seq), kind: 'local', verb: kind, object: '', because } as const;
    const number = tell(folding, { ...step, sentence: says(from, text) });
    gather(folding, key, { number, at: sentAt, heard: [{ to, verb: '' }] });
    return number;
  }
  const heard = [...joined.heard, { to, verb: '' }];
  gather(folding, key, { ...joined, heard });
  const all = heard.map((other) => other.to);
  const sentence = says(from, ballotText(message, all) ?? '');
  change(folding, joined.number, { also: all.slice(1), sentence, plain: plainOf(sentence) });
  return joined.number;
}

/** What a member of etcd says to others in an election, as the rest of a sentence; undefined for all else they say. */
function ballotText({ kind, body }: AnyMessage, to: readonly Address[]): string | undefined {
  if (kind !== 'vote' && kind !== 'voted') return undefined;
  const { term, isGranted } = body as { readonly term: number; readonly isGranted?: boolean };
  const others = plainNames(to);
  if (kind === 'vote') return `asks ${others} to vote for it in term ${term}`;
  return isGranted ? `votes for ${others} in term ${term}` : `refuses ${others} its vote in term ${term}`;
}
