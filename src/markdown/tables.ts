/** What this plugin needs to know of a hast node, or of an MDX component's. */
type Tree = { type: string; tagName?: string; properties?: Record<string, unknown>; children?: Tree[] };

/**
 * A rehype plugin: puts each Markdown table in a box that scrolls sideways on a narrow page and that the keyboard
 * reaches. The box scrolls, not the table, which would lose its rows and columns for screen readers as a block.
 */
export function tables(): (tree: Tree) => void {
  return boxTables;
}

function boxTables(node: Tree): void {
  node.children?.forEach(boxTables);
  node.children = node.children?.map((child) => (child.tagName === 'table' ? box(child) : child));
}

function box(table: Tree): Tree {
  const properties = { className: ['wide-table'], tabIndex: 0, role: 'group', ariaLabel: 'Table' };
  return { type: 'element', tagName: 'div', properties, children: [table] };
}
