import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { kubectl } from './reader.ts';

// What an author sees: `npm start` over a copy of the project, whose lesson is edited while its page is open.
// `harness.ts` is not used: the development server logs what it likes.

const PARTS = ['src', 'sim', 'cli', 'public', 'scripts', 'package.json', 'astro.config.mjs', 'tsconfig.json'];
const LESSON = 'src/content/chapters/04-worker-node/03-container-runtime/index.mdx';
const ROUTE = '/worker-node/container-runtime/';
/** The last sentences of the lesson. */
const SAID = 'The kubelet decides what should run';
/** The first visit to a development server compiles all that the page needs. */
const PATIENCE = { timeout: 120_000 };

/** It compiles the site anew, which takes minutes on a small machine: `npm run test:long` has it. */
test.skip(process.env['COURSE'] !== 'whole', 'part of npm run test:long');

let root = '';
let origin = '';
let server: ChildProcess;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  root = copyOfProject();
  const port = String(await freePort());
  origin = `http://localhost:${port}`;
  server = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await isOpen(server);
});

test.afterAll(async () => {
  const gone = new Promise((done) => server.once('exit', done));
  server.kill('SIGTERM');
  await gone;
  rmSync(root, { recursive: true, force: true });
});

test('an edited lesson comes back at the same beat, and a mistake is told with its line', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto(origin + ROUTE, PATIENCE);
  await page.locator('.stage .tabs').hover();
  await expect(page.locator('.stage.awake')).toBeAttached(PATIENCE);
  const beat = page.locator('[data-beat]').nth(2);
  // On its first visit the server may find that it has more to compile, and load the page again.
  await expect(async () => {
    await beat.click();
    await expect(beat).toHaveAttribute('aria-current', 'step', { timeout: 15_000 });
  }).toPass(PATIENCE);
  await expect(page.getByRole('status').filter({ hasText: 'passes its check' })).toBeVisible(PATIENCE);

  edit(SAID, 'The kubelet, as edited just now, decides what should run');
  await expect(page.getByText('as edited just now')).toBeVisible(PATIENCE);
  await expect(beat).toHaveAttribute('aria-current', 'step', PATIENCE);

  edit('<Stage ', '<Stage veiw="port" ');
  const problems = page.getByRole('list', { name: 'Problems' });
  await expect(problems).toContainText(/index\.mdx:\d+:\d+/, PATIENCE);
  await expect(problems).toContainText('veiw');
  edit('<Stage veiw="port" ', '<Stage ');
});

test('what was done in an exercise becomes its Solution at a button', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto(origin + ROUTE, PATIENCE);
  await page.locator('.stage .tabs').hover();
  await expect(page.locator('.stage.awake')).toBeAttached(PATIENCE);
  const exercise = page.locator('#beacon');
  // On its first visit the server may find that it has more to compile, and load the page again.
  await expect(async () => {
    await page.locator('.stage .tabs').hover();
    await exercise.getByRole('button', { name: 'Start', exact: true }).click({ timeout: 5_000 });
    await expect(page.locator('.banner')).toContainText('Exercise', { timeout: 15_000 });
  }).toPass(PATIENCE);
  await kubectl(page, 'kubectl get pods');
  await kubectl(page, 'kubectl set image deploy/beacon beacon=nginx:1.27');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const text = page.getByRole('textbox', { name: 'Recorded text' });
  await expect(text).toHaveValue(/<Solution>/, PATIENCE);
  await expect(text).toHaveValue(/deploy\/beacon/);
  await page.getByRole('button', { name: 'Put it into the lesson' }).click();
  await expect.poll(() => readFileSync(join(root, LESSON), 'utf8'), PATIENCE).toContain('set image deploy/beacon');
});

function edit(from: string, to: string): void {
  const lesson = join(root, LESSON);
  const text = readFileSync(lesson, 'utf8');
  expect(text).toContain(from);
  writeFileSync(lesson, text.replace(from, to));
}

/** The sources are copied, so that they can be edited; packages are only pointed to, but the cache is the copy's own. */
function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'preview-'));
  for (const part of [...PARTS, 'tooling.env']) cpSync(part, join(copy, part), { recursive: true });
  const packages = join(copy, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync('node_modules')) {
    if (!/^\.(vite|astro)/.test(name)) symlinkSync(resolve('node_modules', name), join(packages, name), 'junction');
  }
  return copy;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function isOpen(server: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let told = '';
    server.stdout?.on('data', (part: Buffer) => {
      told += part.toString();
      if (told.includes('The course is open')) done();
    });
    server.once('exit', () => fail(new Error(`npm start ended: ${told}`)));
  });
}
