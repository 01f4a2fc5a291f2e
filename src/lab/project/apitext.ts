import { readFileSync } from 'node:fs';

/** What a lab's program and tests may use, a file for each concept. */
const FILES = ['api', 'voteapi', 'proxyapi', 'caseapi'];

/** All of it as one text that imports nothing. Runs at build, from the root of the repository. */
export function apiText(): string {
  const texts = FILES.map((name) => readFileSync(`src/lab/${name}.ts`, 'utf8'));
  return texts.map((text) => text.replace(/^import [^;]*;\n/gm, '').trim()).join('\n\n');
}
