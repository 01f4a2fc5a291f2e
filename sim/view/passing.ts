import type { AnyMessage } from '../kernel/message.ts';
import type { Folding } from './folding.ts';
import { isPassedOn } from './names.ts';

/**
 * Whether a message is one between several API servers and their address that needs no telling: what is passed on is
 * told at the client's end.
 */
export function passOn(folding: Folding, { id, from, to, kind, replyTo, causes }: AnyMessage): boolean {
  if (!isPassedOn(from, to)) return false;
  if (!['request', 'response', 'event', 'closed', 'cancel'].includes(kind)) return false;
  if (causes.some((cause) => folding.quiet.has(cause))) folding.quiet.add(id);
  const asked = folding.open.get(causes[0] ?? '');
  if (kind === 'request' && asked !== undefined) folding.open.set(id, asked);
  folding.open.delete(replyTo);
  return true;
}
