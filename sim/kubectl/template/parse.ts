/** A value in a pipeline. `at` is where it stands in its line; `text` is what errors call it. */
export type Operand = { readonly at: number; readonly text: string } & (
  | { readonly type: 'field'; readonly path: readonly string[] }
  | { readonly type: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly type: 'literal'; readonly value: string | number | boolean }
  | { readonly type: 'nil' }
  | { readonly type: 'function'; readonly name: string }
  | { readonly type: 'pipe'; readonly pipe: Pipe; readonly path: readonly string[] }
);

/** Commands that hand their value on, and the variables that get the last one's. */
export interface Pipe {
  readonly variables: readonly string[];
  readonly isDeclared: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

/** A part of a template. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipe: Pipe }
  | {
      readonly type: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      readonly body: readonly Part[];
      readonly otherwise: readonly Part[];
    }
  | { readonly type: 'break' | 'continue' };

/** What is wrong with a template, in the words of Go's text/template. */
export class TemplateError extends Error {}

/** The parts of a template. `functions` are the names it may call. Follows text/template/parse. */
export function parseTemplate(template: string, functions: readonly string[]): readonly Part[] {
  return new Parser(template, functions).parse();
}

interface Token {
  readonly at: number;
  readonly kind: 'string' | 'number' | 'word' | 'field' | 'variable' | 'mark';
  readonly text: string;
}

type Piece = { readonly text: string } | { readonly tokens: readonly Token[]; readonly line: number };

const TOKEN =
  /\s+|("(?:[^"\\\n]|\\.)*"|`[^`]*`)|([-+]?\d+(?:\.\d+)?)|(\$\w*)|(\.[A-Za-z_]\w*)|([A-Za-z_]\w*)|(:=|[|()=,.])/y;

/** One pass over a template. Lives only within {@link parseTemplate}. */
class Parser {
  readonly #pieces: Piece[] = [];
  readonly #functions: readonly string[];
  readonly #variables: string[] = ['$'];
  #piece = 0;
  #tokens: readonly Token[] = [];
  #next = 0;
  #line = 1;
  #depth = 0;

  constructor(template: string, functions: readonly string[]) {
    this.#functions = functions;
    this.#split(template);
  }

  parse(): readonly Part[] {
    const parts = this.#list([]);
    if (parts.end !== '') this.#fail(`unexpected {{${parts.end}}}`);
    return parts.body;
  }

  /** Texts and actions, with the blanks that `{{-` and `-}}` take away. */
  #split(template: string): void {
    let [rest, at, trims] = [template, 0, false];
    for (;;) {
      const start = rest.indexOf('{{');
      const isTrimmed = /^\{\{-\s/.test(rest.slice(start));
      let text = start < 0 ? rest : rest.slice(0, start);
      if (trims) text = text.trimStart();
      if (start >= 0 && isTrimmed) text = text.trimEnd();
      if (text !== '') this.#pieces.push({ text });
      if (start < 0) return;
      this.#line = lineOf(template, at + start);
      const from = start + (isTrimmed ? 3 : 2);
      const end = endOf(rest, from);
      if (end < 0) this.#fail(/^\s*\/\*/.test(rest.slice(from)) ? 'unclosed comment' : 'unclosed action');
      trims = /\s-$/.test(rest.slice(from, end));
      const inside = rest.slice(from, trims ? end - 1 : end);
      const begin = at + from - (template.lastIndexOf('\n', at + from) + 1);
      if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(inside)) {
        this.#pieces.push({ tokens: this.#lex(inside, begin), line: this.#line });
      }
      rest = rest.slice(end + 2);
      at += end + 2;
    }
  }

