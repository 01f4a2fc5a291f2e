import type { Page } from '@playwright/test';
import { axe } from './axe.ts';
import { expect, open, test } from './harness.ts';
import { kubectl, LESSON, playUntil, start, tabTo, view } from './reader.ts';

const panel = (page: Page) => page.getByRole('dialog', { name: /^Why\?/ });
const links = (page: Page) => panel(page).locator('.why-link');
const cell = (page: Page, column: string) =>
  page.locator(`.tables td[data-why="cell pod/default/web ${column}"]`).first();

/** The lesson with a pod that has come to run, and its tables. */
async function running(page: Page): Promise<void> {
  await start(page);
  await kubectl(page, 'kubectl run web --image=nginx:1.27');
  await view(page, 'Tables');
  const pods = page.locator('.tables table').first();
  await playUntil(page, async () => /Running/.test((await pods.textContent()) ?? ''));
}

test('a cell tells why it is so; a link shows its moment; the way back is there', async ({ page }) => {
  await running(page);
  const before = await page.locator('.clock').textContent();
  await cell(page, 'NODE').click();
  await expect(panel(page)).toBeFocused();
  await expect(panel(page).locator('.why-value')).toHaveText(/^node-/);
  await expect(links(page).last()).toContainText('You run: kubectl run web');
  await expect(links(page).filter({ hasText: 'is best with' })).toHaveCount(1);

  const folded = panel(page).locator('.why-folded button');
  const [count, shown] = [await folded.count(), await links(page).count()];
  await folded.first().click();
  await expect(folded).toHaveCount(count - 1);
  expect(await links(page).count()).toBeGreaterThan(shown);

  const decision = links(page).filter({ hasText: 'is best with' }).locator('button');
  const when = await decision.textContent();
  await decision.click();
  await expect(page.locator('.clock')).toContainText(when ?? '-');
  await expect(decision).toHaveAttribute('aria-current', 'step');
  await panel(page)
    .getByRole('button', { name: /^Back to where you were/ })
    .click();
  await expect(page.locator('.clock')).toHaveText(before ?? '');

  await panel(page).getByRole('button', { name: 'Ask another field of it' }).click();
  await panel(page)
    .getByRole('button', { name: /^phase/ })
    .click();
  await expect(panel(page).locator('.why-value')).toHaveText('Running');
  await expect(panel(page)).toContainText('(StartContainer)');
});

test('by keyboard alone: to a cell, its answer, and back', async ({ page }) => {
  await running(page);
  await tabTo(page, cell(page, 'NAME'));
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
  await expect(cell(page, 'STATUS')).toBeFocused();
  await page.keyboard.press('?');
  await expect(panel(page)).toBeFocused();
  await expect(links(page).first()).toContainText('into etcd: revision');
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(cell(page, 'STATUS')).toBeFocused();
});

test('an answer goes when its history does, and the focus stays where the reader acts', async ({ page }) => {
  await running(page);
  const ask = async () => {
    await cell(page, 'STATUS').click();
    await expect(links(page).first()).toBeVisible();
  };
  await ask();
  await page.locator('.stage .controls').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(panel(page)).toHaveCount(0);
  await page.locator('.stage .controls').getByRole('button', { name: 'Restore', exact: true }).click();
  await ask();
  await links(page).last().locator('button').first().click();
  await expect(panel(page)).toBeVisible();
  // The way back leads to the first line: what was typed after it has not been typed yet.
  await expect(page.locator('.terminal .run')).toHaveCount(1);
  await kubectl(page, 'kubectl get nodes');
  await expect(panel(page)).toHaveCount(0);
});

test('a printed line, a crate and a step of the log can be asked', async ({ page }) => {
  await running(page);
  await kubectl(page, 'kubectl get pods');
  await tabTo(page, page.locator('.terminal-output'));
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('?');
  await expect(panel(page)).toContainText('The line shows pod/web as it was at revision');
  await page.keyboard.press('Escape');
  await expect(page.locator('.terminal .printed').last()).toBeFocused();

  await view(page, 'Diagram');
  await page.locator('.drawing [data-id="pod/default/web"]').focus();
  await page.keyboard.press('?');
  await expect(panel(page)).toContainText('The place of pod/web');
  await page.keyboard.press('Escape');

  await view(page, 'Log');
  await page.locator('.log li').first().locator('span').first().click();
  await expect(panel(page)).toContainText('You run: kubectl run web');
});

for (const [width, height] of [
  [1280, 900],
  [390, 844],
] as const) {
  test(`the panel fits ${width} px, leaves the stage in sight and breaks no rule`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await open(page, LESSON);
    await page.locator('.stage .tabs').hover();
    await view(page, 'Tables');
    const status = page.locator('.tables td[data-why$=" STATUS"]').first();
    await status.click();
    await expect(panel(page)).toContainText('It has been so since the cluster was set up.');
    await panel(page).getByRole('button', { name: 'Ask another field of it' }).click();
    await expect(panel(page).locator('.why-more').first()).toBeVisible();
    for (const theme of ['day', 'night'] as const) {
      await page.emulateMedia({ colorScheme: theme === 'night' ? 'dark' : 'light' });
      const { violations } = await axe(page).include('#why').include('.tables').analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        theme,
      ).toEqual([]);
    }
    const box = await panel(page).boundingBox();
    expect(box?.width).toBeLessThanOrEqual(width);
    if (width < 600) expect(box?.height).toBeLessThan(height * 0.6);
    else expect(box?.width).toBeLessThanOrEqual(((await page.locator('#stage').boundingBox())?.x ?? 0) + 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
