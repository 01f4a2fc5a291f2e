import type { CommandModel, LessonModel, LinkModel } from './model.ts';
import { lineOf, placeOf, type SourceNode } from './source.ts';

/** What the text of a lesson mentions, wherever it stands: links, commands in backticks, and what can be linked to. */
export function readMentions(file: string, tree: SourceNode): Pick<LessonModel, 'links' | 'commands' | 'anchors'> {
  const links: LinkModel[] = [];
  const commands: CommandModel[] = [];
  const anchors: string[] = ['text'];
  const visit = (node: SourceNode): void => {
    const place = placeOf(file, node);
    if (node.type === 'link') links.push({ to: node.url ?? '', place });
    if (node.type === 'inlineCode' && /^kubectl [a-z]/.test(node.value ?? '')) {
      commands.push({ text: node.value ?? '', place });
    }
    if (node.type === 'heading') anchors.push(slugOf(lineOf(node)));
    const id = node.attributes?.find(({ name }) => name === 'id')?.value;
    if (typeof id === 'string') anchors.push(node.name === 'Beat' ? `beat-${id}` : id);
    for (const child of node.children ?? []) visit(child);
  };
  visit(tree);
  return { links, commands, anchors };
}

/** As the site makes ids of headings: small letters, digits and dashes. */
export function slugOf(heading: string): string {
  const letters = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return letters.trim().replace(/\s/g, '-');
}
