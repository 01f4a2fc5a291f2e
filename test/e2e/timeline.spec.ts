import type { Page } from '@playwright/test';
import { axe } from './axe.ts';
import { expect, open, test } from './harness.ts';
import { LESSON, LOST_SHIP, rest, start, view } from './reader.ts';

/** The Timeline after the first pod runs, or at another beat: opened by its tab, with its chunk. */
async function timeline(page: Page, beat = 'running', lesson = LESSON): Promise<void> {
  await start(page, lesson);
  await page.locator(`[data-beat="${beat}"]`).click();
  await rest(page);
  await view(page, 'Timeline');
  await expect(page.locator('.timeline .told').first()).toBeAttached();
}

const told = (page: Page, number: number) => page.locator(`.timeline .told[data-step="${number}"]`);

test('lanes, work and arrows come in a chunk of their own when the view is opened', async ({ page }) => {
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  await start(page);
  expect(scripts.filter((url) => /timeline.*\.js/i.test(url))).toEqual([]);
  await view(page, 'Timeline');
  await expect(page.locator('.timeline .name')).toHaveCount(8);
  expect(scripts.filter((url) => /timeline.*\.js/i.test(url))).toHaveLength(2);
  await page.locator('[data-beat="running"]').click();
  await rest(page);
  await expect(page.locator('.timeline .name', { hasText: 'containerd a' })).toBeVisible();
  await expect(page.locator('.timeline .work', { hasText: /start web/ }).first()).toBeAttached();
  await expect(page.locator('.axis .long', { hasText: /^\d+ s$/ }).first()).toBeAttached();
  const elements = await page.locator('.stage svg *').count();
  expect(elements).toBeLessThanOrEqual(900);
});

test('a step that is chosen is the same in the log, and its time leads there', async ({ page }) => {
  await timeline(page);
  await told(page, 30).focus();
  await page.keyboard.press('Enter');
  const foot = page.locator('.timeline .foot');
  await expect(foot).toContainText('Step 30');
  await expect(told(page, 30)).toHaveAttribute('aria-pressed', 'true');
  const sentence = (await foot.locator('p').last().textContent()) ?? '';
  await view(page, 'Log');
  await expect(page.locator('.log li.on')).toContainText(sentence.trim());
  await view(page, 'Timeline');
  await expect(foot).toContainText('Step 30');
  const link = foot.getByRole('button', { name: /^Go to / });
  const time = (await link.textContent()) ?? '';
  await link.click();
  await expect(page.locator('.clock')).toContainText(time);
  await page.keyboard.press('Escape');
  await expect(foot).not.toContainText('Step 30');
});

test('keys lead along a lane and along causes and effects', async ({ page }) => {
  await timeline(page, 'heard');
  await told(page, 4).focus();
  await page.keyboard.press('ArrowDown');
  const effect = page.locator('.timeline .told:focus');
  await expect(effect).toHaveAccessibleName(/API server/);
  await page.keyboard.press('ArrowUp');
  await expect(told(page, 4)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(told(page, 2)).toBeFocused();
  await expect(page.locator('.clock')).not.toHaveText(/ 0\.000 s/);
});

test('a lane chooses its process, and the choice stays in the diagram', async ({ page }) => {
  await timeline(page, 'bind');
  await page.locator('.timeline .name', { hasText: 'scheduler' }).click();
  await expect(page.locator('.partcard')).toContainText('kube-scheduler');
  await view(page, 'Diagram');
  await expect(page.locator('.drawing [data-id="kube-scheduler"]')).toHaveAttribute('aria-pressed', 'true');
});

test('going back leaves what is known in its place, as ahead', async ({ page }) => {
  await timeline(page, 'heard');
  const known = await page.locator('.timeline .told').count();
  await page.locator('[data-beat="post"]').click();
  await expect(page.locator('#beat-post')).toHaveClass(/on/);
  await expect(page.locator('.timeline .told.ahead').first()).toBeAttached();
  await expect(page.locator('.timeline .told')).toHaveCount(known);
});

test('a ship without power and messages that are lost have a shape and a word', async ({ page }) => {
  await timeline(page, 'unrouted', LOST_SHIP);
  await expect(page.locator('.timeline .outage')).toContainText('no power');
  await expect(page.locator('.timeline .cross').first()).toBeAttached();
  await expect(page.locator('.timeline text', { hasText: 'nobody there' }).first()).toBeAttached();
  await expect(page.locator('.timeline .name.down').first()).toHaveAccessibleName(/kubelet b, on node-b.*no power/);
});

for (const theme of ['day', 'night'] as const) {
  for (const width of [1280, 390]) {
    test(`axe finds nothing in the timeline by ${theme} at ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await open(page, LESSON, theme);
      await page.locator('.stage .tabs').hover();
      await page.locator('[data-beat="post"]').click();
      await view(page, 'Timeline');
      await expect(page.locator('.timeline .told').first()).toBeAttached({ timeout: 20_000 });
      const { violations } = await axe(page).include('.timeline').analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
      expect(found).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}
