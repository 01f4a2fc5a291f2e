import ts from 'typescript';
import { lineOf, type Rule, type Source } from './source.ts';

const wanted: readonly (readonly [RegExp, string])[] = [
  [/\bwatches\b/i, 'what it watches'],
  [/\bwrites\b/i, 'what it writes'],
  [/\bfollows\b|\bupstream\b/i, 'which upstream file it follows'],
  [/\bleaves out\b|\bleft out\b/i, 'what it leaves out'],
];

/** A reader who opens a component learns in five lines what it is, and what of the real thing is missing. */
export const headerRule: Rule = {
  name: 'headers: each component file opens with its five lines',
  check: (source) => {
    const declaration = componentOf(source);
    if (!declaration || source.isTest || !source.path.startsWith('sim/')) return [];
    const header = headerOf(source);
    const missing = wanted.filter(([pattern]) => !pattern.test(header)).map(([, what]) => what);
    if (missing.length === 0) return [];
    const message = `the comment that opens a component file must say ${missing.join(', ')}.`;
    return [{ line: lineOf(source, declaration), message }];
  },
  examples: [
    { path: 'sim/kubelet/kubelet.ts', code: 'export const kubelet: Component<S> = {};', says: 'what it watches' },
    {
      path: 'sim/controllers/x.ts',
      code: '// A controller.\n// Watches: pods.\n// Writes: pods.\n// Follows: x.go.\nexport const x: Controller = {};',
      says: 'what it leaves out',
    },
  ],
  fine: [
    {
      path: 'sim/controllers/x.ts',
      code: '// X.\n// Watches: pods.\n// Writes: pods.\n// Follows: x.go.\n// Leaves out: y.\nexport const x: Controller = {};',
    },
    { path: 'sim/x.ts', code: 'export const a: Plugin = {};' },
  ],
};

/** The first exported constant of type Component or Controller, or exported function that returns one. */
function componentOf(source: Source): ts.Statement | undefined {
  return source.tree.statements.find((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.some((d) => isComponent(d.type));
    return ts.isFunctionDeclaration(statement) && isComponent(statement.type);
  });
}

function isComponent(type: ts.TypeNode | undefined): boolean {
  return !!type && ts.isTypeReferenceNode(type) && /^(Component|Controller)$/.test(type.typeName.getText());
}

function headerOf({ text }: Source): string {
  return (ts.getLeadingCommentRanges(text, 0) ?? []).map(({ pos, end }) => text.slice(pos, end)).join('\n');
}
