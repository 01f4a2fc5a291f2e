import { expect, test } from 'vitest';
import { splitLine } from './shell.ts';

test.each([
  ['kubectl get  pods', ['kubectl', 'get', 'pods']],
  [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
  [`a'b'"c"d`, ['abcd']],
  [`"it's" 'say "x"' "say \\"x\\""`, [`it's`, 'say "x"', 'say "x"']],
  [
    `-o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}'`,
    ['-o', 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}'],
  ],
  ['-o jsonpath={.items[?(@.a==1)].b}', ['-o', 'jsonpath={.items[?(@.a==1)].b}']],
  ['a # the rest', ['a']],
  ['a#b', ['a#b']],
  [`''`, ['']],
  ['a \\\n b', ['a', '', 'b']],
  ['', []],
])('%j', (line, words) => {
  expect(splitLine(line)).toEqual({ words });
});

test.each([
  ['kubectl get pods | wc', 'pipes'],
  ['kubectl get pods > file', 'redirection'],
  ['a; b', 'several commands'],
  ['a && b', 'background jobs'],
  ['echo $HOME', 'variables'],
  ['echo "$HOME"', 'variables'],
  ['echo `date`', 'substitution'],
  [`echo 'a`, 'never closed'],
])('%j is refused by name', (line, why) => {
  expect(splitLine(line)).toMatchObject({ problem: expect.stringContaining(why) });
});
