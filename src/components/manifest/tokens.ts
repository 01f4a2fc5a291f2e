/** A piece of a line and what it is; the class is `code-<kind>` of styles/code.css. */
export interface Token {
  readonly kind: 'comment' | 'keyword' | 'string' | 'constant' | 'punctuation' | 'text';
  readonly text: string;
}

const LINE = /^(\s*(?:- +)*)(?:([^\s#:'"[\]{}][^#:]*?|"[^"]*"|'[^']*')(:)(?=\s|$))?(.*)$/;
const CONSTANT = /^(?:true|false|null|~|[-+]?[\d.]+(?:m|[KMGT]i?)?)$/;

/** Colours of one line of YAML: enough for a manifest, without a parser. */
export function tokensOf(line: string): readonly Token[] {
  if (/^(---|\.\.\.)/.test(line)) return [{ kind: 'punctuation', text: line }];
  const [, lead = '', key = '', colon = '', rest = ''] = LINE.exec(line) ?? [];
  const tokens: Token[] = [
    { kind: 'punctuation', text: lead },
    { kind: 'keyword', text: key },
    { kind: 'punctuation', text: colon },
    ...valueTokens(rest),
  ];
  return tokens.filter(({ text }) => text !== '');
}

function valueTokens(rest: string): readonly Token[] {
  const [, space = '', value = '', comment = ''] = /^(\s*)(.*?)(\s#.*|^#.*)?$/.exec(rest) ?? [];
  const kind = CONSTANT.test(value) ? 'constant' : /^[|>][-+]?$/.test(value) ? 'punctuation' : 'string';
  if (space === '' && value.startsWith('#')) return [{ kind: 'comment', text: rest }];
  if (value.startsWith('#')) return [{ kind: 'comment', text: rest }];
  return [
    { kind: 'text', text: space },
    { kind, text: value },
    { kind: 'comment', text: comment },
  ];
}
