import { resources } from '../../sim/index.ts';
import type { CommandModel, LessonModel, LinkModel, Place, WordModel } from './model.ts';
import { lineOf, placeOf, type SourceNode } from './source.ts';

/** What the text of a lesson mentions, wherever it stands. */
type Mentions = Pick<LessonModel, 'links' | 'commands' | 'anchors' | 'terms' | 'names'>;

/** Reads links, commands in backticks, terms and names for the glossary, and what can be linked to. */
export function readMentions(file: string, tree: SourceNode): Mentions {
  const links: LinkModel[] = [];
  const commands: CommandModel[] = [];
  const anchors: string[] = ['text'];
  const terms: WordModel[] = [];
  const names: WordModel[] = [];
  const visit = (node: SourceNode, isAsked = false): void => {
    const place = placeOf(file, node);
    if (node.type === 'link') links.push({ to: node.url ?? '', place });
    if (node.type === 'inlineCode' && /^kubectl [a-z]/.test(node.value ?? '')) {
      commands.push({ text: node.value ?? '', place });
    }
    if (node.type === 'paragraph' && !isAsked) terms.push(...termsIn(file, node));
    if (node.type === 'text') names.push(...namesIn(node.value ?? '', place));
    if (node.type === 'heading') anchors.push(slugOf(lineOf(node)));
    const id = node.attributes?.find(({ name }) => name === 'id')?.value;
    if (typeof id === 'string') anchors.push(node.name === 'Beat' ? `beat-${id}` : id);
    for (const child of node.children ?? []) visit(child, isAsked || node.name === 'Recall');
  };
  visit(tree);
  return { links, commands, anchors, terms, names };
}

/** Bold words in the midst of a text introduce a term. Headlines and the answers of a Recall are bold as well. */
function termsIn(file: string, { children = [] }: SourceNode): readonly WordModel[] {
  const bold = children.filter((child, index) => child.type === 'strong' && index > 0);
  const words = bold.map((child) => ({ text: lineOf(child), place: placeOf(file, child) }));
  return words.filter(({ text }) => !/[.,:;!?]$/.test(text));
}

/** Words that only Kubernetes writes so: EndpointSlice, NoSchedule, kube-proxy; and kinds such as Secret. */
function namesIn(text: string, place: Place): readonly WordModel[] {
  const found = [...text.matchAll(/\b(?:[A-Z][A-Za-z]+|kube-[a-z-]+)\b/g)];
  return found.flatMap(({ 0: word, index }): readonly WordModel[] => {
    if (!/^kube-|^(?:[A-Z][a-z]+){2}/.test(word) && !isKind(word)) return [];
    const lines = text.slice(0, index).split('\n');
    const column = (lines.at(-1) ?? '').length + (lines.length === 1 ? place.column : 1);
    return [{ text: word, place: { ...place, line: place.line + lines.length - 1, column } }];
  });
}

function isKind(word: string): boolean {
  return resources.some(({ kind }) => kind === word || `${kind}s` === word);
}

/** As the site makes ids of headings: small letters, digits and dashes. */
export function slugOf(heading: string): string {
  const letters = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return letters.trim().replace(/\s/g, '-');
}
