import { fileNameOf, isEditable } from '../lesson/readfences.ts';
import type { SourceNode } from '../lesson/source.ts';

type Tree = Omit<SourceNode, 'children'> & { children?: Tree[] };

/** Turns ```` ```yaml file=web.yaml editable ```` into the Manifest component, which knows the exercise around it. */
export function manifests(): (tree: Tree) => void {
  return (tree) => walk(tree, '');
}

function walk(node: Tree, exercise: string): void {
  const { children } = node;
  if (children === undefined) return;
  const inner = node.name === 'Exercise' ? propOf(node, 'id') : exercise;
  children.forEach((child, index) => {
    const file = child.type === 'code' ? fileNameOf(child) : undefined;
    if (file !== undefined && isEditable(child)) children[index] = manifest(file, inner);
    else walk(child, inner);
  });
}

function manifest(file: string, exercise: string): Tree {
  const prop = (name: string, value: string) => ({ type: 'mdxJsxAttribute', name, value });
  return {
    type: 'mdxJsxFlowElement',
    name: 'Manifest',
    attributes: [prop('file', file), prop('exercise', exercise)],
    children: [],
  };
}

function propOf(node: Tree, name: string): string {
  const value = node.attributes?.find((attribute) => attribute.name === name)?.value;
  return typeof value === 'string' ? value : '';
}
