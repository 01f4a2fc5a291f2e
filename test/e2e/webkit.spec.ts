import { readFileSync } from 'node:fs';
import { expect, test } from './harness.ts';
import { hashesAt, keepThreads, untilDeployed } from './threads.ts';
import { type Browser, hasWebKit, WebKit } from './webkit.ts';

const ROUTE = '/beyond/score-plugin/';
const SOLUTION = readFileSync('src/content/chapters/08-beyond/06-score-plugin/solution.ts', 'utf8');
const TESTS = 5;
const INSTANTS = [40, 7, 900, 0, 120];

test('WebKit solves a lab in its sandbox, and has the same fingerprints as Chromium', async ({ page, baseURL }) => {
  if (!hasWebKit) console.warn('SKIPPED: WebKitGTK is not installed (apt install webkit2gtk-driver xvfb).');
  test.skip(!hasWebKit, 'WebKitGTK is not installed');
  test.setTimeout(240_000);
  const here = await solveAndScrub(page, `${baseURL}${ROUTE}`);
  const webkit = await WebKit.open();
  try {
    const there = await solveAndScrub(webkit, `${baseURL}${ROUTE}`);
    expect(there.passed).toBe(TESTS);
    expect(there.isCut, 'the sandbox reaches nothing').toBe(true);
    expect(there.hashes).toEqual(here.hashes);
    expect(new Set(here.hashes.map(String)).size, 'instants differ from each other').toBe(INSTANTS.length);
  } finally {
    await webkit.close();
  }
});

async function solveAndScrub(browser: Browser, url: string) {
  await browser.goto(url);
  await browser.evaluate(keepThreads, 0);
  await browser.evaluate(wake, 0);
  const passed = await browser.evaluate(solve, { program: SOLUTION, tests: TESTS });
  await browser.evaluate(runOnStage, 0);
  await browser.evaluate(untilDeployed, 'lab:planner');
  await browser.evaluate(rest, 0);
  const hashes = await browser.evaluate(hashesAt, { id: 'lab:planner', at: INSTANTS });
  const isCut = await browser.evaluate(isSandboxed, 0);
  return { passed, hashes, isCut };
}

/** Wakes the stage as a pointer does. A busy WebKit says that a page is there before its scripts have run. */
async function wake(): Promise<void> {
  const { threads } = globalThis as unknown as { threads: readonly Worker[] };
  while (threads.length === 0) {
    document.querySelector('.stage .tabs')?.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Writes the program, tests it, and gives how many tests are passed. */
async function solve({ program, tests }: { program: string; tests: number }): Promise<number> {
  const button = (name: string) =>
    [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name);
  const passed = () => document.querySelectorAll('.lab-tests .goal.done').length;
  const until = async (isTrue: () => boolean) => {
    for (let waited = 0; !isTrue() && waited < 100_000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const area = () => document.querySelector<HTMLTextAreaElement>('.lab-editor-plain');
  await until(() => area() !== null && button('Test') !== undefined);
  const plain = area();
  if (plain === null) throw new Error('There is no editor.');
  plain.value = program;
  plain.dispatchEvent(new Event('input', { bubbles: true }));
  button('Test')?.click();
  await until(() => passed() === tests);
  return passed();
}

/** Runs the program on the stage, at once. */
function runOnStage(): void {
  for (const name of ['at once', 'Run on the stage'])
    [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name)?.click();
}

/** Waits until nothing plays any more. */
async function rest(): Promise<void> {
  const play = () => document.querySelector('.controls .play')?.getAttribute('aria-label') ?? '';
  while (!play().startsWith('Play')) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The sandbox's frame is of no origin: the page cannot look into it, nor it into the page. */
async function isSandboxed(): Promise<boolean> {
  const frame = document.querySelector<HTMLIFrameElement>('iframe[sandbox]');
  return frame !== null && frame.contentDocument === null;
}
