import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const decisions = readdirSync('docs/decisions').map((file) => `docs/decisions/${file}`);
const guides = ['README.md', 'STYLE.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'docs/ledger.md', ...decisions];

it.each(guides)('%s names only files and scripts that exist', (guide) => {
  const text = readFileSync(guide, 'utf8');
  const missing = [...pathsIn(text).filter((path) => !existsSync(path)), ...unknownScripts(text)];
  expect(missing).toEqual([]);
});

it('notices a file that does not exist', () => {
  expect(pathsIn('see `sim/nowhere.ts`, `sim/<kind>.ts`, `kubectl get` and ![x](docs/x.png)')).toEqual([
    'sim/nowhere.ts',
    'docs/x.png',
  ]);
});

/** Paths in backticks or links; patterns with <…>, * or … are not paths. */
function pathsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`|\]\(([^)]+)\)/g)].map((match) => match[1] ?? match[2] ?? '');
  return quoted
    .filter((path) => /^(sim|src|cli|test|docs|scripts|public)\/[^<>*… ]*$|^[A-Z]+[-a-z]*(\.md)?$/.test(path))
    .filter((path) => path.includes('/') || path.endsWith('.md') || path.startsWith('LICENSE'))
    .filter((path) => !path.includes('NN-'));
}

function unknownScripts(text: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  return [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? '').filter((name) => !(name in scripts));
}
