import type { Step } from './step.ts';

/** Why a step happened: the steps that lead to it, oldest first, back to what a person did or to where history begins. */
export function chainTo(steps: readonly Step[], number: number): readonly Step[] {
  const seen = new Set<number>();
  const open = [number];
  while (open.length > 0) {
    const next = open.pop() ?? 0;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(steps[next - 1]?.because ?? []));
  }
  return [...seen].sort((a, b) => a - b).flatMap((found) => steps[found - 1] ?? []);
}

/** The steps that follow at once from a step. */
export function effectsOf(steps: readonly Step[], number: number): readonly Step[] {
  return steps.filter((step) => step.because.includes(number));
}
