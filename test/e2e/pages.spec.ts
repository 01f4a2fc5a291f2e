import type { Page } from '@playwright/test';
import { budgetsKb } from '../../cli/budgets.ts';
import { axe, violations } from './axe.ts';
import { expect, open, test } from './harness.ts';
import { labs, lessons, PLAYGROUND, routes, stages } from './routes.ts';
import { collect, isWorker, weightKb } from './scripts.ts';

// In two workers at once: one alone would still be at it when all other tests are done.
test.describe.configure({ mode: 'parallel' });

test('there are pages to test', () => {
  expect(routes).toContain('/');
  expect(routes).toContain('/404.html');
});

// One visit for all that is asked of every page: a visit costs more than the questions.
for (const route of routes) {
  test(`${route}: axe finds nothing, nothing moves unasked, no sideways scroll, few scripts`, async ({ page }) => {
    const scripts = collect(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, route);
    await expect(page.locator('h1')).toHaveCount(1);
    await expect(page).toHaveTitle(/Kubernetes Architecture/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    for (const width of [320, 360, 768, 1280]) {
      await resize(page, width);
      // What is drawn anew for the width may come a moment later on a busy machine.
      await softly.poll(() => neededWidth(page), { message: `at ${width} px` }).toBeLessThanOrEqual(width);
    }
    expect.soft(await movingParts(page), 'animations').toBe(0);
    await resize(page, 390);
    expect.soft(await violations(axe(page)), 'by day, 390 px').toEqual([]);
    // By night only the colours are others, on a wide screen only the places: the targets may be nearer to each other.
    await resize(page, 1280);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'night');
    await nextFrame(page);
    const changed = axe(page).withRules(CHANGED);
    expect.soft(await violations(changed), 'by night, 1280 px').toEqual([]);
    expect.soft(await weightKb(scripts), 'kB of JavaScript without input').toBeLessThanOrEqual(budgetsKb.idleJs);
    if (!stages.includes(route) || (plain.includes(route) && plain.indexOf(route) % 3 > 0)) return;
    await wake(page);
    await expect.poll(() => [...scripts.keys()].some(isWorker), 'the simulation thread starts').toBe(true);
    // The chart is asked for once the cluster runs: a network that rests before that has not brought it yet.
    if (route === FLEET) await expect(page.locator('.stage .fleet canvas')).toBeVisible();
    await page.waitForLoadState('networkidle');
    const mainThread = new Map([...scripts].filter(([url]) => !isWorker(url)));
    expect(await weightKb(mainThread), 'kB in the main thread, stage awake').toBeLessThanOrEqual(awakeKb(route));
  });
}

/** The lesson with fifty nodes. */
const FLEET = '/beyond/many-ships/';

/** Lessons without a lab: awake they load the same scripts, so every third is weighed. */
const plain = lessons.filter((route) => !labs.includes(route));

function awakeKb(route: string): number {
  if (route === PLAYGROUND) return budgetsKb.awakePlaygroundJs;
  if (route === FLEET) return budgetsKb.awakeFleetJs;
  return labs.includes(route) ? budgetsKb.awakeLabJs : budgetsKb.awakeJs;
}

async function wake(page: Page): Promise<void> {
  const stage = page.locator('.stage').first();
  await stage.scrollIntoViewIfNeeded();
  await stage.hover();
}

const softly = expect.configure({ soft: true });

/** axe's rules about colours and places. */
const CHANGED = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const route of routes) {
    test(`${route} can be read`, async ({ page }) => {
      await page.goto(route);
      await expect(page.locator('h1')).toBeVisible();
      const text = (await page.locator('main').textContent()) ?? '';
      expect(text.length).toBeGreaterThan(100);
      await expect(page.locator('.theme-toggle')).toBeHidden();
    });
  }
});

function neededWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

function movingParts(page: Page): Promise<number> {
  return page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running').length);
}

async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await nextFrame(page);
}

/** The rules for another width or colour hold from the next frame on. */
async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
