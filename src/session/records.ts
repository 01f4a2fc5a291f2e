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

function isRoutine(record: TraceRecord): boolean {
  if (record.type === 'commanded') return false;
  return record.type === 'noted' ? record.routine : record.message.routine;
}
