/** A run of lines that differ: [from, to) of each side. */
interface Change {
  readonly left: readonly [from: number, to: number];
  readonly right: readonly [from: number, to: number];
}

/** Lines shown around a change. */
const CONTEXT = 3;

/**
 * The hunks of `diff -u`, without the two lines that name the files; empty for equal texts. Finds the same lines as GNU
 * diff does for short files: Myers' algorithm from both ends, then each change moved as far down as it goes.
 */
export function unifiedDiff(before: string, after: string): readonly string[] {
  const [left, right] = [linesOf(before), linesOf(after)];
  const [changedLeft, changedRight] = marksOf(left, right);
  shift(left, changedLeft, changedRight);
  shift(right, changedRight, changedLeft);
  return grouped(changesOf(changedLeft, changedRight)).flatMap((changes) => hunk(left, right, changes));
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Which lines of each side are changed. Lines that the other side has nowhere are so from the start, as in GNU diff. */
function marksOf(left: readonly string[], right: readonly string[]): readonly [boolean[], boolean[]] {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  const marks = [left.map((line) => !inRight.has(line)), right.map((line) => !inLeft.has(line))] as const;
  const [a, b] = [left, right].map((lines, side) =>
    lines.flatMap((line, at) => (marks[side]?.[at] ? [] : [{ line, at }])),
  );
  const spans: [number, number, number, number][] = [[0, a?.length ?? 0, 0, b?.length ?? 0]];
  const isSame = (x: number, y: number) => a?.[x]?.line === b?.[y]?.line;
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    let [x, xEnd, y, yEnd] = span;
    for (; x < xEnd && y < yEnd && isSame(x, y); x++) y++;
    for (; x < xEnd && y < yEnd && isSame(xEnd - 1, yEnd - 1); xEnd--) yEnd--;
    if (x === xEnd) for (const { at } of b?.slice(y, yEnd) ?? []) marks[1][at] = true;
    else if (y === yEnd) for (const { at } of a?.slice(x, xEnd) ?? []) marks[0][at] = true;
    else {
      const [xMid, yMid] = middleOf(x, xEnd, y, yEnd, isSame);
      spans.push([x, xMid, y, yMid], [xMid, xEnd, yMid, yEnd]);
    }
  }
  return marks;
}

/** A point on a shortest way through both, where the searches from the two ends meet. */
function middleOf(
  xFrom: number,
  xTo: number,
  yFrom: number,
  yTo: number,
  isSame: (x: number, y: number) => boolean,
): readonly [x: number, y: number] {
  const [least, most] = [xFrom - yTo, xTo - yFrom];
  const [down, up] = [new Map([[xFrom - yFrom, xFrom]]), new Map([[xTo - yTo, xTo]])];
  let [downMin, downMax, upMin, upMax] = [xFrom - yFrom, xFrom - yFrom, xTo - yTo, xTo - yTo];
  const isOdd = (downMin - upMin) % 2 !== 0;
  const at = (reached: Map<number, number>, diagonal: number) => reached.get(diagonal) as number;
  for (;;) {
    if (downMin > least) down.set(--downMin - 1, -1);
    else downMin++;
    if (downMax < most) down.set(++downMax + 1, -1);
    else downMax--;
    for (let d = downMax; d >= downMin; d -= 2) {
      let x = Math.max(at(down, d - 1) + 1, at(down, d + 1));
      while (x < xTo && x - d < yTo && isSame(x, x - d)) x++;
      down.set(d, x);
      if (isOdd && upMin <= d && d <= upMax && at(up, d) <= x) return [x, x - d];
    }
    if (upMin > least) up.set(--upMin - 1, Number.POSITIVE_INFINITY);
    else upMin++;
    if (upMax < most) up.set(++upMax + 1, Number.POSITIVE_INFINITY);
    else upMax--;
    for (let d = upMax; d >= upMin; d -= 2) {
      let x = Math.min(at(up, d - 1), at(up, d + 1) - 1);
      while (xFrom < x && yFrom < x - d && isSame(x - 1, x - d - 1)) x--;
      up.set(d, x);
      if (!isOdd && downMin <= d && d <= downMax && x <= at(down, d)) return [x, x - d];
    }
  }
}

/** Moves each run of changes up to join others, then down as far as it goes, or to where the other side changes too. */
function shift(lines: readonly string[], changed: boolean[], other: readonly boolean[]): void {
  let at = 0;
  let there = 0;
  for (;;) {
    for (; at < lines.length && !changed[at]; at++) {
      while (other[there]) there++;
      there++;
    }
    if (at >= lines.length) return;
    let start = at;
    while (changed[at]) at++;
    while (other[there]) there++;
    let meeting = lines.length;
    let length: number;
    const back = () => {
      changed[--start] = true;
      changed[--at] = false;
    };
    do {
      length = at - start;
      while (start > 0 && lines[start - 1] === lines[at - 1]) {
        back();
        while (changed[start - 1]) start--;
        do there--;
        while (other[there]);
      }
      meeting = other[there - 1] ? at : lines.length;
      while (at < lines.length && lines[start] === lines[at]) {
        changed[start++] = false;
        changed[at++] = true;
        while (changed[at]) at++;
        for (there++; other[there]; there++) meeting = at;
      }
    } while (length !== at - start);
    while (meeting < at) {
      back();
      do there--;
      while (other[there]);
    }
  }
}

function changesOf(left: readonly boolean[], right: readonly boolean[]): readonly Change[] {
  const changes: Change[] = [];
  let [x, y] = [0, 0];
  while (x < left.length || y < right.length) {
    const [fromX, fromY] = [x, y];
    while (left[x]) x++;
    while (right[y]) y++;
    if (x > fromX || y > fromY) changes.push({ left: [fromX, x], right: [fromY, y] });
    else {
      x++;
      y++;
    }
  }
  return changes;
}

/** Changes with few equal lines between them share a hunk. */
function grouped(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.left[0] - last.left[1] <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups;
}

function hunk(left: readonly string[], right: readonly string[], changes: readonly Change[]): readonly string[] {
  const [first, last] = [changes[0] as Change, changes.at(-1) as Change];
  const before = Math.min(CONTEXT, first.left[0]);
  const after = Math.min(CONTEXT, left.length - last.left[1]);
  const head = `@@ -${range(first.left[0] - before, last.left[1] + after)} +${range(first.right[0] - before, last.right[1] + after)} @@`;
  let at = first.left[0] - before;
  const rows = changes.flatMap((change) => {
    const equal = left.slice(at, change.left[0]).map((line) => ` ${line}`);
    at = change.left[1];
    const gone = left.slice(...change.left).map((line) => `-${line}`);
    return [...equal, ...gone, ...right.slice(...change.right).map((line) => `+${line}`)];
  });
  return [head, ...rows, ...left.slice(at, at + after).map((line) => ` ${line}`)];
}

/** Lines are counted from 1; a length of one is not written, and nothing stands after the line before it. */
function range(from: number, to: number): string {
  const length = to - from;
  return length === 1 ? `${to}` : `${length === 0 ? from : from + 1},${length}`;
}
