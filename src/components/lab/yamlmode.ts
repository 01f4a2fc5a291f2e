import { StreamLanguage } from '@codemirror/language';
import { type Token, tokensOf } from '../manifest/tokens.ts';

/** What the colours of the full editor call the pieces of a line. */
const TAGS: Readonly<Record<Token['kind'], string | null>> = {
  comment: 'comment',
  keyword: 'keyword',
  string: 'string',
  constant: 'atom',
  punctuation: 'punctuation',
  text: null,
};

/** YAML in the full editor of a lab: the same colours, line by line, as in the manifests of a page. */
export const yamlMode = StreamLanguage.define<{ rest: readonly Token[] }>({
  name: 'yaml',
  startState: () => ({ rest: [] }),
  token(stream, state) {
    if (stream.sol()) state.rest = tokensOf(stream.string);
    const [next, ...rest] = state.rest;
    state.rest = rest;
    if (next === undefined) stream.skipToEnd();
    else stream.pos += next.text.length;
    return next === undefined ? null : TAGS[next.kind];
  },
  languageData: { commentTokens: { line: '#' } },
});
