/** Texts by `Struct` or `Struct.field`. */
export type Texts = ReadonlyMap<string, string>;

/** Reads a table of texts: a line begins with `Struct` or `Struct.field` and goes on with one sentence or two. */
export function readTexts(table: string): Texts {
  const lines = table
    .trim()
    .split(/\n(?=\S)/)
    .map((line) => line.replace(/\n\s+/g, ' '));
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
}
