import ts from 'typescript';
import { type Finding, lineOf, type Rule, type Source, walk } from './source.ts';

const time = 'read io.now, and use io.after for a delay: time is virtual';
const ahead = 'handle messages one by one: send one, and act when its answer arrives';
const table = 'use integer arithmetic or a table: engines may differ in the last digit';
const order = 'compare with < and >: the result must not depend on the language of the machine';
const host = 'the simulator knows no machine: take what you need as an argument';

/** Names that may not be used in sim/, each with what to do instead. */
export const bannedNames: ReadonlyMap<string, string> = new Map([
  ['Date', time],
  ['performance', time],
  ['setTimeout', time],
  ['setInterval', time],
  ['setImmediate', time],
  ['requestAnimationFrame', time],
  ['queueMicrotask', ahead],
  ['Promise', ahead],
  ['crypto', 'draw from io.random, or count per actor for an id'],
  ['WeakRef', 'keep the value in the state, or drop it on a message'],
  ['FinalizationRegistry', 'keep the value in the state, or drop it on a message'],
  ['Intl', order],
  ['globalThis', host],
  ['window', host],
  ['document', host],
  ['process', host],
  ['console', 'note a fact with io.note: the trace is the log'],
]);

/** Members of Math that may not be used in sim/. */
export const bannedMath: ReadonlyMap<string, string> = new Map([
  ['random', 'draw from io.random(purpose, bound): one stream per seed, actor and purpose'],
  ...'sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp expm1 log log2 log10 log1p pow cbrt hypot'
    .split(' ')
    .map((name) => [name, table] as const),
]);

const bannedMethods = /^(localeCompare|toLocale[A-Za-z]*)$/;

/** Same seed, same history, in every engine. */
export const determinismRule: Rule = {
  name: 'determinism: what sim/ may not use',
  check: (source) => {
    if (!source.path.startsWith('sim/') || source.isTest) return [];
    const found: Finding[] = [];
    const own = declaredIn(source);
    walk(source, (node) => {
      const message = ts.isIdentifier(node) && own.has(node.text) ? undefined : objection(node);
      if (message) found.push({ line: lineOf(source, node), message });
    });
    return found;
  },
  examples: [
    { path: 'sim/x.ts', code: 'const a = Date.now();', says: 'Date: read io.now' },
    { path: 'sim/x.ts', code: 'const a = performance.now();', says: 'performance: read io.now' },
    { path: 'sim/x.ts', code: 'const a = Math.random();', says: 'Math.random: draw from io.random' },
    { path: 'sim/x.ts', code: 'const a = crypto.randomUUID();', says: 'crypto: draw' },
    { path: 'sim/x.ts', code: 'setTimeout(f, 1);', says: 'setTimeout: read io.now' },
    { path: 'sim/x.ts', code: 'queueMicrotask(f);', says: 'queueMicrotask: handle messages' },
    { path: 'sim/x.ts', code: 'async function f() {}', says: 'async: handle messages' },
    { path: 'sim/x.ts', code: 'const f = async () => 1;', says: 'async: handle messages' },
    { path: 'sim/x.ts', code: 'const f = (p: Promise<number>) => p;', says: 'Promise: handle messages' },
    { path: 'sim/x.ts', code: 'await f();', says: 'await: handle messages' },
    { path: 'sim/x.ts', code: 'function* f() {}', says: 'function*: handle messages' },
    { path: 'sim/x.ts', code: 'const a = new WeakRef(b);', says: 'WeakRef: keep the value' },
    { path: 'sim/x.ts', code: 'const a = Math.log(2);', says: 'Math.log: use integer arithmetic' },
    { path: 'sim/x.ts', code: 'const { pow } = Math;', says: 'Math: name the function' },
    { path: 'sim/x.ts', code: 'const a = b ** 2;', says: '**: use integer arithmetic' },
    { path: 'sim/x.ts', code: 'a.sort((x, y) => x.localeCompare(y));', says: 'localeCompare: compare with <' },
    { path: 'sim/x.ts', code: 'const a = new Intl.NumberFormat();', says: 'Intl: compare with <' },
    { path: 'sim/x.ts', code: 'const a: Record<number, string> = {};', says: 'use a Map' },
    { path: 'sim/x.ts', code: 'interface A { [id: number]: string }', says: 'use a Map' },
    { path: 'sim/x.ts', code: `const a = { 404: 'NotFound' };`, says: 'use a Map' },
    { path: 'sim/x.ts', code: 'a.sort((x, y) => x.at - y.at);', says: 'ties' },
    { path: 'sim/x.ts', code: 'console.log(1);', says: 'console: note a fact' },
  ],
  fine: [
    { path: 'sim/x.ts', code: 'const a = 10n ** 3n * 2 ** b;' },
    { path: 'sim/x.ts', code: 'const a = { performance: 1, Date: 2 }; const b = a.performance + Math.floor(1.5);' },
    { path: 'sim/x.ts', code: 'a.sort((x, y) => x - y); b.sort((x, y) => x.at - y.at || x.count - y.count);' },
    { path: 'sim/x.ts', code: 'for (const document of documents) read(document);' },
    { path: 'sim/x.test.ts', code: 'const a = Date.now();' },
    { path: 'src/x.ts', code: 'const a = Date.now();' },
  ],
};

