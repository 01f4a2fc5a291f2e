/** One operation of a compiled script. Words keep their quotes; they are expanded when the operation runs. */
export type Operation =
  | { readonly op: 'run'; readonly words: readonly string[]; readonly output?: { path: string; append: boolean } }
  | { readonly op: 'set'; readonly name: string; readonly word: string }
  | { readonly op: 'not' }
  | { readonly op: 'jump' | 'if' | 'unless'; readonly to: number };

/** A loop that ends, and an `if` without a branch to take, have succeeded. */
const SUCCESS: Operation = { op: 'run', words: ['true'] };

interface Parser {
  readonly tokens: readonly string[];
  at: number;
  readonly code: Operation[];
  problem: string;
}

const SPACE = /[ \t\r]*(?:#[^\n]*)?/y;
const OPERATOR = '\\n|&&|\\|\\||2>&1|2>|>>|[;|&><()]';
const PIECE = `'[^']*'|"(?:[^"\\\\]|\\\\.)*"|\\\\.|\\$\\(\\([^)]*\\)\\)|\\$\\([^)]*\\)|[^\\s;|&><()'"\\\\]`;
const TOKEN = new RegExp(`(${OPERATOR}|(?:${PIECE})+)`, 'sy');
const WORDS = new Set(['then', 'else', 'elif', 'fi', 'do', 'done']);

/**
 * Compiles a script into flat code, or says what is not modelled. Jumps are by position, so that a state is plain
 * data.
 */
export function compileShell(script: string): readonly Operation[] | string {
  const tokens: string[] = [];
  const text = script.replace(/\\\n/g, ' ').trim();
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    SPACE.lastIndex = at;
    TOKEN.lastIndex = at + (SPACE.exec(text)?.[0].length ?? 0);
    if (TOKEN.lastIndex >= text.length) break;
    const match = TOKEN.exec(text);
    if (match === null) return `cannot read ${text.slice(at, at + 20)}`;
    tokens.push(match[1] ?? '');
  }
  const parser: Parser = { tokens, at: 0, code: [], problem: '' };
  list(parser);
  if (parser.problem === '' && parser.at < tokens.length) parser.problem = `syntax error near ${tokens[parser.at]}`;
  return parser.problem === '' ? parser.code : parser.problem;
}

/** Pipelines joined by ; & newline, && and ||, up to a word that ends a block. */
function list(parser: Parser): void {
  while (parser.problem === '' && parser.at < parser.tokens.length) {
    const token = parser.tokens[parser.at] ?? '';
    if (token === ';' || token === '\n') parser.at++;
    else if (WORDS.has(token) || token === ')') return;
    else chain(parser);
  }
}

function chain(parser: Parser): void {
  command(parser);
  for (;;) {
    const token = parser.tokens[parser.at];
    if (token !== '&&' && token !== '||') return;
    parser.at++;
    const patch = reserve(parser);
    command(parser);
    parser.code[patch] = { op: token === '&&' ? 'unless' : 'if', to: parser.code.length };
  }
}

function command(parser: Parser): void {
  while (parser.tokens[parser.at] === '\n') parser.at++;
  const token = parser.tokens[parser.at] ?? '';
  if (token === 'while' || token === 'until') loop(parser, token);
  else if (token === 'if') condition(parser);
  else if (token === '!') {
    parser.at++;
    command(parser);
    parser.code.push({ op: 'not' });
  } else if (token === 'for' || token === 'case' || token === '(' || token === 'function' || token === 'trap') {
    parser.problem = `"${token}" is not modelled in this cluster's shell`;
  } else simple(parser);
}

function loop(parser: Parser, keyword: 'while' | 'until'): void {
  parser.at++;
  const start = parser.code.length;
  list(parser);
  const out = reserve(parser);
  expect(parser, 'do');
  list(parser);
  expect(parser, 'done');
  parser.code.push({ op: 'jump', to: start });
  parser.code[out] = { op: keyword === 'while' ? 'unless' : 'if', to: parser.code.length };
  parser.code.push(SUCCESS);
}

function condition(parser: Parser): void {
  parser.at++;
  list(parser);
  const toElse = reserve(parser);
  expect(parser, 'then');
  list(parser);
  const toEnd = reserve(parser);
  parser.code[toElse] = { op: 'unless', to: parser.code.length };
  if (parser.tokens[parser.at] === 'elif') condition(parser);
  else {
    if (parser.tokens[parser.at] === 'else') {
      parser.at++;
      list(parser);
    } else parser.code.push(SUCCESS);
    expect(parser, 'fi');
  }
  parser.code[toEnd] = { op: 'jump', to: parser.code.length };
}

function simple(parser: Parser): void {
  const words: string[] = [];
  let output: { path: string; append: boolean } | undefined;
  for (;;) {
    const token = parser.tokens[parser.at];
    if (token === undefined || [';', '\n', '&&', '||', ')'].includes(token)) break;
    parser.at++;
    if (token === '>' || token === '>>') output = { path: parser.tokens[parser.at++] ?? '', append: token === '>>' };
    else if (token === '2>') parser.at++;
    else if (token === '|' || token === '<' || token === '&' || token === '(') {
      parser.problem = `"${token}" is not modelled in this cluster's shell`;
      return;
    } else if (token !== '2>&1') words.push(token);
  }
  const [first = ''] = words;
  const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(first);
  if (assignment !== null && words.length === 1) {
    parser.code.push({ op: 'set', name: assignment[1] ?? '', word: assignment[2] ?? '' });
  } else if (words.length > 0) parser.code.push({ op: 'run', words, ...(output && { output }) });
}

/** Room for a jump whose target is not known yet. */
function reserve(parser: Parser): number {
  return parser.code.push({ op: 'jump', to: 0 }) - 1;
}

function expect(parser: Parser, word: string): void {
  if (parser.tokens[parser.at] === word) parser.at++;
  else if (parser.problem === '') parser.problem = `syntax error: ${word} expected`;
}
