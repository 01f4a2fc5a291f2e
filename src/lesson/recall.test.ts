import { expect, test } from 'vitest';
import { readLesson } from './read.ts';
import { recallProps, shuffled } from './recall.ts';

const FORMS: readonly [string, string, object][] = [
  ['choose', 'Who asks?\n\n- A kubelet\n- **The API server**\n\nNobody else can.', { form: 'choose', right: 1 }],
  ['choose', 'Who asks?\n\n- [x] The API server\n- [ ] A kubelet\n\nNobody else can.', { form: 'choose', right: 0 }],
  ['order', 'In order?\n\n1. a\n2. b\n3. c\n\nSo it is.', { form: 'order', options: ['a', 'b', 'c'] }],
  ['click', 'Who asks? **kube-apiserver** Nobody else can.', { form: 'click', options: ['kube-apiserver'] }],
  ['choose', 'Who asks? *The API server.*', { form: 'open', question: 'Who asks?', answer: 'The API server.' }],
  ['click', 'It is late. Who asks? The `API` server.', { form: 'open', answer: 'The `API` server.' }],
];

test.each(FORMS)('a Recall of kind %s: %s', (kind, body, expected) => {
  const text = `---\ntitle: t\ndescription: d\n---\n\n<Recall from="a/b" kind="${kind}">\n${body}\n</Recall>\n`;
  const { lesson, problems } = readLesson('x.mdx', text, () => undefined);
  expect(problems).toEqual([]);
  expect(lesson.recalls).toMatchObject([expected]);
});

test('lists are shuffled by the page, never left in their order, and the right order can be found again', () => {
  for (let seed = 0; seed < 50; seed++) {
    const order = shuffled(4, `page-${seed}`);
    expect(order.toSorted()).toEqual([0, 1, 2, 3]);
    expect(order).not.toEqual([0, 1, 2, 3]);
  }
  expect(new Set(Array.from({ length: 50 }, (_, seed) => shuffled(4, `page-${seed}`).join())).size).toBeGreaterThan(10);
  const place = { file: 'x', line: 1, column: 1 };
  const recall = { id: 'recall-1', from: 'a/b', question: '?', answer: '.', place, right: 2 };
  const options = ['a', 'b', 'c', 'd'];
  const order = recallProps({ ...recall, form: 'order', options }, '/p/', new Map());
  expect(order.right.map((index) => order.options[index])).toEqual(options);
  const choose = recallProps({ ...recall, form: 'choose', options }, '/p/', new Map());
  expect(choose.options[choose.right[0] ?? -1]).toBe('c');
});
