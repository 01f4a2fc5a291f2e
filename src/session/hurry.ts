import type { Reached } from '../../sim/index.ts';
import type { Reply, Request } from './protocol.ts';

/** A play ends at the latest after so many moves. */
export const MAX_MOVES = 500;
/** On the way to a beat, at most so many plays. */
const MAX_PLAYS = 200;

/** Plays without travel until the author's beat has come. Undefined when it does not, or when somebody ends it. */
export async function hurry(
  ask: (request: Request) => Promise<Reply>,
  beat: string,
  isOver: () => boolean,
): Promise<Reached | undefined> {
  for (let plays = 0; plays < MAX_PLAYS && !isOver(); plays++) {
    let reply = await ask({ ask: 'play' });
    for (let moves = 0; moves < MAX_MOVES && !isOver(); moves++) {
      reply = await ask({ ask: 'move' });
      if (reply.move === undefined || reply.move.isEnd) break;
    }
    const found = reply.frame?.reached.find(({ id }) => id === beat);
    if (found !== undefined || reply.frame === undefined || reply.problem !== undefined) return found;
  }
  return undefined;
}
