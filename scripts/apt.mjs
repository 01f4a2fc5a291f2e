// Debian's package tool, for what a fresh machine lacks. Used only as root, where nobody's choice is overruled.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Installs a package without what it recommends and without starting its service. False when it cannot. */
export function installWithApt(name) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !onPath('apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (...args) => spawnSync('apt-get', args, { stdio: 'inherit', env }).status === 0;
  const impatient = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=1'];
  return (
    run(...impatient, 'update', '-qq') && run(...impatient, 'install', '-y', '-qq', '--no-install-recommends', name)
  );
}

/** Where a program of that name is, by the PATH. */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate));
}
