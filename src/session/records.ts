import type { Session, TraceRecord } from '../../sim/index.ts';
import { exactPattern, selectorFor } from '../../sim/view/selector.ts';
import type { RecordLine } from './protocol.ts';

/** The drawer shows at most so many records: the latest. */
const MOST = 400;

/** The records up to now that a beat could stand on, oldest first, each with a selector that is ready to be written. */
export function recordsOf({ past, progress }: Session): readonly RecordLine[] {
  const beats = progress.did;
  return past.slice(-MOST).flatMap((record) => {
    const after = beats.findLast((seq) => seq < record.seq) ?? 0;
    const next = beats.find((seq) => seq > record.seq);
    const selector = selectorFor(past, record, after, next);
    if (selector === undefined) return [];
    const { seq, at } = record;
    return [{ seq, at, text: exactPattern(record), selector, isRoutine: isRoutine(record) }];
  });
}

/** What people want to see of a command, in the order in which it happens. */
const MILESTONES =
  /^(POST|PUT|PATCH|DELETE) kubectl |^note (scheduler\/(bound|unschedulable)|kubelet\/(started|killing)) |^POST kube-controller-manager /;
const MOST_TOLD = 4;

/**
 * The records that tell what was done: each command, a few milestones after it, and the latest record before the next.
 * Each but the commands has a selector that is right when the others are beats too.
 */
export function storyOf({ past }: Session): readonly RecordLine[] {
  const parts: TraceRecord[][] = [];
  for (const record of past) {
    if (record.type === 'commanded') parts.push([record]);
    else if (!isRoutine(record) && exactPattern(record) !== '') parts.at(-1)?.push(record);
  }
  const told = parts.flatMap(([command, ...rest]) => {
    const milestones = rest.filter((record) => MILESTONES.test(exactPattern(record))).slice(0, MOST_TOLD);
    return [...new Set([command, ...milestones, rest.at(-1)])].filter((record) => record !== undefined);
  });
  return told.flatMap((record, index) => {
    const selector = selectorFor(past, record, told[index - 1]?.seq ?? 0, told[index + 1]?.seq);
    const { seq, at } = record;
    return selector === undefined ? [] : [{ seq, at, text: exactPattern(record), selector, isRoutine: false }];
  });
}

function isRoutine(record: TraceRecord): boolean {
  if (record.type === 'commanded') return false;
  return record.type === 'noted' ? record.routine : record.message.routine;
}
