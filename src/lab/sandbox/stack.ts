import type { LabFrame } from '../../../sim/protocol/lab.ts';

/** `at name (blob:…:3:7)` of V8, `name@blob:…:3:7` of Firefox and WebKit. */
const FRAME = /^(?:\s*at (?:async )?(?:(.*?) )?\(?|(.*?)@)blob:.*?:(\d+):(\d+)\)?$/;
const MAX_FRAMES = 10;

/**
 * The program's own frames of a stack, innermost first. The program begins `before` lines down in its file. Ticks and
 * removed types move columns, so that every frame is told at the beginning of its line.
 */
export function framesOf(stack: string, before: number): readonly LabFrame[] {
  return stack
    .split('\n')
    .map((text) => FRAME.exec(text))
    .filter((match) => match !== null)
    .map(([, v8 = '', other = '', line = '']) => ({ name: nameOf(v8 + other), line: Number(line) - before, column: 1 }))
    .filter(({ line }) => line > 0)
    .slice(0, MAX_FRAMES);
}

/** `Object.reconcile`, `exports.reconcile` and `reconcile/<` are all `reconcile`; the top level has no name. */
function nameOf(name: string): string {
  const last = name
    .replace(/^new /, '')
    .replace(/ \[as .*\]$/, '')
    .replace(/[/<]+$/, '')
    .split(/[./]/)
    .at(-1);
  return last === undefined || /^(<?anonymous>?|eval code|global code|)$/.test(last) ? '' : last.slice(0, 80);
}
