/** One command line, split as a shell would, or why it cannot be run here. */
export type Split = { readonly words: readonly string[] } | { readonly problem: string };

const OPERATORS: Readonly<Record<string, string>> = {
  '|': 'pipes (|)',
  '>': 'redirection (>)',
  '<': 'redirection (<)',
  ';': 'several commands (;)',
  '&': 'background jobs and && (&)',
  '`': 'command substitution (`…`)',
  '(': 'subshells ( … )',
};

/**
 * Splits a line into words: single and double quotes, backslashes, comments. What only a whole shell could do is
 * refused by name. Braces, stars and question marks stay as they are, so that jsonpath needs no quotes.
 */
export function splitLine(line: string): Split {
  const words: string[] = [];
  let word = '';
  let isWord = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (sign === "'" || sign === '"') {
      const end = closing(line, at);
      if (end < 0) return { problem: `a quote (${sign}) is opened and never closed.` };
      if (sign === '"' && hasVariable(line.slice(at + 1, end))) return refuse('variables ($NAME)');
      word += sign === "'" ? line.slice(at + 1, end) : withoutBackslashes(line.slice(at + 1, end));
      isWord = true;
      at = end;
    } else if (sign === '\\') {
      at += 1;
      if (line[at] !== '\n') word += line[at] ?? '';
      isWord = true;
    } else if (/\s/.test(sign)) {
      if (isWord) words.push(word);
      word = '';
      isWord = false;
    } else if (sign === '#' && !isWord) break;
    else if (sign === '$' && hasVariable(line.slice(at, at + 2))) return refuse('variables ($NAME)');
    else if (OPERATORS[sign] !== undefined && !(sign === '(' && isWord && word.includes('{'))) {
      return refuse(OPERATORS[sign]);
    } else {
      word += sign;
      isWord = true;
    }
  }
  if (isWord) words.push(word);
  return { words };
}

function refuse(what: string): Split {
  return { problem: `This terminal runs one kubectl command at a time; it has no ${what}.` };
}

function hasVariable(text: string): boolean {
  return /(?:^|[^\\])\$[A-Za-z_{(]/.test(text);
}

function closing(line: string, start: number): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === quote) return at;
    if (quote === '"' && line[at] === '\\') at += 1;
  }
  return -1;
}

function withoutBackslashes(text: string): string {
  return text.replace(/\\([\\"$`])/g, '$1').replace(/\\\n/g, '');
}
