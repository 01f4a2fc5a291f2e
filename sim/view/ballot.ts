import type { Address, AnyMessage } from '../kernel/message.ts';
import { plainNames } from './names.ts';

/** What a member of etcd says to others in an election, as the rest of a sentence; undefined for all else they say. */
export function ballotText({ kind, body }: AnyMessage, to: readonly Address[]): string | undefined {
  if (kind !== 'vote' && kind !== 'voted') return undefined;
  const { term, isGranted } = body as { readonly term: number; readonly isGranted?: boolean };
  const others = plainNames(to);
  if (kind === 'vote') return `asks ${others} to vote for it in term ${term}`;
  return isGranted ? `votes for ${others} in term ${term}` : `refuses ${others} its vote in term ${term}`;
}
