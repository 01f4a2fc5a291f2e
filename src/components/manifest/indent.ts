/** A text and what is selected in it. */
export interface Selected {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Moves the selected lines two spaces to the right, or to the left. */
export function indent({ text, start, end }: Selected, by: 1 | -1): Selected {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', Math.max(from, end - (end > start && text[end - 1] === '\n' ? 1 : 0)));
  const to = next < 0 ? text.length : next;
  let first = 0;
  const lines = text
    .slice(from, to)
    .split('\n')
    .map((line, index) => {
      const moved = by > 0 ? `  ${line}` : line.replace(/^ {1,2}/, '');
      if (index === 0) first = moved.length - line.length;
      return moved;
    });
  const block = lines.join('\n');
  const grown = block.length - (to - from);
  return {
    text: text.slice(0, from) + block + text.slice(to),
    start: Math.max(from, start + first),
    end: Math.max(from, end + grown),
  };
}
