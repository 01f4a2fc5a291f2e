// What the stage costs the main thread, read from a trace of Chromium over the built site: script per frame while time
// is dragged over ten minutes, the longest task while it plays on a machine four times slower, and how many elements
// its drawings have. Part of `npm run frames`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const PORT = process.env.SITE_PORT ?? '4397';
const LESSON = `http://localhost:${PORT}/kubectl-apply/lost-ship/`;
/** The history that is dragged over, in virtual minutes. */
const MINUTES = 10;
const SCRIPT = ['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'EventDispatch', 'FireAnimationFrame', 'TimerFire'];
const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata'];
const results = [];

if (!existsSync(`${root}/dist/index.html`)) {
  console.error('There is no built site: run `npm run build` first.');
  process.exit(1);
}
const server = spawn(process.execPath, ['scripts/preview.mjs', '--port', PORT], { cwd: root, stdio: 'ignore' });
try {
  await reachable(LESSON);
  const { path } = await findChromium();
  const browser = await chromium.launch(path ? { executablePath: path } : {});
  await dragged(await opened(browser));
  await played(await opened(browser));
  await browser.close();
} finally {
  server.kill();
}
process.exitCode = results.every(Boolean) ? 0 : 1;

/** Time is dragged from its end to its beginning and back, one move of the hand a frame. */
async function dragged(page) {
  await page.getByRole('button', { name: 'at once' }).click();
  // The author's story is one ship long; another takes as long again.
  await playOn(page, 5);
  await page.getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name: 'Cut the power of node-a' }).click();
  await playOn(page, MINUTES);
  const minutes = await minutesOf(page);
  const elements = [];
  for (const view of ['Timeline', 'Port', 'Diagram']) {
    await page.locator('.stage').getByRole('tab', { name: view, exact: true }).click();
    await page.waitForTimeout(500);
    elements.push(await page.locator('.stage svg, .stage svg *').count());
  }
  const ruler = page.getByRole('slider', { name: 'Time' });
  const { x, y, width, height } = await ruler.boundingBox();
  const events = await traced(page, async () => {
    await page.mouse.move(x + width - 2, y + height / 2);
    await page.mouse.down();
    for (const share of [...shares(120)].reverse().concat(shares(120))) {
      await page.mouse.move(x + 2 + share * (width - 4), y + height / 2);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await page.mouse.up();
  });
  const frames = scriptPerFrame(events);
  const line = `dragging time over ${minutes.toFixed(0)} min: ${at(frames, 0.5)} ms of script a frame, 95th percentile`;
  report(`${line} ${at(frames, 0.95)} ms, ${frames.length} frames`, at(frames, 0.95), 8, 'ms');
  report(`SVG elements of the stage: ${elements.join(', ')} (Timeline, Port, Diagram)`, Math.max(...elements), 900, '');
}

async function playOn(page, minutes) {
  for (let plays = 0; plays < 30; plays++) {
    await page.waitForFunction(() => document.querySelector('.controls .play')?.ariaLabel?.startsWith('Play'));
    if ((await minutesOf(page)) >= minutes) return;
    await page.locator('.controls .play').press('Enter');
    await page.waitForTimeout(100);
  }
  throw new Error(`The story is ${await minutesOf(page)} minutes long, not ${minutes}.`);
}

/** The story begins anew, and plays at the reader's usual speed. */
async function played(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const events = await traced(page, async () => {
    await page.locator('.controls .play').press('Enter');
    await page.waitForTimeout(15_000);
  });
  const tasks = mainThread(events).filter(({ name, dur }) => name === 'RunTask' && dur > 0);
  const longest = Math.max(...tasks.map(({ dur }) => dur)) / 1000;
  report(`longest task while it plays, 4× slower: ${longest.toFixed(1)} ms`, longest, 50, 'ms');
}

async function opened(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(LESSON);
  await page.locator('.stage .tabs').hover();
  await page.locator('.controls .play').waitFor();
  await page.waitForTimeout(1500);
  return page;
}

async function minutesOf(page) {
  return Number(/(\d+) min/.exec(await page.locator('.clock').textContent())?.[1] ?? 0);
}

async function traced(page, work) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const done = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve));
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  await work();
  await client.send('Tracing.end');
  await done;
  return events;
}

/** The complete events of the page's main thread, in order. */
function mainThread(events) {
  const named = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const busiest = named
    .map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid))
    .sort((a, b) => b.length - a.length)[0];
  return (busiest ?? []).filter(({ ph }) => ph === 'X' || ph === 'I').sort((a, b) => a.ts - b.ts);
}

/** For each frame that ran any script: its milliseconds. Script inside of script counts once. */
function scriptPerFrame(events) {
  const frames = [];
  let end = 0;
  let sum = 0;
  for (const { name, ts, dur = 0 } of mainThread(events)) {
    if (name === 'FireAnimationFrame' && ts >= end) {
      if (sum > 0) frames.push(sum / 1000);
      sum = 0;
    }
    if (SCRIPT.includes(name)) {
      sum += Math.max(0, ts + dur - Math.max(ts, end));
      end = Math.max(end, ts + dur);
    }
  }
  if (frames.length === 0) throw new Error('The trace has no frames with script.');
  return frames.sort((a, b) => a - b);
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
}

function report(line, value, budget, unit) {
  const isOver = Number(value) > budget;
  results.push(!isOver);
  console.log(`${line} (budget ${budget}${unit && ` ${unit}`})${isOver ? '  OVER BUDGET' : ''}`);
}

function shares(count) {
  return Array.from({ length: count }, (_, index) => index / (count - 1));
}

async function reachable(url) {
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(url).catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing answers at ${url}.`);
}
