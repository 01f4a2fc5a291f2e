import remarkMdx from 'remark-mdx';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { parse as parseYaml } from 'yaml';
import { lessonSchema } from '../schemas/lesson.ts';
import type { Place, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';

/** A node of the syntax tree of a lesson, as far as the lesson language needs it. */
export interface SourceNode {
  readonly type: string;
  readonly name?: string | null;
  readonly value?: string;
  readonly lang?: string | null;
  readonly meta?: string | null;
  readonly alt?: string | null;
  /** Of a link. */
  readonly url?: string;
  readonly attributes?: readonly SourceAttribute[];
  readonly children?: readonly SourceNode[];
  readonly position?: { readonly start: Point };
}

/** A prop as written: text, nothing (`leak`), or an expression in braces. */
export interface SourceAttribute {
  readonly type: string;
  readonly name?: string;
  readonly value?: string | null | { readonly value: string };
  readonly position?: { readonly start: Point };
}

interface Point {
  readonly line: number;
  readonly column: number;
}

/** The frontmatter of a lesson and its text as a tree whose positions are those of the file. */
export interface Source {
  readonly title: string;
  readonly tree: SourceNode;
  readonly problems: readonly Problem[];
}

const EMPTY: SourceNode = { type: 'root', children: [] };
const FRONTMATTER = /^---\r?\n([\s\S]*?)\r?\n---(?=\r?\n|$)/;
const KEYS = Object.keys(lessonSchema.shape);

/** Reads MDX. A text that is none gives one problem and an empty tree. */
export function parseSource(file: string, text: string): Source {
  const head = FRONTMATTER.exec(text);
  const { title, problems } = readFrontmatter(file, head?.[1]);
  const body = head === null ? text : head[0].replace(/[^\n]/g, ' ') + text.slice(head[0].length);
  try {
    const tree = unified().use(remarkParse).use(remarkMdx).parse(body) as unknown as SourceNode;
    return { title, tree, problems };
  } catch (error) {
    const { reason = String(error), line, column } = error as { reason?: string; line?: number; column?: number };
    const told = /\((\d+):(\d+)/.exec(reason);
    const at = { file, line: line ?? Number(told?.[1] ?? 1), column: column ?? Number(told?.[2] ?? 1) };
    return { title, tree: EMPTY, problems: [...problems, { place: at, title: 'This is not MDX', reason }] };
  }
}

/** The words of a node without markup; code keeps its backticks. */
export function wordsOf(node: SourceNode): string {
  if (node.type === 'inlineCode') return `\`${node.value ?? ''}\``;
  if (node.value !== undefined && node.type !== 'code') return node.type === 'text' ? node.value : '';
  const separator = node.type === 'root' || /Flow|list$|blockquote/.test(node.type) ? '\n' : '';
  return (node.children ?? []).map(wordsOf).join(separator);
}

/** {@link wordsOf} on one line. */
export function lineOf(node: SourceNode): string {
  return wordsOf(node).replace(/\s+/g, ' ').trim();
}

/** Where a node or prop begins. */
export function placeOf(file: string, node: { readonly position?: { readonly start: Point } }): Place {
  return { file, line: node.position?.start.line ?? 1, column: node.position?.start.column ?? 1 };
}

function readFrontmatter(file: string, yaml: string | undefined): { title: string; problems: readonly Problem[] } {
  const place = { file, line: 1, column: 1 };
  const fix = 'begin the file with ---, title: …, description: … and --- again.';
  if (yaml === undefined) return { title: '', problems: [{ place, title: 'The lesson has no frontmatter', fix }] };
  let data: unknown;
  try {
    data = parseYaml(yaml);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { title: '', problems: [{ place, title: 'The frontmatter is not YAML', reason }] };
  }
  const parsed = lessonSchema.safeParse(data);
  if (parsed.success) return { title: parsed.data.title, problems: [] };
  const lines = yaml.split('\n');
  const problems = parsed.error.issues.map((issue): Problem => {
    const key = issue.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue.path[0] ?? '');
    const line = lines.findIndex((text) => text.startsWith(`${key}:`)) + 2;
    const at = { file, line: Math.max(1, line), column: 1 };
    if (issue.code === 'unrecognized_keys') {
      return { place: at, title: `Unknown key "${key}" in the frontmatter.${didYouMean(key, KEYS)}` };
    }
    if (line < 2) return { place: at, title: `The frontmatter has no ${key}` };
    return { place: at, title: `The frontmatter's ${key}: ${issue.message}` };
  });
  return { title: '', problems };
}
