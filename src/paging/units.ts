import { stripTypeScriptTypes } from 'node:module';
import { type Node, type Program, parse } from 'acorn';

/** A syntax tree as the walk sees it. */
export type Tree = Node & { readonly [field: string]: unknown };

/** A function inside a value, as a method of a control loop: its body can be elsewhere. */
export interface Lift {
  readonly start: number;
  readonly end: number;
  /** How the stub is written around the call: a method keeps its name, a getter its `get`. */
  readonly kind: 'arrow' | 'method' | 'get' | 'lazy';
  /** The text of the name of a method. */
  readonly key: string;
  /** The function by itself, as an expression. */
  readonly code: string;
  readonly refs: ReadonlySet<string>;
  /** What is called when the pack is loaded: by a table, nothing by a function. */
  readonly calls: ReadonlySet<string>;
  readonly assigns: ReadonlySet<string>;
}

/** A statement at the top of a module. */
export interface Unit {
  readonly kind: 'function' | 'value' | 'effect';
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Every name that it mentions, but for what only its lifts mention. */
  readonly refs: ReadonlySet<string>;
  /** Of those, what is called or handed to a call: a value does that when it is made, a function when it is called. */
  readonly calls: ReadonlySet<string>;
  readonly assigns: ReadonlySet<string>;
  readonly lifts: readonly Lift[];
  readonly isMutable: boolean;
}

/** A name from another module. */
export interface Imported {
  readonly from: string;
  /** Its name there; `*` for all of it. */
  readonly name: string;
}

/** A module as its statements. */
export interface Module {
  /** JavaScript. */
  readonly code: string;
  readonly units: readonly Unit[];
  readonly imports: ReadonlyMap<string, Imported>;
  /** What it passes on from others: `export { a } from './b.ts'`. */
  readonly passes: ReadonlyMap<string, Imported>;
}

/** Reads a module of TypeScript that Node runs as it is. */
export function readModule(source: string): Module {
  const code = stripTypeScriptTypes(source);
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as Program as unknown as Tree;
  const units: Unit[] = [];
  const imports = new Map<string, Imported>();
  const passes = new Map<string, Imported>();
  for (const statement of program['body'] as readonly Tree[]) {
    const from = (statement['source'] as { value?: string } | null)?.value ?? '';
    const specifiers = (statement['specifiers'] ?? []) as readonly Tree[];
    if (statement.type === 'ImportDeclaration') {
      for (const one of specifiers) imports.set(nameOf(one['local']), { from, name: importedName(one) });
    } else if (from !== '') {
      for (const one of specifiers) passes.set(nameOf(one['exported']), { from, name: nameOf(one['local']) });
    } else units.push(unitOf((statement['declaration'] as Tree | null) ?? statement, code));
  }
  return { code, units, imports, passes };
}

function nameOf(node: unknown): string {
  return String((node as { name?: string }).name);
}

function importedName(specifier: Tree): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  return specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier['imported']);
}

function unitOf(node: Tree, code: string): Unit {
  const declarators = (node['declarations'] ?? []) as readonly Tree[];
  const isFunction =
    node.type === 'FunctionDeclaration' || (declarators.length === 1 && isFunctionNode(declarators[0]?.['init']));
  const isNamed = node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
  const names = isNamed ? [nameOf(node['id'])] : declarators.flatMap((one) => boundNames(one['id'] as Tree));
  const kind = names.length === 0 ? 'effect' : isFunction ? 'function' : 'value';
  const lifts: Lift[] = kind === 'value' && node.type === 'VariableDeclaration' ? liftsOf(node, code) : [];
  const found = mentionsOf(node, lifts);
  return {
    kind,
    names,
    start: node.start,
    end: node.end,
    ...found,
    lifts,
    isMutable: node['kind'] === 'let',
  };
}

function isFunctionNode(node: unknown): boolean {
  return /^(Arrow)?FunctionExpression$/.test(String((node as Tree | null)?.type));
}

function boundNames(pattern: Tree): readonly string[] {
  if (pattern.type === 'Identifier') return [nameOf(pattern)];
  const parts = (pattern['properties'] ?? pattern['elements'] ?? []) as readonly (Tree | null)[];
  return parts.flatMap((part) =>
    part === null ? [] : boundNames((part['value'] ?? part['argument'] ?? part) as Tree),
  );
}

/** So short a function is no smaller as a stub. */
const LEAST = 40;
/** What is first called may be so long and stay. */
const MOST = 200;

/** What makes the state of a process or a control loop: every cluster that boots calls it. */
const FIRST: readonly string[] = ['init', 'start'];

