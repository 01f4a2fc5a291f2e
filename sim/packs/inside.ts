// What the packs of every cluster have added is read here too, so it is there before this.
import './kinds.ts';

/** The inside of a component or of a node, in a chunk of its own: loaded when one is first opened. */
export { lookInside } from './inside/inside.ts';
export { toNextMessage } from './inside/nextmessage.ts';
export type { Cell, Inside, Section, Stage } from './inside/section.ts';
