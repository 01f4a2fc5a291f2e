import { type ApiMember, type ApiTable, LIST } from './table.ts';

/** What can be written here, and from which offset on it would replace what is there. */
export interface Offer {
  readonly from: number;
  readonly options: readonly ApiMember[];
}

/** `api.pods.list().` before the caret, and the word that has been begun. */
const CHAIN = /((?:[\w$]+(?:\([^()]*\)|\[[^[\]]*\])*!?\??\.)+)([\w$]*)$/;
const WORD = /([\w$]+)$/;
/** A name that leads to a name that leads to a name… is followed so far. */
const MAX_DEPTH = 12;

const KEYWORDS = 'const let function return if else for while of new undefined true false export import type'.split(
  ' ',
);

/**
 * What the table offers at the end of `before`: members after a dot; otherwise the names in sight. It follows type
 * annotations, `const`, `for … of` and the parameters of list methods; of what it does not understand it says nothing.
 */
export function offersAt(table: ApiTable, before: string): Offer | undefined {
  const chain = CHAIN.exec(before);
  if (chain !== null) {
    const [, path = '', begun = ''] = chain;
    const type = typeOfChain(table, path.replace(/\??\.$/, ''), before.slice(0, chain.index), MAX_DEPTH);
    const options = type === undefined ? [] : membersOf(table, type);
    return options.length === 0 ? undefined : { from: before.length - begun.length, options };
  }
  const word = WORD.exec(before)?.[1];
  if (word === undefined || /["'`.\d]$/.test(before.slice(0, -word.length).trimEnd().slice(-1))) return undefined;
  return { from: before.length - word.length, options: [...namesIn(before.slice(0, -word.length)), ...types(table)] };
}

/** The type of `api.pods.list()`, as far as the text above tells. */
export function typeOfChain(table: ApiTable, chain: string, above: string, depth: number): string | undefined {
  if (depth === 0) return undefined;
  const [head = '', ...rest] = chain.split(/!?\??\.(?![^()]*\))/);
  let type = typeOfName(table, head.replace(/[([].*$/, ''), above, depth - 1);
  if (/\[[^\]]*\]$/.test(head)) type = elementOf(type);
  for (const part of rest) {
    const name = part.replace(/[([!].*$/, '');
    type = type === undefined ? undefined : membersOf(table, type).find((member) => member.name === name)?.type;
    if (/\[[^\]]*\]!?$/.test(part)) type = elementOf(type);
  }
  return type;
}

/** The last place above that says what a name is. */
function typeOfName(table: ApiTable, name: string, above: string, depth: number): string | undefined {
  if (!/^[\w$]+$/.test(name)) return undefined;
  const word = name.replace(/\$/g, '\\$');
  const last = (pattern: string) => [...above.matchAll(new RegExp(pattern, 'g'))].at(-1);
  const found = [
    last(`\\b${word}\\??: (?:readonly )?([A-Z]\\w*(?:<[^>]*>)?(?:\\[\\])?)`),
    last(`\\b(?:const|let) ${word} = ([^;\\n]+)`),
    last(`\\bfor \\(const ${word} of ([^\\n]+)\\)`),
    last(`([\\w$.?!()]+)\\.(?:filter|find|map|some|every|forEach|toSorted)\\(\\(?${word}\\)? =>`),
  ].map((match, kind) => ({ match, kind }));
  const best = found.filter(({ match }) => match !== undefined).sort((a, b) => indexOf(b.match) - indexOf(a.match))[0];
  const text = best?.match?.[1]?.trim();
  if (best === undefined || text === undefined) return undefined;
  if (best.kind === 0) return text;
  const type = typeOfChain(table, chainIn(text), above.slice(0, indexOf(best.match)), depth);
  return best.kind === 1 ? type : elementOf(type);
}

function indexOf(match: RegExpMatchArray | undefined): number {
  return match?.index ?? -1;
}

/** Of `api.pods.list().filter((pod) => …)` the chain without what stands in its parentheses. */
function chainIn(text: string): string {
  let result = '';
  let depth = 0;
  for (const letter of text) {
    if (letter === '(' || letter === '[') depth += 1;
    if (depth === 0 || (depth === 1 && '(['.includes(letter))) result += letter;
    if (letter === ')' || letter === ']') {
      depth -= 1;
      if (depth === 0) result += letter;
    }
    if (depth === 0 && ' +-*/?:'.includes(letter) && !/\?$/.test(result)) break;
  }
  return result.trim();
}

/** Members of a type, its own and those it has from others; `Cache<Pod>` puts Pod for its parameter. */
function membersOf(table: ApiTable, text: string): readonly ApiMember[] {
  const type = bare(text);
  const element = elementOf(type);
  if (element !== undefined) return LIST.map((member) => ({ ...member, type: member.type.replace('$', element) }));
  const [, name = '', given = ''] = /^([\w.]+)(?:<(.*)>)?$/.exec(type) ?? [];
  const found = table.types[name];
  if (found === undefined) return [];
  const put = (member: ApiMember) => ({ ...member, type: replaced(member.type, found.params, given.split(/, ?/)) });
  return [...found.members.map(put), ...found.extends.flatMap((parent) => membersOf(table, parent))];
}

function replaced(type: string, params: readonly string[], given: readonly string[]): string {
  return params.reduce((text, param, index) => text.replace(new RegExp(`\\b${param}\\b`), given[index] ?? 'any'), type);
}

/** Without `| undefined`, and without parentheses around. */
function bare(type: string): string {
  return type
    .replace(/ ?\| ?undefined/g, '')
    .replace(/^readonly /, '')
    .trim();
}

function elementOf(type: string | undefined): string | undefined {
  return type === undefined ? undefined : /^(.*)\[\]$/.exec(bare(type))?.[1];
}

/** Names that the text declares, and the language's own words. */
function namesIn(text: string): readonly ApiMember[] {
  const declared = [...text.matchAll(/\b(?:const|let|function) ([\w$]+)|\(([\w$]+)(?=\)? ?(?:=>|:|,))|, ([\w$]+):/g)];
  const names = new Set(declared.map((match) => match[1] ?? match[2] ?? match[3] ?? ''));
  return [...names, ...KEYWORDS].filter((name) => name !== '').map((name) => plain(name));
}

function types(table: ApiTable): readonly ApiMember[] {
  return Object.keys(table.types)
    .filter((name) => !name.includes('.'))
    .map((name) => plain(name));
}

function plain(name: string): ApiMember {
  return { name, type: '', signature: '', doc: '', isMethod: false };
}
