import type { Link, Node, Parent, PhrasingContent, Root, Text } from 'mdast';
import { linkedTerms } from '../lesson/glossary.ts';

/** What a name of the glossary leads to. */
type Ids = ReadonlyMap<string, string>;

/**
 * A plugin for remark: in each section of a lesson, the first use of a term leads to the glossary. Only running text is
 * looked at: no headings, code, links, and nothing that stands in a component.
 */
export function terms(): (tree: Root, file: { readonly path?: string }) => void {
  return (tree, { path = '' }) => {
    if (!path.includes('/content/chapters/')) return;
    const { ids, pattern } = names();
    let seen = new Set<string>();
    for (const node of tree.children) {
      if (node.type === 'heading' && node.depth === 2) seen = new Set();
      if (node.type === 'paragraph' || node.type === 'list') linkIn(node, ids, pattern, seen);
    }
  };
}

function linkIn(node: Parent, ids: Ids, pattern: RegExp, seen: Set<string>): void {
  node.children = node.children.flatMap((child): Parent['children'] => {
    if (child.type === 'text') return linked(child, ids, pattern, seen);
    if (isRunning(child)) linkIn(child, ids, pattern, seen);
    return [child];
  });
}

function isRunning(node: Node): node is Parent {
  return ['paragraph', 'list', 'listItem', 'emphasis', 'strong'].includes(node.type);
}

function linked({ value }: Text, ids: Ids, pattern: RegExp, seen: Set<string>): PhrasingContent[] {
  const parts: PhrasingContent[] = [];
  let from = 0;
  for (const { 0: word, index } of value.matchAll(pattern)) {
    const id = ids.get(word) ?? ids.get(word.replace(/s$/, '')) ?? '';
    if (id === '' || seen.has(id)) continue;
    seen.add(id);
    const link: Link = { type: 'link', url: `/glossary/#${id}`, children: [{ type: 'text', value: word }] };
    link.data = { hProperties: { class: 'term' } };
    parts.push({ type: 'text', value: value.slice(from, index) }, link);
    from = index + word.length;
  }
  return [...parts, { type: 'text', value: value.slice(from) }];
}

let known: { readonly ids: Ids; readonly pattern: RegExp } | undefined;

/** All names, the longest first; one that begins with a capital letter is meant only with it. */
function names(): { readonly ids: Ids; readonly pattern: RegExp } {
  if (known !== undefined) return known;
  const ids = new Map<string, string>();
  for (const { id, name } of linkedTerms()) {
    ids.set(name, id);
    if (/^[a-z]/.test(name) && name !== 'etcd') ids.set(`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, id);
  }
  const longest = [...ids.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const quoted = longest.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  known = { ids, pattern: new RegExp(`(?<![\\w-/.])(?:${quoted.join('|')})s?(?![\\w-])`, 'g') };
  return known;
}
