// The forms of a Recall. An answer is always explained, and nothing waits for it.
//
//   kind="choose"   a question, a list of options of which one begins in **bold** (or with [x]), and why:
//                     Who writes the name of the node?
//                     - **The scheduler**
//                     - The kubelet
//
//                     The binding is its one write.
//   kind="order"    a question, a numbered list in the right order (shown shuffled), and why.
//   kind="click"    a question, the name of a part of the stage in **bold**, and why:
//                     Which part asks etcd? **kube-apiserver** Nobody else has a line to it.
//   any kind        a question and its answer in *emphasis*, or after the last question mark: the reader judges.
import type { Place, Problem, RecallModel } from './model.ts';
import { lineOf, placeOf, type SourceNode } from './source.ts';

interface Asked {
  readonly id: string;
  readonly from: string;
  readonly kind: string;
}

interface Where {
  readonly file: string;
  readonly problems: Problem[];
}

/** Fewer than this many things are in order by chance. */
const MIN_ORDER = 3;

/** Reads what stands between `<Recall>` and `</Recall>`. */
export function readRecall(node: SourceNode, asked: Asked, place: Place, where: Where): RecallModel {
  const { id, from, kind } = asked;
  const blocks = node.type === 'mdxJsxTextElement' ? [node] : (node.children ?? []);
  const list = blocks.find(({ type }) => type === 'list');
  const strong = kind === 'click' ? blocks.flatMap(phrasesOf).find(({ type }) => type === 'strong') : undefined;
  const recall =
    list !== undefined
      ? listed(blocks, list, kind, where)
      : strong !== undefined
        ? { ...split(blocks, strong), form: 'click' as const, options: [lineOf(strong)], right: 0 }
        : { ...open(blocks), form: 'open' as const, options: [], right: 0 };
  const say = (title: string, fix: string) => where.problems.push({ place, title, fix });
  if (recall.question === '') say('Recall asks nothing', 'begin it with a question.');
  else if (recall.answer === '') {
    say(recall.form === 'open' ? 'Recall has no answer' : 'Recall does not explain its answer', EXPLAIN[recall.form]);
  }
  return { id, from, place, ...recall };
}

type Read = Pick<RecallModel, 'form' | 'question' | 'options' | 'right' | 'answer'>;

const EXPLAIN: Readonly<Record<RecallModel['form'], string>> = {
  open: 'write the answer in *emphasis* after the question.',
  choose: 'say why in a paragraph after the list.',
  order: 'say why in a paragraph after the list.',
  click: 'say why after the name.',
};

function listed(blocks: readonly SourceNode[], list: SourceNode, kind: string, where: Where): Read {
  const at = blocks.indexOf(list);
  const question = words(blocks.slice(0, at));
  const answer = words(blocks.slice(at + 1));
  const items = list.children ?? [];
  const options = items.map((item) => lineOf(item).replace(/^\[[ x]\] /, ''));
  const place = placeOf(where.file, list);
  const say = (title: string, fix: string) => where.problems.push({ place, title, fix });
  if (kind === 'click') say('A click Recall has no list', 'name the part in **bold** after the question.');
  const twice = options.find((option, index) => options.indexOf(option) !== index);
  if (twice !== undefined) say(`Recall lists “${twice}” twice`, 'take one of them out.');
  if (kind === 'order') {
    if (items.length < MIN_ORDER) say(`An order Recall needs ${MIN_ORDER} things or more`, 'ask with kind="choose".');
    return { form: 'order', question, options, right: 0, answer };
  }
  const marked = items.flatMap((item, index) => (isMarked(item) ? [index] : []));
  if (items.length < 2) say('A choose Recall needs two options or more', 'add one that somebody might believe.');
  else if (marked.length !== 1) {
    const count = marked.length === 0 ? 'no right option' : `${marked.length} right options`;
    say(`Recall has ${count}`, 'make the one that is right **bold**, or begin it with [x].');
  }
  return { form: 'choose', question, options, right: marked[0] ?? 0, answer };
}

function isMarked(item: SourceNode): boolean {
  return lineOf(item).startsWith('[x] ') || phrasesOf(item)[0]?.type === 'strong';
}

/** The question before a node, and what is said from it on, or after it when it is itself an answer of another kind. */
function split(blocks: readonly SourceNode[], at: SourceNode): { question: string; answer: string } {
  const phrases = blocks.flatMap(phrasesOf);
  const index = phrases.indexOf(at);
  const from = at.type === 'strong' ? index + 1 : index;
  return { question: words(phrases.slice(0, index)), answer: words(phrases.slice(from)).replace(/^[.,:;]\s*/, '') };
}

function open(blocks: readonly SourceNode[]): { question: string; answer: string } {
  const emphasis = blocks.flatMap(phrasesOf).find(({ type }) => type === 'emphasis');
  if (emphasis !== undefined) return split(blocks, emphasis);
  const text = words(blocks.flatMap(phrasesOf));
  const end = text.lastIndexOf('? ') + 1;
  return end === 0 ? { question: text, answer: '' } : { question: text.slice(0, end), answer: text.slice(end).trim() };
}

/** What stands in a paragraph, or in the paragraphs of a block. */
function phrasesOf(node: SourceNode): readonly SourceNode[] {
  const children = node.children ?? [];
  if (node.type === 'paragraph' || node.type === 'mdxJsxTextElement') return [...children, SPACE];
  return children.flatMap(phrasesOf);
}

const SPACE: SourceNode = { type: 'text', value: ' ' };

function words(nodes: readonly SourceNode[]): string {
  return nodes.map(textOf).join('').replace(/\s+/g, ' ').trim();
}

function textOf(node: SourceNode): string {
  return node.type === 'text' ? (node.value ?? '') : node.type === 'paragraph' ? `${lineOf(node)} ` : lineOf(node);
}