/** Names in small letters that the file declares itself: a `document` of a YAML stream is not the browser's. */
function declaredIn(source: Source): ReadonlySet<string> {
  const names = new Set<string>();
  walk(source, (node) => {
    const isDeclared = ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node);
    if (isDeclared && ts.isIdentifier(node.name) && /^[a-z]/.test(node.name.text)) names.add(node.name.text);
  });
  return names;
}

function objection(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return nameObjection(node);
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return `await: ${ahead}.`;
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return `async: ${ahead}.`;
  if (ts.isYieldExpression(node) || isGenerator(node)) return `function*: ${ahead}.`;
  if (isInexactPower(node)) return `**: ${table}.`;
  if (isIntegerMap(node)) return 'keys that look like integers are re-ordered by the engine: use a Map or a switch.';
  if (ts.isCallExpression(node)) return sortObjection(node);
  return undefined;
}

function nameObjection(node: ts.Identifier): string | undefined {
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (isMember && bannedMethods.test(node.text)) return `${node.text}: ${order}.`;
  const isName = isMember || isDeclaredKey(node);
  if (isName) return undefined;
  if (node.text === 'Math') return mathObjection(parent);
  const instead = bannedNames.get(node.text);
  return instead && `${node.text}: ${instead}.`;
}

function isDeclaredKey(node: ts.Identifier): boolean {
  const { parent } = node;
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isNamedTupleMember(parent) ||
    ts.isParameter(parent) ||
    ts.isVariableDeclaration(parent);
  if (named) return parent.name === node;
  return (ts.isBindingElement(parent) || ts.isImportSpecifier(parent)) && parent.propertyName === node;
}

function mathObjection(parent: ts.Node): string | undefined {
  if (!ts.isPropertyAccessExpression(parent))
    return 'Math: name the function after a dot, so that this rule can read it.';
  const instead = bannedMath.get(parent.name.text);
  return instead && `Math.${parent.name.text}: ${instead}.`;
}

function isGenerator(node: ts.Node): boolean {
  const isFunction = ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node);
  return isFunction && !!node.asteriskToken;
}

/** Powers of BigInts and of two are exact; others are "implementation-approximated". */
function isInexactPower(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.AsteriskAsteriskToken) return false;
  return !ts.isBigIntLiteral(node.left) && node.left.getText() !== '2';
}

function isIntegerMap(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node)) return ts.isNumericLiteral(node.name);
  if (ts.isIndexSignatureDeclaration(node)) return node.parameters[0]?.type?.kind === ts.SyntaxKind.NumberKeyword;
  const isRecord = ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Record';
  return isRecord && node.typeArguments?.[0]?.kind === ts.SyntaxKind.NumberKeyword;
}

/** `(a, b) => a.x - b.x` calls two different items equal; two equal numbers are not different. */
function sortObjection(call: ts.CallExpression): string | undefined {
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined;
  if (!/^(sort|toSorted)$/.test(call.expression.name.text)) return undefined;
  const compare = call.arguments[0];
  if (!compare || !ts.isArrowFunction(compare)) return undefined;
  const body = compare.body;
  const isBare = ts.isBinaryExpression(body) && body.operatorToken.kind === ts.SyntaxKind.MinusToken;
  if (!isBare || (ts.isIdentifier(body.left) && ts.isIdentifier(body.right))) return undefined;
  return 'ties: this comparison calls two different items equal. End it with a key that is unique.';
}
