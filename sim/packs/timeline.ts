/** The Timeline view, in a chunk of its own: loaded when the view is first opened. */
export { TimelineFold } from '../view/timeline.ts';
