import { expect, test } from 'vitest';
import { goTemplates } from './run.ts';

const { problem: templateProblem, run: runTemplate } = goTemplates;

const object = {
  items: [
    { name: 'a', labels: { app: 'x', tier: 'y' }, count: 3 },
    { name: 'b', count: 0 },
  ],
  data: { token: 'YWJj' },
};

test.each([
  ['{{range $i, $one := .items}}{{$i}}={{$one.name}};{{end}}', '0=a;1=b;'],
  ['{{range .items}}{{if .count}}{{.name}}{{else}}none{{end}}{{end}}', 'anone'],
  ['{{range $key, $value := (index .items 0).labels}}{{$key}}:{{$value}} {{end}}', 'app:x tier:y '],
  ['{{range .items}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{end}}', 'b'],
  ['{{$last := ""}}{{range .items}}{{$last = .name}}{{end}}{{$last}}', 'b'],
  ['{{.data.token | base64decode | printf "%q"}} {{len .items}} {{.nope}}', '"abc" 2 <no value>'],
  ['a  {{- /* nothing */ -}}  b {{- "}}" }}', 'ab}}'],
  ['{{with .nope}}x{{else with .data}}{{.token}}{{end}}', 'YWJj'],
  ['{{(index .items 0).labels}}', 'map[app:x tier:y]'],
])('%s', (template, text) => {
  expect(runTemplate(template, object)).toEqual({ text });
});

test.each([
  ['{{range .items}}', 'template: output:1: unexpected EOF'],
  ['x\n{{nope}}', 'template: output:2: function "nope" not defined'],
  ['{{range .items}}{{end}}{{break}}', 'template: output:1: {{break}} outside {{range}}'],
  ['{{.a-b}}', "template: output:1: bad character U+002D '-'"],
])('%s cannot be read', (template, why) => {
  expect(templateProblem(template)).toBe(`error parsing template ${template}, ${why}`);
});

test('a width that would fill the memory is refused', () => {
  expect(runTemplate('{{printf "%10000d" 1}}', object).text).toHaveLength(10_000);
  expect(runTemplate('{{printf "%999999999d" 1}}', object).error).toContain('is not in this simulator');
});

test('what was printed before an error stays, and more is told', () => {
  const { text, error } = runTemplate('{{len .items}} {{.data.token.x}}', object);
  const why = 'executing "output" at <.data.token.x>: can\'t evaluate field x in type interface {}';
  expect(text).toContain(`2 Error executing template: template: output:1:22: ${why}. Printing more information`);
  expect(error).toContain(why);
});
