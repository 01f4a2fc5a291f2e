import { parse } from 'acorn';
import { transform } from 'sucrase';
import type { LabFailure } from '../../../sim/protocol/lab.ts';
import { LIMITS } from '../host.ts';
import { guarded } from './guard.ts';

/** The program as a host runs it, or what is wrong with its text. */
export type Compiled =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly failure: LabFailure };

/** What the parsers throw. Sucrase counts columns from 1, acorn from 0. */
type Raised = Error & { readonly loc?: { readonly line: number; readonly column: number } };

/**
 * TypeScript to the body of a strict function of `(exports, require, __tick)`, in the same lines. It ticks before
 * every statement, so that a host knows the line and can end what goes on for ever, after the same number of
 * statements on every machine. Types are removed, not checked.
 */
export function compile(source: string): Compiled {
  if (source.length > LIMITS.codeChars) {
    return refused(`This program has ${source.length} characters; at most ${LIMITS.codeChars} are read.`, 1, 1);
  }
  let script: string;
  try {
    const transforms = ['typescript', 'imports'] as const;
    script = transform(source, {
      transforms: [...transforms],
      disableESTransforms: true,
      preserveDynamicImport: true,
    }).code;
  } catch (error) {
    const { message, loc } = error as Raised;
    return refused(message.replace(/^Error transforming [^:]*: /, ''), loc?.line ?? 1, loc?.column ?? 1);
  }
  try {
    return { ok: true, code: guarded(script, parse(script, { ecmaVersion: 'latest', locations: true })) };
  } catch (error) {
    const { message, loc = { line: 1, column: 0 } } = error as Raised;
    return refused(message, loc.line, loc.column + 1 - shiftOf(source, script, loc.line));
  }
}

/** How far the transform moved a line to the right; a column that it changed otherwise is not told. */
function shiftOf(source: string, script: string, line: number): number {
  const before = source.split('\n')[line - 1] ?? '';
  const after = script.split('\n')[line - 1] ?? '';
  return after.endsWith(before) ? after.length - before.length : after.length;
}

function refused(message: string, line: number, column: number): Compiled {
  const text = message.replace(/ \(\d+:\d+\)$/, '');
  return { ok: false, failure: { kind: 'syntax', message: text, line, column: Math.max(1, column), stack: [] } };
}
