import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** A file of the repository, parsed once, as the rules see it. */
export interface Source {
  /** From the root, with forward slashes: `sim/kernel/queue.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** For .astro the frontmatter only, on its own line numbers. */
  readonly tree: ts.SourceFile;
  readonly isTest: boolean;
}

/** What a rule objects to; `message` says what to do instead. */
export interface Finding {
  readonly line: number;
  readonly message: string;
}

/** One rule of the house. `examples` prove that it bites: each must yield a finding whose message contains `says`. */
export interface Rule {
  readonly name: string;
  check(source: Source): readonly Finding[];
  readonly examples: readonly Example[];
  /** Code that looks similar and is allowed. */
  readonly fine?: readonly Omit<Example, 'says'>[];
}

/** A tiny file: where it would stand, what it contains, and what the finding must say. */
export interface Example {
  readonly path: string;
  readonly code: string;
  readonly says: string;
}

const roots = ['sim', 'src', 'cli', 'test', 'scripts'];
const kinds = /\.(ts|tsx|mjs|astro)$/;

/** Every source file of the project, in path order. */
export function readSources(root: string): readonly Source[] {
  return roots
    .flatMap((folder) => list(root, folder))
    .sort()
    .map((path) => parse(path, readFileSync(`${root}/${path}`, 'utf8')));
}

/** Parses one file; a path ending in .astro has its frontmatter parsed as TypeScript. */
export function parse(path: string, text: string): Source {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const code = path.endsWith('.astro') ? frontmatter(text) : text;
  const tree = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, kind);
  return { path, text, lines: text.split('\n'), tree, isTest: /\.test\.tsx?$|^test\//.test(path) };
}

/** Calls `visit` for each node of the tree, parents first. */
export function walk(source: Source, visit: (node: ts.Node) => void): void {
  const go = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, go);
  };
  go(source.tree);
}

/** The 1-based line on which a node begins, comments before it not counted. */
export function lineOf(source: Source, node: ts.Node): number {
  return source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1;
}

/** Whether a declaration or statement carries the `export` keyword. */
export function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
}

/** The names a top-level statement declares: one for a function or type, several for `const a = …, b = …`. */
export function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  const name = (statement as ts.Statement & { readonly name?: ts.Node }).name;
  return name ? [name.getText()] : [];
}

/** The part of a path after the last slash, without its extension. */
export function stemOf(path: string): string {
  return posix.basename(path).replace(/\.[a-z]+$/, '');
}

function frontmatter(text: string): string {
  const match = /^---\n([\s\S]*?)\n---/.exec(text);
  return match ? `\n${match[1]}` : '';
}

function list(root: string, folder: string): string[] {
  try {
    return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return list(root, path);
      return kinds.test(entry.name) ? [path] : [];
    });
  } catch {
    return [];
  }
}