  #lex(text: string, begin: number): readonly Token[] {
    const kinds = ['string', 'number', 'variable', 'field', 'word', 'mark'] as const;
    const tokens: Token[] = [];
    for (let at = 0; at < text.length; ) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (match === null) this.#fail(badCharacter(text, at));
      const index = match.slice(1).findIndex((one) => one !== undefined);
      const kind = kinds[index];
      if (kind !== undefined) tokens.push({ at: begin + at, kind, text: match[0] });
      at = TOKEN.lastIndex;
    }
    return tokens;
  }

  /** Parts up to one of these words. */
  #list(ends: readonly string[]): { readonly body: readonly Part[]; readonly end: string } {
    const body: Part[] = [];
    while (this.#piece < this.#pieces.length) {
      const piece = this.#pieces[this.#piece++] as Piece;
      if ('text' in piece) {
        body.push({ type: 'text', text: piece.text });
        continue;
      }
      [this.#tokens, this.#next, this.#line] = [piece.tokens, 0, piece.line];
      const word = this.#tokens[0]?.text ?? '';
      if (word === 'end' || word === 'else') return { body, end: word };
      body.push(this.#action(word));
    }
    if (ends.length > 0) this.#fail('unexpected EOF');
    return { body, end: '' };
  }

  #action(word: string): Part {
    if (word === 'if' || word === 'with' || word === 'range') return this.#control(word);
    if (word === 'break' || word === 'continue') {
      if (this.#depth === 0) this.#fail(`{{${word}}} outside {{range}}`);
      return { type: word };
    }
    if (['define', 'template', 'block'].includes(word)) {
      throw new TemplateError(`{{${word}}} is not in this simulator: write it out`);
    }
    const pipe = this.#pipe('command');
    this.#done('command');
    return { type: 'action', pipe };
  }

  #control(word: 'if' | 'with' | 'range'): Part {
    const known = this.#variables.length;
    this.#next += 1;
    const pipe = this.#pipe(word);
    this.#done(word);
    if (word === 'range') this.#depth += 1;
    const { body, end } = this.#list(['end']);
    if (word === 'range') this.#depth -= 1;
    let otherwise: readonly Part[] = [];
    if (end === 'else') {
      const next = this.#tokens[1]?.text ?? '';
      this.#next = 1;
      if (next === 'if' || next === 'with') otherwise = [this.#control(next)];
      else otherwise = this.#list(['end']).body;
    }
    this.#variables.length = known;
    return { type: word, pipe, body, otherwise };
  }

  #pipe(context: string): Pipe {
    const variables: string[] = [];
    let isDeclared = false;
    const sign = this.#tokens.slice(this.#next).findIndex(({ text }) => text === ':=' || text === '=');
    if (sign > 0) {
      const names = this.#tokens.slice(this.#next, this.#next + sign).filter(({ text }) => text !== ',');
      isDeclared = this.#tokens[this.#next + sign]?.text === ':=';
      for (const { kind, text } of names) {
        if (kind !== 'variable') this.#fail(`unexpected <${text}> in ${context}`);
        if (!isDeclared) this.#check(text);
        variables.push(text);
      }
      this.#next += sign + 1;
    }
    const commands: Operand[][] = [];
    do commands.push(this.#command(context));
    while (this.#take('|'));
    if (isDeclared) this.#variables.push(...variables);
    return { variables, isDeclared, commands };
  }

  #command(context: string): Operand[] {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || ['|', ')'].includes(token.text)) break;
      operands.push(this.#operand(token, context));
    }
    if (operands.length === 0) this.#fail(`missing value for ${context}`);
    return operands;
  }

  #operand({ at, kind, text }: Token, context: string): Operand {
    this.#next += 1;
    if (kind === 'string') return { at, text, type: 'literal', value: unquoted(text) };
    if (kind === 'number') return { at, text, type: 'literal', value: Number(text) };
    if (kind === 'field') return { ...this.#chain(at, text), type: 'field' };
    if (kind === 'variable') {
      this.#check(text);
      return { ...this.#chain(at, text), type: 'variable', name: text };
    }
    if (text === '.') return { at, text, type: 'field', path: [] };
    if (text === '(') {
      const pipe = this.#pipe('parenthesized pipeline');
      if (!this.#take(')')) this.#fail('unclosed left paren');
      return { ...this.#chain(at, '(…)'), type: 'pipe', pipe };
    }
    if (kind !== 'word') return this.#fail(`unexpected <${text}> in ${context}`);
    if (text === 'true' || text === 'false') return { at, text, type: 'literal', value: text === 'true' };
    if (text === 'nil') return { at, text, type: 'nil' };
    if (!this.#functions.includes(text)) this.#fail(`function ${JSON.stringify(text)} not defined`);
    return { at, text, type: 'function', name: text };
  }

  /** The fields that follow without a blank. A chain stands, for errors, where its second link does. */
  #chain(at: number, text: string): { readonly at: number; readonly text: string; readonly path: readonly string[] } {
    const path = text.startsWith('.') ? [text.slice(1)] : [];
    let [place, all, end] = [at, text, at + text.length];
    if (text === '(…)') end = (this.#tokens[this.#next - 1]?.at ?? at) + 1;
    for (let token = this.#tokens[this.#next]; token?.kind === 'field' && token.at === end; ) {
      if (all === text) place = token.at;
      path.push(token.text.slice(1));
      all += token.text;
      end += token.text.length;
      this.#next += 1;
      token = this.#tokens[this.#next];
    }
    return { at: place, text: all, path };
  }

  #check(name: string): void {
    if (!this.#variables.includes(name)) this.#fail(`undefined variable ${JSON.stringify(name)}`);
  }

  #take(text: string): boolean {
    const isNext = this.#tokens[this.#next]?.text === text;
    if (isNext) this.#next += 1;
    return isNext;
  }

  #done(context: string): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) this.#fail(`unexpected ${JSON.stringify(token.text)} in ${context}`);
  }

  #fail(why: string): never {
    throw new TemplateError(`template: output:${this.#line}: ${why}`);
  }
}

/** Where an action ends: braces in texts do not count. */
function endOf(text: string, from: number): number {
  const comment = /^\s*\/\*[\s\S]*?\*\/\s*-?(?=\}\})/.exec(text.slice(from));
  if (comment !== null) return from + comment[0].length;
  const action = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[^"`])*(?=\}\})/.exec(text.slice(from));
  return action === null ? -1 : from + action[0].length;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function badCharacter(text: string, at: number): string {
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  if (text[at] === '"') return 'unterminated quoted string';
  return `bad character U+${code} '${text[at]}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.slice(1, -1).replace(/\\(.)/g, (_, one: string) => ESCAPES[one] ?? one);
}
