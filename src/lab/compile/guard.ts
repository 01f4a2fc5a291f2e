import type { Node, Program } from 'acorn';

/** What the compiled program calls with its line before each statement. A program may not use the name itself. */
export const TICK = '__tick';

/** A piece of text to put in before a place. Of several at one place, the first noted comes first. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

type WithBody = Node & { readonly body: Node };
type Arrow = WithBody & { readonly expression: boolean };
type List = Node & { readonly body: readonly Node[] };
type Case = Node & { readonly consequent: readonly Node[] };

const LOOPS = /^(For|ForIn|ForOf|While|DoWhile)Statement$/;
const LISTS = /^(Program|BlockStatement|StaticBlock)$/;
/** Statements before which nothing need be put. */
const SILENT = /^(FunctionDeclaration|EmptyStatement)$/;

/** The program with a tick before each statement, in each round of a loop and at each call of a function. */
export function guarded(code: string, tree: Program): string {
  const insertions: Insertion[] = [];
  visit(tree, insertions);
  let result = '';
  let from = 0;
  for (const { at, text } of insertions.toSorted((a, b) => a.at - b.at)) {
    result += code.slice(from, at) + text;
    from = at;
  }
  return result + code.slice(from);
}

/** Notes in the order of the text; children close before their parents, so that what ends at one place nests. */
function visit(node: Node, found: Insertion[]): void {
  refuse(node);
  const statements = new Set(statementsOf(node));
  const isIdle = node.type === 'BlockStatement' && [...statements].every(({ type }) => SILENT.test(type));
  if (isIdle) found.push({ at: node.start + 1, text: `${tick(node)};` });
  for (const child of childrenOf(node)) {
    const [before, after] = around(node, child, statements.has(child));
    if (before !== '') found.push({ at: child.start, text: before });
    visit(child, found);
    if (after !== '') found.push({ at: child.end, text: after });
  }
}

/** What goes before and after a child. */
function around(parent: Node, child: Node, isListed: boolean): readonly [string, string] {
  if (isListed) {
    const isDirective = 'directive' in child && child.directive !== undefined;
    return isDirective || SILENT.test(child.type) ? ['', ''] : [`${tick(child)};`, ''];
  }
  const isBody = (parent as Partial<WithBody>).body === child;
  if (isBody && LOOPS.test(parent.type) && child.type !== 'BlockStatement') return [`{${tick(child)};`, '}'];
  if (isBody && parent.type === 'ArrowFunctionExpression' && (parent as Arrow).expression) {
    return [`(${tick(child)}, `, ')'];
  }
  return ['', ''];
}

function statementsOf(node: Node): readonly Node[] {
  if (LISTS.test(node.type)) return (node as List).body;
  return node.type === 'SwitchCase' ? (node as Case).consequent : [];
}

function tick(node: Node): string {
  return `${TICK}(${node.loc?.start.line ?? 0})`;
}

function refuse(node: Node): void {
  if (node.type === 'ImportExpression') refusal(node, 'import() is not there: a lab is one file');
  const isLater = 'async' in node && node.async === true;
  if (isLater || node.type === 'AwaitExpression') refusal(node, 'async is not there: a call gives its result at once');
  const isOurs = node.type === 'Identifier' && (node as Node & { readonly name: string }).name === TICK;
  if (isOurs) refusal(node, `The name ${TICK} is taken by the lab itself`);
}

function refusal(node: Node, message: string): never {
  throw Object.assign(new SyntaxError(message), { loc: node.loc?.start, raisedAt: node.start });
}

/** In the order of the text: acorn notes the test of a do-while before its body. */
function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]) as readonly unknown[])
    .filter(isNode)
    .toSorted((a, b) => a.start - b.start);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
