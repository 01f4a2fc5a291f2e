/** How olekukonko/tablewriter 0.0.5 draws a table: headers in capitals and centred, cells to the right. */
export function tableLines(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(wrapped));
  const titles = header.map((title) => title.toUpperCase().replaceAll('_', ' '));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => Math.max(0, ...(row[column] ?? []).map((line) => line.length)))),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const head = line(titles.map((title, column) => centred(title, widths[column] ?? 0)));
  const body = cells.flatMap((row) => {
    const height = Math.max(...row.map((lines) => lines.length));
    return Array.from({ length: height }, (_, at) =>
      line(row.map((lines, column) => (lines[at] ?? '').padStart(widths[column] ?? 0))),
    );
  });
  return [rule, head, rule, ...body, ...(body.length === 0 ? [] : [rule])];
}

/** Longer cells are broken between words. */
const MAX_WIDTH = 30;

function wrapped(text: string): readonly string[] {
  if (text.length <= MAX_WIDTH) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > MAX_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function centred(text: string, width: number): string {
  const gap = width - text.length;
  const left = Math.floor(gap / 2);
  return ' '.repeat(left) + text + ' '.repeat(gap - left);
}

/** dustin/go-humanize's Bytes: `20 kB`, `2.1 GB`. */
export function bytesText(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  const rounded = Math.floor(size * 10 + 0.5) / 10;
  return `${rounded < 10 ? rounded.toFixed(1) : toEven(rounded)} ${units[unit]}`;
}

/** Go prints the even one of two whole numbers that are equally near. */
function toEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

/** A Go duration of whole milliseconds: `2ms`, `1.5s`. */
export function tookText(ms: number): string {
  if (ms === 0) return '0s';
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}
