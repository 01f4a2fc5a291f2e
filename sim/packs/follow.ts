/** The way of a request, in a chunk of its own: loaded when one is first followed. */
export { endsNow, type Followed, follow, type Stream } from './follow/follow.ts';
export type { Ends, FollowQuestion } from './follow/question.ts';
export type { Hop, Way } from './follow/way.ts';
