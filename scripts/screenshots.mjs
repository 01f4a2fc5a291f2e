// `npm run screenshots`: pictures of the built site for the README, in docs/screenshots.
// Builds nothing: run `npm run build` first.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { findChromium } from './browser.mjs';

const port = 4398;
const folder = 'docs/screenshots';
const sizes = [
  { width: 1280, height: 900, deviceScaleFactor: 1 },
  { width: 390, height: 844, deviceScaleFactor: 2 },
];

if (!existsSync('dist/index.html')) throw new Error('There is no built site: run `npm run build` first.');
mkdirSync(folder, { recursive: true });
const astro = ['--env-file=tooling.env', 'node_modules/astro/bin/astro.mjs', 'preview', '--port', String(port)];
const server = spawn(process.execPath, astro, { stdio: 'ignore' });
try {
  await untilUp(`http://localhost:${port}/`, 100);
  const { path } = await findChromium();
  const browser = await chromium.launch(path ? { executablePath: path } : {});
  for (const [name, route] of pages()) {
    for (const size of sizes) {
      for (const theme of ['day', 'night']) await shoot(browser, name, route, size, theme);
    }
  }
  await browser.close();
} finally {
  server.kill();
}

function pages() {
  const lesson = existsSync('dist/kubectl-apply/pod/index.html') ? '/kubectl-apply/pod/' : lessonRoutes('dist', '/')[0];
  return lesson
    ? [
        ['front', '/'],
        ['chapter', lesson],
      ]
    : [['front', '/']];
}

async function shoot(browser, name, route, { width, height, deviceScaleFactor }, theme) {
  const colorScheme = theme === 'night' ? 'dark' : 'light';
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor, colorScheme });
  await page.goto(`http://localhost:${port}${route}`);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const path = `${folder}/${name}-${width}-${theme}.png`;
  await page.screenshot({ path });
  await page.close();
  console.log(path);
}

function lessonRoutes(directory, address) {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isDirectory()) return lessonRoutes(`${directory}/${entry.name}`, `${address}${entry.name}/`);
      return entry.name === 'index.html' && address !== '/' ? [address] : [];
    })
    .sort();
}

async function untilUp(address, tries) {
  const isUp = await fetch(address).then(
    () => true,
    () => false,
  );
  if (isUp) return;
  if (tries === 0) throw new Error(`${address} does not answer.`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await untilUp(address, tries - 1);
}
