import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ParsedFile } from '../sim/index.ts';
import { toParsedFile } from '../sim/packs/yaml.ts';

/**
 * The files that a kubectl line names with -f, read from disk. Paths are relative to where the command was typed. A
 * file that cannot be read is left out: kubectl then says so in its own words.
 */
export function filesOf(line: string): Readonly<Record<string, ParsedFile>> {
  const files: Record<string, ParsedFile> = {};
  for (const name of namesIn(line)) {
    const text = read(name);
    if (text !== undefined) files[name] = toParsedFile(text, name);
  }
  return files;
}

/** The first of the places where the path exists: the current folder, or the one where `npm run` was called. */
export function read(path: string): string | undefined {
  for (const folder of [process.cwd(), process.env['INIT_CWD'] ?? '.']) {
    try {
      return readFileSync(resolve(folder, path), 'utf8');
    } catch {}
  }
  return undefined;
}

function namesIn(line: string): readonly string[] {
  const values = [...line.matchAll(/(?:^|\s)(?:-f=?|--filename[= ])\s*("[^"]*"|'[^']*'|\S+)/g)].map(
    ([, value]) => value ?? '',
  );
  return values.flatMap((value) => value.replace(/^(["'])(.*)\1$/, '$2').split(','));
}
