import ts from 'typescript';
import { declaredNames, type Finding, isExported, lineOf, type Rule, type Source, walk } from './source.ts';

const mayExportDefault = /\.config\.(ts|mjs)$|\.astro$|^src\/pages\//;
const mayReExport = /^sim\/index\.ts$|^sim\/packs\/|\/index\.ts$/;

/** Constructs the house does without. */
export const shapeRule: Rule = {
  name: 'shapes: what the code does without',
  check: (source) => {
    const found: Finding[] = [];
    walk(source, (node) => {
      const message = objection(source, node);
      if (message) found.push({ line: lineOf(source, node), message });
    });
    return [...found, ...unfinished(source)];
  },
  examples: [
    { path: 'sim/x.ts', code: 'const a: any = 1;', says: 'any: use unknown' },
    { path: 'sim/x.ts', code: 'enum A { B }', says: 'enum: use a union of strings' },
    { path: 'sim/x.ts', code: 'namespace A { export const b = 1; }', says: 'namespace: a file is the namespace' },
    { path: 'sim/x.ts', code: 'class A { constructor(private b: number) {} }', says: 'parameter property' },
    { path: 'sim/x.ts', code: 'export default 1;', says: 'default export: give it a name' },
    { path: 'sim/x.ts', code: 'export default function f() {}', says: 'default export: give it a name' },
    { path: 'sim/x.ts', code: `export * from './y.ts';`, says: 'barrel: import from the file' },
    { path: 'src/x.ts', code: `export { y } from './y.ts';`, says: 'barrel: import from the file' },
    { path: 'sim/x.ts', code: `import { y } from './y';`, says: 'write the extension' },
    { path: 'sim/x.ts', code: '// TO'.concat('DO later'), says: 'finish it' },
    { path: 'src/x.astro', code: '---\n---\n<!-- FIX'.concat('ME -->'), says: 'finish it' },
    { path: 'sim/protocol/x.ts', code: 'export function f() { a(); b(); }', says: 'a protocol holds' },
  ],
  fine: [
    { path: 'sim/index.ts', code: `export { y } from './y.ts';` },
    { path: 'vitest.config.ts', code: 'export default {};' },
    {
      path: 'sim/protocol/x.ts',
      code: `export const A = address<P>('a');\nexport const b = (n: string) => address<P>(n);`,
    },
  ],
};

function objection(source: Source, node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any: use unknown and narrow it, or name the type.';
  if (ts.isEnumDeclaration(node)) return `enum: use a union of strings, type ${node.name.text} = 'a' | 'b'.`;
  const isBlock = ts.isModuleDeclaration(node) && !ts.isStringLiteral(node.name) && !source.path.endsWith('.d.ts');
  if (isBlock) return 'namespace: a file is the namespace.';
  if (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent)) {
    return 'parameter property: declare the field and assign it; Node runs these files by stripping types.';
  }
  if (isDefaultExport(node) && !mayExportDefault.test(source.path)) return 'default export: give it a name.';
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && !source.isTest && !mayReExport.test(source.path)) {
    return 'barrel: import from the file that has it.';
  }
  if (ts.isImportDeclaration(node)) return extensionObjection(node);
  if (source.path.startsWith('sim/protocol/') && !source.isTest) return protocolObjection(node);
  return undefined;
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function extensionObjection({ moduleSpecifier }: ts.ImportDeclaration): string | undefined {
  const text = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
  const isBare = text.startsWith('.') && !/\.[a-z0-9]+(\?.*)?$/.test(text);
  return isBare ? `write the extension: '${text}.ts'. Node runs these files as they are.` : undefined;
}

/** Statements of a protocol file: types, constants, and functions of one expression (addresses). */
function protocolObjection(node: ts.Node): string | undefined {
  const isBody = ts.isBlock(node) && ts.isFunctionLike(node.parent) && node.statements.length > 1;
  return isBody ? 'a protocol holds message types and addresses only: move the code to the component.' : undefined;
}

function unfinished(source: Source): readonly Finding[] {
  if (source.path.startsWith('test/tidy')) return [];
  return source.lines.flatMap((text, index) =>
    /\b(TODO|FIXME|XXX|HACK)\b/.test(text)
      ? [{ line: index + 1, message: 'finish it, or say in docs/status.md what is missing.' }]
      : [],
  );
}

/** Exported things say why they exist, or what they promise. The types of sim/api are Kubernetes' own and say it by name. */
export const commentRule: Rule = {
  name: 'comments: each export of sim/ and src/session is explained',
  check: (source) => {
    if (source.isTest || !/^(sim|src\/session|src\/schemas)\//.test(source.path)) return [];
    return source.tree.statements
      .filter((statement) => isExported(statement) && ts.getJSDocCommentsAndTags(statement).length === 0)
      .filter((statement) => !source.path.startsWith('sim/api/') || !isType(statement))
      .map((statement) => ({
        line: lineOf(source, statement),
        message: `${declaredNames(statement).join(', ')} has no doc comment: say why it exists or what it promises.`,
      }));
  },
  examples: [
    { path: 'sim/x.ts', code: 'export const a = 1;', says: 'a has no doc comment' },
    { path: 'sim/x.ts', code: '// not this kind\nexport interface A { b: 1 }', says: 'A has no doc comment' },
  ],
  fine: [
    { path: 'sim/x.ts', code: '/** Why. */\nexport const a = 1;\nconst b = 2;' },
    { path: 'sim/index.ts', code: `export { a } from './a.ts';` },
    { path: 'sim/api/kinds/x.ts', code: 'export interface A { b: 1 }' },
  ],
};

function isType(statement: ts.Statement): boolean {
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}
