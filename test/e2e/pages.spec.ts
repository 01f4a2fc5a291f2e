import { AxeBuilder } from '@axe-core/playwright';
import { expect, open, test } from './harness.ts';
import { routes } from './routes.ts';

const themes = ['day', 'night'] as const;

test('there are pages to test', () => {
  expect(routes).toContain('/');
  expect(routes).toContain('/404.html');
});

for (const route of routes) {
  for (const theme of themes) {
    test(`axe finds nothing on ${route} by ${theme}, wide and narrow`, async ({ page }) => {
      await open(page, route, theme);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${width} px: ${id}: ${nodes.map((n) => n.html).join(' | ')}`);
        expect(found).toEqual([]);
      }
    });
  }

  test(`${route} needs no sideways scroll`, async ({ page }) => {
    await open(page, route);
    for (const width of [320, 360, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(needed, `at ${width} px`).toBeLessThanOrEqual(width);
    }
  });

  test(`${route} has one heading of the first rank, a title and a language`, async ({ page }) => {
    await open(page, route);
    await expect(page.locator('h1')).toHaveCount(1);
    await expect(page).toHaveTitle(/Kubernetes Architecture/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });

  test(`nothing on ${route} moves for a reader who asked for less motion`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(route);
    await page.waitForTimeout(300);
    const moving = await page.evaluate(
      () => document.getAnimations().filter((animation) => animation.playState === 'running').length,
    );
    expect(moving).toBe(0);
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
