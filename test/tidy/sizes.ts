import ts from 'typescript';
import { fileExceptions, functionExceptions } from './exceptions.ts';
import { type Finding, lineOf, type Rule, type Source, walk } from './source.ts';

const limits = { function: 70, file: 400, line: 120 };

/** Functions that fit a screen, files that hold one concept, lines that need no sideways scroll. Tests may be long. */
export const sizeRule: Rule = {
  name: 'sizes: function, file and line',
  check: (source) => [...fileSize(source), ...functionSizes(source), ...lineSizes(source)],
  examples: [
    { path: 'sim/x.ts', code: `function f() {\n${'  g();\n'.repeat(70)}}`, says: 'f has 72 lines, 70 are allowed' },
    { path: 'sim/x.ts', code: `const f = () => {\n${'  g();\n'.repeat(70)}};`, says: 'f has 72 lines, 70 are allowed' },
    { path: 'sim/x.ts', code: 'g();\n'.repeat(401), says: 'the file has 401 lines, 400 are allowed' },
    { path: 'sim/x.ts', code: `const a = ${'1 + '.repeat(40)}1;`, says: 'the line has' },
  ],
  fine: [
    { path: 'sim/x.test.ts', code: `it('x', () => {\n${'  g();\n'.repeat(90)}});` },
    { path: 'sim/x.ts', code: `const a = '${'text '.repeat(30)}';` },
  ],
};

/** Entries of the exception lists that are no longer needed, or larger than needed: the lists may only shrink. */
export function staleExceptions(sources: readonly Source[]): readonly string[] {
  const stale: string[] = [];
  const check = (key: string, listed: number, size: number, limit: number): void => {
    if (size <= limit) stale.push(`${key} needs no exception any more: delete its entry in test/tidy/exceptions.ts.`);
    else if (size < listed)
      stale.push(`${key} has shrunk to ${size} lines: lower its entry in test/tidy/exceptions.ts.`);
  };
  const files = new Map(sources.map((source) => [source.path, fileLines(source)]));
  const functions = new Map(
    sources.flatMap((source) => functionsOf(source).map((f) => [`${source.path}#${f.name}`, f.lines])),
  );
  for (const [key, listed] of fileExceptions) check(key, listed, files.get(key) ?? 0, limits.file);
  for (const [key, listed] of functionExceptions) check(key, listed, functions.get(key) ?? 0, limits.function);
  return stale;
}

function fileSize(source: Source): readonly Finding[] {
  const lines = fileLines(source);
  const allowed = fileExceptions.get(source.path) ?? limits.file;
  if (source.isTest || lines <= allowed) return [];
  return [{ line: allowed, message: `the file has ${lines} lines, ${allowed} are allowed: split it by concept.` }];
}

function functionSizes(source: Source): readonly Finding[] {
  if (source.isTest) return [];
  return functionsOf(source).flatMap(({ name, line, lines }) => {
    const allowed = functionExceptions.get(`${source.path}#${name}`) ?? limits.function;
    const message = `${name} has ${lines} lines, ${allowed} are allowed: give its stages functions of their own.`;
    return lines > allowed ? [{ line, message }] : [];
  });
}

/**
 * A line may be longer when one quoted text makes it so: messages of Kubernetes are kept whole. Astro's templates are
 * left to the formatter, which breaks no text: only their frontmatter counts.
 */
function lineSizes(source: Source): readonly Finding[] {
  const template = source.path.endsWith('.astro') ? source.lines.indexOf('---', 1) : source.lines.length;
  return source.lines.flatMap((text, index) => {
    if (template >= 0 && index > template) return [];
    const isQuoted = /(['"`]).{60,}\1|\/.{60,}\/|https?:\/\/\S{60,}/.test(text);
    if (text.length <= limits.line || isQuoted) return [];
    return [
      { line: index + 1, message: `the line has ${text.length} characters, ${limits.line} are allowed: break it.` },
    ];
  });
}

interface Measured {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

function functionsOf(source: Source): readonly Measured[] {
  const found: Measured[] = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return;
    const first = lineOf(source, node);
    const last = source.tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
    found.push({ name: nameOf(node), line: first, lines: last - first + 1 });
  });
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  return isNamed ? parent.name.getText() : 'a nameless function';
}

function fileLines({ lines }: Source): number {
  return lines.at(-1) === '' ? lines.length - 1 : lines.length;
}
