import type { TraceRecord } from '../kernel/trace.ts';
import { createFolding, type Folding } from '../view/folding.ts';
import { extend } from '../view/steps.ts';
import { type Terminal, tellTerminals } from './terminals.ts';

/** A history told as steps and as terminals, and how far. */
export interface Told {
  readonly folding: Folding;
  readonly terminals: Map<string, Terminal>;
  readonly seen: number;
  readonly last: TraceRecord | undefined;
}

/** Nothing told yet. */
export function startTelling(): Told {
  return { folding: createFolding(), terminals: new Map(), seen: 0, last: undefined };
}

/** Tells what is new of the past; another history is told from its beginning. */
export function tellOn(told: Told, past: readonly TraceRecord[]): Told {
  const from = past[told.seen - 1] === told.last ? told : startTelling();
  for (let index = from.seen; index < past.length; index++) {
    extend(from.folding, past[index] as TraceRecord);
    tellTerminals(from.terminals, past[index] as TraceRecord);
  }
  return { ...from, seen: past.length, last: past[past.length - 1] };
}
