import { expect, test } from 'vitest';
import { alignRows, alignText } from './tabwriter.ts';

test('columns are at least six wide, three blanks apart, and the last one is not padded', () => {
  expect(
    alignRows([
      ['A', 'LONGER', 'C'],
      ['1', '2', '3'],
    ]).lines,
  ).toEqual(['A     LONGER   C', '1     2        3']);
});

test('remembered widths only grow', () => {
  const first = alignRows([
    ['NAME', 'X'],
    ['long-name', '1'],
  ]);
  const next = alignRows([['a', '2']], first.widths);
  expect(next.lines).toEqual(['a           2']);
  expect(alignRows([['a-longer-name-still', '3']], next.widths).lines).toEqual(['a-longer-name-still   3']);
});

test('a line without a tab ends a block of columns', () => {
  const text = 'Name:\tweb\nLabels:\ta=b\n\tc=d\nContainers:\n  c:\n    Image:\tnginx\n    Container ID:\tx\nEnd:\t1';
  expect(alignText(text)).toEqual([
    'Name:    web',
    'Labels:  a=b',
    '         c=d',
    'Containers:',
    '  c:',
    '    Image:         nginx',
    '    Container ID:  x',
    'End:               1',
  ]);
});
