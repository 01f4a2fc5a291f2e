import { isTyped } from '../cluster/commands.ts';
import { parseFault } from '../cluster/faults.ts';
import type { Millis } from '../kernel/message.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { ParsedFile } from '../protocol/terminal.ts';
import { follow, type PlanItem, type Progress } from './plan.ts';

/** Files that `-f` may read, by name. */
export type Files = Readonly<Record<string, ParsedFile>>;

/** How far ahead anybody looks for the next beat. */
export const HORIZON_MS = 30 * 60_000;

/** Carries out a Do on a history: a kubectl line or a fault. Gives a sentence when it is neither. */
export function act(timeline: Timeline, command: string, run: string, files: Files): string | undefined {
  if (isTyped(command)) {
    timeline.command({ kind: 'kubectl', run, line: command, files });
    return undefined;
  }
  const fault = parseFault(command, timeline.world);
  if (typeof fault === 'string') return fault;
  timeline.command({ kind: 'fault', fault });
  return undefined;
}

/** Delivers messages until the next item of the plan is done. False when it does not come within the horizon. */
export function runToNextItem(timeline: Timeline, plan: readonly PlanItem[], progress: Progress): Progress | undefined {
  const limit: Millis = timeline.now + HORIZON_MS;
  let next = progress;
  for (;;) {
    next = follow(plan, timeline.past, next);
    if (next.done > progress.done) return next;
    if (!timeline.step(limit)) return undefined;
  }
}

/**
 * How many messages will have been delivered when the plan's next Do is due, after the beats before it. Undefined when
 * there is none, or a beat does not come.
 */
export function nextDoAt(timeline: Timeline, plan: readonly PlanItem[], progress: Progress): number | undefined {
  const isBeat = ({ done }: Progress) => plan[done]?.kind === 'beat';
  if (!plan.slice(progress.done).some(({ kind }) => kind === 'do')) return undefined;
  const fork = timeline.fork();
  let next: Progress | undefined = progress;
  while (next !== undefined && isBeat(next)) next = runToNextItem(fork, plan, next);
  return next === undefined ? undefined : fork.world.delivered;
}

/**
 * Follows a plan on a history, its Dos included, until the named beat has happened (or to the end of the plan for '').
 * A command has its answer before the next Do. Undefined when a beat does not come.
 */
export function runPlan(
  timeline: Timeline,
  plan: readonly PlanItem[],
  from: Progress,
  beat: string,
  files: Files,
): Progress | undefined {
  const last = beat === '' ? plan.length - 1 : plan.findIndex((item) => item.kind === 'beat' && item.id === beat);
  let progress = follow(plan, timeline.past, from);
  let run = '';
  while (progress.done <= last) {
    const item = plan[progress.done] as PlanItem;
    if (item.kind === 'do') {
      runToExit(timeline, run);
      run = `plan-${progress.done}`;
      if (act(timeline, item.command, run, files) !== undefined) return undefined;
    }
    const next = runToNextItem(timeline, plan, progress);
    if (next === undefined) return undefined;
    progress = next;
  }
  if (beat === '') runToExit(timeline, run);
  return progress;
}

/** Delivers messages until a kubectl run has ended; watching commands are given up after the horizon. */
export function runToExit(timeline: Timeline, run: string): void {
  const limit = timeline.now + HORIZON_MS;
  const isRun = timeline.past.some((record) => record.type === 'commanded' && record.command['run'] === run);
  let seen = 0;
  while (isRun) {
    const { past } = timeline;
    for (; seen < past.length; seen++) {
      const record = past[seen];
      if (record?.type === 'noted' && record.note.what === 'kubectl/exited' && record.note['run'] === run) return;
    }
    if (!timeline.step(limit)) return;
  }
}
