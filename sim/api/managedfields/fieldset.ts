import type { JsonObject, JsonValue } from '../meta.ts';

/**
 * A set of paths into an object. A path is its elements joined by newlines: `f:name` a field or a key, `k:{"name":"c"}`
 * an item by its keys, `v:"x"` a scalar of a set. Elements are written as in upstream's FieldsV1.
 */
export type FieldSet = ReadonlySet<string>;

const SEPARATOR = '\n';

/** The path one element longer. */
export function below(path: string, element: string): string {
  return path === '' ? element : `${path}${SEPARATOR}${element}`;
}

/** The elements of a path. */
function elementsOf(path: string): readonly string[] {
  return path.split(SEPARATOR);
}

/** Whether a path leads to, or into, what another path leads to. */
export function isWithin(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}${SEPARATOR}`);
}

/** Those of either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  return new Set([...left, ...right]);
}

/** Those of `left` that are not in `right`. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return new Set([...left].filter((path) => !right.has(path)));
}

/** Those of both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return new Set([...left].filter((path) => right.has(path)));
}

/** Whether two sets have the same paths. */
export function sameSet(left: FieldSet, right: FieldSet): boolean {
  return left.size === right.size && [...left].every((path) => right.has(path));
}

/** The set as it stands in `fieldsV1`: a tree, in which `.` marks an inner path that is itself a member. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const root: Tree = {};
  for (const path of [...set].sort()) {
    let tree = root;
    for (const element of elementsOf(path)) {
      tree[element] ??= {};
      tree = tree[element];
    }
    tree[MEMBER] = {};
  }
  return withoutLeafMarks(root);
}

/** Reads `fieldsV1`. */
export function fromFieldsV1(fields: JsonValue): FieldSet {
  const set = new Set<string>();
  collect(fields as JsonObject, '', set);
  return set;
}

/** `.spec.template.spec.containers[name="web"].image`: how upstream's messages write a path. */
export function pathText(path: string): string {
  return elementsOf(path).map(elementText).join('');
}

const MEMBER = '.';

interface Tree {
  [element: string]: Tree;
}

function withoutLeafMarks(tree: Tree): JsonObject {
  const entries = Object.entries(tree).map(([element, inner]) => {
    const isLeaf = Object.keys(inner).length === 1 && inner[MEMBER] !== undefined;
    return [element, isLeaf ? {} : withoutLeafMarks(inner)] as const;
  });
  return Object.fromEntries(entries);
}

function collect(tree: JsonObject, path: string, set: Set<string>): void {
  const elements = Object.keys(tree);
  if (path !== '' && elements.length === 0) set.add(path);
  for (const element of elements) {
    if (element === MEMBER) set.add(path);
    else collect(tree[element] as JsonObject, below(path, element), set);
  }
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  const keys = JSON.parse(rest) as Readonly<Record<string, JsonValue>>;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}
