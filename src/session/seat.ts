import type { Cells, Focus, ParsedFile, Session } from '../../sim/index.ts';
import type { TimelineFold } from '../../sim/view/timeline.ts';
import type { Pair } from './futures.ts';
import type { OpenSession, ViewName } from './protocol.ts';

/** A session and what the page looks at. */
export interface Seat {
  readonly open: OpenSession;
  session: Session;
  readonly files: Record<string, ParsedFile>;
  views: readonly (ViewName | undefined)[];
  /** The tables before the last act or play: what is different since is marked. */
  before: Cells;
  focus: Focus;
  /** Once the Timeline view has been opened. */
  timeline?: TimelineFold;
  /** The two futures that were run last. */
  pair?: Pair;
}

/** The same reader at the same moment: whatever becomes of the one, the other stays. */
export function twinOf(seat: Seat): Seat {
  const { session, files, timeline, pair } = seat;
  const twin: Seat = { ...seat, session: session.twin(), files: { ...files } };
  if (timeline !== undefined) twin.timeline = timeline.anew();
  if (pair !== undefined) twin.pair = { ...pair, sessions: [pair.sessions[0].twin(), pair.sessions[1].twin()] };
  return twin;
}
