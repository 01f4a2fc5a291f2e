import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, test } from './harness.ts';
import { routes } from './routes.ts';

test('there are pages to test', () => {
  expect(routes).toContain('/');
  expect(routes).toContain('/404.html');
});

// One visit for all that is asked of every page: a visit costs more than the questions.
for (const route of routes) {
  test(`${route}: axe finds nothing, nothing moves unasked, no sideways scroll`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, route);
    await expect(page.locator('h1')).toHaveCount(1);
    await expect(page).toHaveTitle(/Kubernetes Architecture/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    for (const width of [320, 360, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await nextFrame(page);
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(needed, `at ${width} px`).toBeLessThanOrEqual(width);
    }
    expect.soft(await movingParts(page), 'animations').toBe(0);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect.soft(await violations(new AxeBuilder({ page })), `by day, ${width} px`).toEqual([]);
    }
    // By night only the colours are others.
    await page.emulateMedia({ colorScheme: 'dark' });
    await nextFrame(page);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const colours = new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']);
      expect.soft(await violations(colours), `by night, ${width} px`).toEqual([]);
    }
  });
}

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

async function violations(axe: AxeBuilder): Promise<readonly string[]> {
  const found = await axe.analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

function movingParts(page: Page): Promise<number> {
  return page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running').length);
}

/** The rules for another width or colour hold from the next frame on. */
async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