/** The functions that stand as properties of objects: nobody calls them while the value is made. */
function liftsOf(node: Tree, code: string): Lift[] {
  const found: Lift[] = [];
  const look = (tree: Tree): void => {
    if (tree.type === 'Property' && (isFunctionNode(tree['value']) || isLazy(tree))) {
      const lift = isLazy(tree) ? lazyOf(tree, code) : liftOf(tree, code);
      if (lift !== undefined) found.push(lift);
      return;
    }
    if (isFunctionNode(tree)) return;
    for (const child of childrenOf(tree)) look(child);
  };
  look(node);
  return found;
}

/** Tables that are looked at long after they are made, and by few: they wait in the pack until somebody asks. */
const LAZY: readonly string[] = ['schema', 'columns', 'texts', 'rules'];

function isLazy(property: Tree): boolean {
  const isPlain = !property['computed'] && property['kind'] === 'init' && !property['method'];
  return isPlain && LAZY.includes(nameOf(property['key'])) && !/Literal$/.test((property['value'] as Tree).type);
}

function lazyOf(property: Tree, code: string): Lift {
  const value = property['value'] as Tree;
  const mentions = mentionsOf(value);
  const [start, end] = [property.start, property.end];
  return {
    start,
    end,
    kind: 'lazy',
    key: nameOf(property['key']),
    code: code.slice(value.start, value.end),
    ...mentions,
  };
}

function liftOf(property: Tree, code: string): Lift | undefined {
  const value = property['value'] as Tree;
  if (FIRST.includes(nameOf(property['key'])) && value.end - value.start < MOST) return undefined;
  if (value['async'] || value['generator'] || mentionsThis(value)) return undefined;
  if (value.end - value.start < LEAST || property['kind'] === 'set' || property['computed']) return undefined;
  const isMethod = property['method'] === true || property['kind'] === 'get';
  const text = code.slice(value.start, value.end);
  const { refs, assigns } = mentionsOf(value);
  const calls = new Set<string>();
  const kind = property['kind'] === 'get' ? 'get' : isMethod ? 'method' : 'arrow';
  const key = code.slice((property['key'] as Tree).start, (property['key'] as Tree).end);
  const [start, end] = isMethod ? [property.start, property.end] : [value.start, value.end];
  return { start, end, kind, key, code: isMethod ? `function ${text}` : text, refs, calls, assigns };
}

function mentionsThis(tree: Tree): boolean {
  return tree.type === 'ThisExpression' || tree.type === 'Super' || childrenOf(tree).some(mentionsThis);
}

/** Names that a tree mentions, calls and assigns to. A value made of functions calls none of them, unless it hands them on. */
function mentionsOf(node: Tree, lifts: readonly Lift[] = []) {
  const refs = new Set<string>();
  const calls = new Set<string>();
  const assigns = new Set<string>();
  const look = (tree: Tree, isRun: boolean): void => {
    if (lifts.some(({ start, end }) => tree.start >= start && tree.end <= end && tree !== node)) return;
    if (tree.type === 'Identifier') refs.add(nameOf(tree));
    if (isRun && (tree.type === 'CallExpression' || tree.type === 'NewExpression')) {
      const heads = [tree['callee'], ...(tree['arguments'] as readonly Tree[])] as readonly Tree[];
      for (const head of heads) if (head.type === 'Identifier') calls.add(nameOf(head));
    }
    const target = (
      tree.type === 'AssignmentExpression'
        ? tree['left']
        : tree.type === 'UpdateExpression'
          ? tree['argument']
          : undefined
    ) as Tree | undefined;
    if (target !== undefined) for (const name of targetsOf(target)) assigns.add(name);
    // A function that stands in a property is not run by whoever makes the value.
    const isKept = tree.type === 'Property' && isFunctionNode(tree['value']);
    for (const child of childrenOf(tree)) look(child, isRun && !isKept);
  };
  look(node, node.type !== 'ClassDeclaration');
  return { refs, calls, assigns };
}

function targetsOf(tree: Tree): readonly string[] {
  if (tree.type === 'Identifier') return [nameOf(tree)];
  if (tree.type === 'MemberExpression') return [];
  return childrenOf(tree).flatMap(targetsOf);
}

/** The parts of a tree, but for names that stand for no binding: of members, of keys. */
function childrenOf(tree: Tree): readonly Tree[] {
  const isNamed = (field: string) =>
    (field === 'property' && tree.type === 'MemberExpression' && !tree['computed']) ||
    (field === 'key' && /^(Property|MethodDefinition|PropertyDefinition)$/.test(tree.type) && !tree['computed']);
  const children: Tree[] = [];
  for (const [field, value] of Object.entries(tree)) {
    if (isNamed(field)) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && typeof (one as Tree).type === 'string') children.push(one as Tree);
    }
  }
  return children;
}
