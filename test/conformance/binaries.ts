import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where a program is: beside the programs of the path, or beside the file that `kubectl` itself leads to. */
export function findBinary(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((path) => path !== '');
  const kubectl = folders.map((path) => join(path, 'kubectl')).find((path) => existsSync(path));
  if (kubectl !== undefined) folders.push(dirname(realpathSync(kubectl)));
  return folders.map((path) => join(path, name)).find((path) => existsSync(path));
}
