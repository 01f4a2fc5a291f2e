import ts from 'typescript';
import type { ApiMember, ApiTable, ApiType } from './table.ts';

/** Reads the interfaces of `api.ts`, with their comments. Runs at build. */
export function readApi(source: string): ApiTable {
  const file = ts.createSourceFile('api.ts', source, ts.ScriptTarget.Latest, true);
  const types: Record<string, ApiType> = {};
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement)) readInterface(statement, types);
  }
  return { types };
}

function readInterface(node: ts.InterfaceDeclaration, types: Record<string, ApiType>): void {
  const heritage = node.heritageClauses?.flatMap((clause) => clause.types.map((type) => type.getText())) ?? [];
  const params = node.typeParameters?.map(({ name }) => name.text) ?? [];
  const members = readMembers(node.name.text, node.members, types);
  types[node.name.text] = { doc: docOf(node), params, extends: heritage, members };
}

function readMembers(
  owner: string,
  members: ts.NodeArray<ts.TypeElement>,
  types: Record<string, ApiType>,
): readonly ApiMember[] {
  return members.flatMap((member) => {
    const isMethod = ts.isMethodSignature(member);
    if (!isMethod && !ts.isPropertySignature(member)) return [];
    const name = member.name.getText();
    const signature = member
      .getText()
      .replace(/^readonly /, '')
      .replace(/;$/, '')
      .replace(/\s+/g, ' ');
    return [{ name, type: typeText(`${owner}.${name}`, member, types), signature, doc: docOf(member), isMethod }];
  });
}

/** The type in short; an object type written in place becomes a type of its own. */
function typeText(
  name: string,
  member: ts.MethodSignature | ts.PropertySignature,
  types: Record<string, ApiType>,
): string {
  const { type } = member;
  if (type === undefined) return 'any';
  if (!ts.isTypeLiteralNode(type))
    return type
      .getText()
      .replace(/\breadonly /g, '')
      .replace(/\s+/g, ' ');
  types[name] = { doc: docOf(member), params: [], extends: [], members: readMembers(name, type.members, types) };
  return name;
}

function docOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
