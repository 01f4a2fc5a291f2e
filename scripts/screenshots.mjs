// `npm run screenshots`: pictures of the built site for the README, in docs/screenshots, awake and in the middle of
// something. Builds nothing: run `npm run build` first.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { findChromium } from './browser.mjs';

const port = process.env.SITE_PORT ?? '4398';
const folder = 'docs/screenshots';
const sizes = [
  { width: 1280, height: 900, deviceScaleFactor: 1 },
  { width: 390, height: 844, deviceScaleFactor: 2 },
];
/** What is done before each picture is taken. */
const pages = [
  { name: 'front', route: '/', act: loseShip },
  { name: 'chapter', route: '/kubectl-apply/pod/', act: startPods },
];

if (!existsSync('dist/index.html')) throw new Error('There is no built site: run `npm run build` first.');
mkdirSync(folder, { recursive: true });
const astro = ['--env-file=tooling.env', 'node_modules/astro/bin/astro.mjs', 'preview', '--port', port];
const server = spawn(process.execPath, astro, { stdio: 'ignore' });
try {
  await untilUp(`http://localhost:${port}/`, 200);
  const { path } = await findChromium();
  const browser = await chromium.launch(path ? { executablePath: path } : {});
  for (const page of pages) {
    for (const size of sizes) {
      for (const theme of ['day', 'night']) await shoot(browser, page, size, theme);
    }
  }
  await browser.close();
} finally {
  server.kill();
}

async function shoot(browser, { name, route, act }, { width, height, deviceScaleFactor }, theme) {
  const colorScheme = theme === 'night' ? 'dark' : 'light';
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor, colorScheme });
  await page.goto(`http://localhost:${port}${route}`);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.locator('.stage .tabs').hover();
  await page.locator('.stage.awake').waitFor();
  await act(page);
  const path = `${folder}/${name}-${width}-${theme}.png`;
  await page.screenshot({ path });
  await page.close();
  console.log(path);
}

/** Front page: ship B is lost, its crate given up, and the crane of another ship is at work on a new one. */
async function loseShip(page) {
  await speed(page, 'at once');
  await page.locator('[data-do]').first().click();
  await rest(page);
  await stepUntil(page, /(make|start) the container/);
  await page.locator('.stage').evaluate((stage) => stage.scrollIntoView({ block: 'nearest' }));
  await playSlowly(page);
}

/** Chapter: crates are aboard, the first one runs, and the report of another is on its way. */
async function startPods(page) {
  await speed(page, 'at once');
  for (const file of ['deployment.yaml', 'pod.yaml']) {
    await page.locator(`[data-do="kubectl apply -f ${file}"]`).first().click();
    await rest(page);
  }
  await stepUntil(page, /phase Running|is Running/);
  await page.locator('#beat-sandbox').evaluate((beat) => beat.scrollIntoView({ block: 'center' }));
  await playSlowly(page);
}

async function speed(page, label) {
  await press(page.locator('.speeds button', { hasText: label }));
}

/** Presses a button, wherever the page has been scrolled to. */
async function press(button) {
  await button.first().evaluate((element) => element.click());
}

async function stepUntil(page, words) {
  for (let steps = 0; steps < 400; steps++) {
    if (words.test(await page.locator('.caption').textContent())) return;
    await press(page.locator('.controls .button', { hasText: 'Step' }));
    await page.waitForTimeout(120);
  }
  throw new Error(`No step says ${words}.`);
}

/** The picture is taken while a message is about half-way. */
async function playSlowly(page) {
  await speed(page, '1:60');
  await press(page.locator('.controls .play'));
  await page.waitForTimeout(900);
}

async function rest(page) {
  await page.waitForFunction(() => {
    const button = document.querySelector('.controls .play');
    const said = document.querySelector('.stage [role=status]')?.textContent;
    return said !== '' && /^Play/.test(button?.getAttribute('aria-label') ?? '');
  });
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
