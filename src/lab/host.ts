import type { LabCall, LabFailure, LabReply } from '../../sim/protocol/lab.ts';

/**
 * Where a reader's program runs: the sandbox of the page, node:vm, or whatever else keeps these promises.
 *
 * - One program at a time: `load` throws the one before away, with all that it did.
 * - **Every call evaluates the program anew** (its top level, then the function), so that nothing but `state` lives
 *   from one call to the next, and a call in the past gives what it gave.
 * - `call` never rejects. It settles within {@link LIMITS}.callMs and a little, whatever the program does.
 * - `Date` and `Math.random` of the program give the call's virtual time and random stream; there is no network, no
 *   storage, no timer, no other thread.
 * - After a `timeout`, a `memory` or a `gone` the next call runs in a clean place, with the same program.
 * - Lines and columns are the editor's, from 1.
 */
export interface LabHost {
  /** Compiles TypeScript and evaluates it once, to find what is wrong before anything calls it. */
  load(code: string): Promise<LoadResult>;
  /** Calls the loaded program. */
  call(request: LabCall): Promise<LabReply>;
  dispose(): void;
}

/** Whether a program can be called. */
export type LoadResult =
  | { readonly ok: true /** Names it exports. */; readonly exports: readonly string[] }
  | { readonly ok: false; readonly failure: LabFailure };

/** Bounds that every host keeps. */
export const LIMITS = {
  /** One call, in real ms. */
  callMs: 1000,
  /** One evaluation of a program without a call, in real ms. */
  loadMs: 1000,
  /** A call's result as JSON, in characters. */
  resultChars: 200_000,
  /** `log` lines of one call, and characters of one line; more are cut off with a sentence. */
  logLines: 50,
  logChars: 500,
  /** The program's text. */
  codeChars: 100_000,
} as const;

/** The fingerprint of a program's text: FNV-1a twice, 16 hex digits. It goes into {@link LabCall}.program. */
export function programOf(code: string): string {
  return half(code, 0x811c9dc5) + half(code, 0x9e3779b9);
}

function half(code: string, start: number): string {
  let hash = start;
  for (let index = 0; index < code.length; index++) hash = Math.imul(hash ^ code.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
