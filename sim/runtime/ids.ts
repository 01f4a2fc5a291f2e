import { hexId } from './images.ts';
import type { RuntimeState } from './state.ts';

/** An id that this runtime has not given out before, as long as containerd's. */
export function newId(state: RuntimeState, text: string): string {
  state.created++;
  return hexId(`${state.node} ${state.created} ${text}`);
}
