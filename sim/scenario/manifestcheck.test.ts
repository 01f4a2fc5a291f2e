import { expect, test } from 'vitest';
import { parseManifests } from '../packs/yaml.ts';
import { checkManifests } from './manifestcheck.ts';

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: nginx\n';

test.each([
  ['a pod without a namespace', POD, []],
  ['a pod in one', POD.replace('  name: web\n', '  name: web\n  namespace: shop\n'), []],
  ['a node, which is in none', 'apiVersion: v1\nkind: Node\nmetadata:\n  name: node-9\n', []],
  ['a misspelt field', POD.replace('image', 'imagge'), ['8:7 shape unknown field']],
  ['no name', POD.replace('  name: web\nspec', '  labels: {}\nspec'), ['3:1 sense metadata.name: Required value']],
  ['a kind unknown here', POD.replace('Pod', 'Pond'), ['2:1 shape There is no kind "Pond"']],
  ['broken YAML', 'kind: [', ['1:8 syntax']],
])('%s', (_name, text, found) => {
  const problems = checkManifests(parseManifests(text, 'pod.yaml'));
  const said = problems.map((problem) => `${problem.line}:${problem.column} ${problem.class} ${problem.message}`);
  expect(said.length).toBe(found.length);
  for (const [index, beginning] of found.entries()) expect(said[index]?.startsWith(beginning)).toBe(true);
});
