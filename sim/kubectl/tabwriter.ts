/** How cells are padded: columns are at least `minWidth` wide, and `padding` blanks wider than their widest cell. */
export interface Layout {
  readonly minWidth: number;
  readonly padding: number;
}

/** kubectl's tables. */
export const TABLE: Layout = { minWidth: 6, padding: 3 };
/** kubectl describe. */
export const DESCRIBE: Layout = { minWidth: 0, padding: 2 };

/**
 * Aligns rows of cells as Go's tabwriter: every cell but the last of its row is padded. `remembered` are the widths of
 * earlier rows (`get -w`): columns only grow.
 */
export function alignRows(
  rows: readonly (readonly string[])[],
  remembered: readonly number[] = [],
  layout: Layout = TABLE,
): { readonly lines: readonly string[]; readonly widths: readonly number[] } {
  const widths = [...remembered];
  for (const row of rows) {
    for (let column = 0; column < row.length - 1; column += 1) {
      const width = Math.max(layout.minWidth, length(row[column] ?? '') + layout.padding);
      widths[column] = Math.max(widths[column] ?? 0, width);
    }
  }
  return { lines: rows.map((row) => join(row, widths)), widths };
}

/**
 * Aligns text whose cells end with tabs. A column is a run of neighbouring lines that have such a cell: a line without
 * tabs starts new columns (elastic tabstops).
 */
export function alignText(text: string, layout: Layout = DESCRIBE): readonly string[] {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const widths = rows.map((row) => row.map(() => 0));
  const columns = rows.reduce((most, row) => Math.max(most, row.length - 1), 0);
  for (let column = 0; column < columns; column += 1) {
    for (let first = 0; first < rows.length; first += 1) {
      let width = layout.minWidth;
      let last = first;
      for (; (rows[last]?.length ?? 0) - 1 > column; last += 1) {
        width = Math.max(width, length(rows[last]?.[column] ?? '') + layout.padding);
      }
      for (let line = first; line < last; line += 1) (widths[line] ?? [])[column] = width;
      if (last > first) first = last;
    }
  }
  return rows.map((row, line) => join(row, widths[line] ?? []));
}

function join(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  return row.map((cell, column) => (column === last ? cell : cell + blanks(cell, widths[column]))).join('');
}

function blanks(cell: string, width = 0): string {
  return ' '.repeat(Math.max(width - length(cell), 0));
}

function length(cell: string): number {
  let count = 0;
  for (const _letter of cell) count += 1;
  return count;
}
