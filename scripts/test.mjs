// `npm test`: every check, in order, each with its time. A failing step does not stop the later ones, except that
// checks of the built site are counted as failed when the site did not build. Last line: `N passed, M failed`.
// `npm test -- unit site` runs only the named steps; steps marked long run only then.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { installWithApt, onPath } from './apt.mjs';
import { findChromium } from './browser.mjs';
import './cache.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = process.execPath;
const astro = ['--env-file=tooling.env', 'node_modules/astro/bin/astro.mjs'];

/** A step `beside` another runs at the same time: each needs one core. */
const steps = [
  { name: 'lint', what: 'format and lint', run: () => run('biome', ['check', '.']) },
  { name: 'unit', what: 'source rules and unit tests', run: unitTests },
  { name: 'types', what: 'types', run: () => run(node, [...astro, 'check', '--minimumFailingSeverity', 'error']) },
  {
    name: 'lessons',
    beside: 'types',
    what: 'every lesson runs',
    needs: 'cli/lesson.ts',
    run: () => run(node, ['cli/lesson.ts', 'check']),
  },
  { name: 'build', what: 'the site builds', run: build },
  { name: 'sizes', what: 'bytes per route', site: true, run: () => run(node, ['cli/sizes.ts']) },
  { name: 'links', what: 'links of the built site', site: true, run: () => run(node, ['scripts/links.mjs']) },
  { name: 'site', what: 'the site in a real browser', site: true, run: () => browserTests() },
  { name: 'walk', what: 'the whole course in a real browser', site: true, isLong: true, run: walk },
];

const asked = process.argv.slice(2);
const results = [];
const running = [];
for (const step of steps) {
  if (asked.length > 0 ? !asked.includes(step.name) : step.isLong) continue;
  if (step.needs && !existsSync(`${root}/${step.needs}`)) continue;
  if (!step.beside) await Promise.all(running.splice(0));
  running.push(take(step));
}
await Promise.all(running);

async function take(step) {
  console.log(`\n── ${step.name}: ${step.what}`);
  const result = { ...step, isPassed: false, seconds: 0 };
  results.push(result);
  const started = Date.now();
  result.isPassed = step.site && !existsSync(`${root}/dist/index.html`) ? noSite() : await step.run();
  result.seconds = (Date.now() - started) / 1000;
}

console.log('');
for (const { name, what, isPassed, seconds } of results) {
  console.log(`${isPassed ? 'ok  ' : 'FAIL'} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${what}`);
}
const failed = results.filter((result) => !result.isPassed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 || results.length === 0 ? 1 : 0);

/** Some compare our etcd with Debian's, or feed rules to its iptables and nft; without them they say that they are skipped. */
function unitTests() {
  if (!onPath('etcd')) installWithApt('etcd-server');
  if (!onPath('iptables-restore')) installWithApt('iptables');
  if (!onPath('nft')) installWithApt('nftables');
  return run('vitest', ['run', '--reporter=dot']);
}

function build() {
  rmSync(`${root}/dist`, { recursive: true, force: true });
  return run(node, [...astro, 'build']);
}

function walk() {
  process.env.COURSE = 'whole';
  return browserTests('whole', 'preview', 'journey', 'keyboard', 'escape');
}

async function browserTests(...files) {
  const { path, from } = await findChromium();
  console.log(`Chromium from ${from}${path ? `: ${path}` : ''}`);
  if (path) process.env.PW_CHROMIUM = path;
  process.env.SITE_PORT ??= String(await freePort());
  return run('playwright', ['test', ...files]);
}

/** A port nobody listens on: another site may be open on this machine. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function noSite() {
  console.error('There is no built site in dist/: run the build step first.');
  return false;
}

/** Promises whether the command ends well. */
function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}
