/** One operation on one key, as its client saw it. */
export interface Op {
  readonly key: string;
  readonly kind: 'write' | 'read';
  /** What was written, or what the read gave; '' for no value. */
  readonly value: string;
  readonly start: number;
  /** When the answer came; infinity: nobody knows whether it happened. */
  readonly end: number;
}

/** A search that takes longer than this is given up as undecided; the histories here stay far below. */
const MAX_STEPS = 200_000;

/**
 * Whether there is one order of all operations that respects real time and in which each read gives the last write.
 * Wing and Gong's search with Lowe's memory of visited states, as porcupine does it; a key at a time, because a history
 * is linearizable when each key's is. Gives a sentence about the first key that has no such order, or ''.
 */
export function notLinearizable(history: readonly Op[]): string {
  const keys = [...new Set(history.map(({ key }) => key))];
  for (const key of keys) {
    const ops = history.filter((op) => op.key === key && !(op.kind === 'read' && op.end === Number.POSITIVE_INFINITY));
    if (!hasOrder(ops)) return `the operations on ${key} have no linear order: ${ops.map(textOf).join('; ')}`;
  }
  return '';
}

function textOf({ kind, value, start, end }: Op): string {
  return `${kind} ${value === '' ? 'nothing' : value} [${start}, ${end === Number.POSITIVE_INFINITY ? '?' : end}]`;
}

function hasOrder(unsorted: readonly Op[]): boolean {
  const ops = [...unsorted].sort((a, b) => a.start - b.start);
  const visited = new Set<string>();
  const done = new Array<boolean>(ops.length).fill(false);
  let steps = 0;
  const search = (value: string): boolean => {
    const isOver = ops.every((op, index) => done[index] || op.end === Number.POSITIVE_INFINITY);
    if (isOver || ++steps > MAX_STEPS) return true;
    const state = `${value} ${done.map(Number).join('')}`;
    if (visited.has(state)) return false;
    visited.add(state);
    const firstEnd = ops.reduce(
      (end, op, index) => (done[index] ? end : Math.min(end, op.end)),
      Number.POSITIVE_INFINITY,
    );
    for (const [index, op] of ops.entries()) {
      if (done[index] || op.start > firstEnd) continue;
      if (op.kind === 'read' && op.value !== value) continue;
      done[index] = true;
      if (search(op.kind === 'write' ? op.value : value)) return true;
      done[index] = false;
    }
    return false;
  };
  return search('');
}
