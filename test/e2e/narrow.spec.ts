import type { Page } from '@playwright/test';
import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { start } from './reader.ts';

/**
 * Opens a panel over the page, on a desktop; the window narrows while it is open. The scheduler's tables have tests of
 * their own.
 */
const PANELS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  inside: async (page) => {
    await choose(page, 'kube-scheduler');
    await page.keyboard.press('i');
  },
  way: async (page) => {
    await choose(page, 'kube-proxy/node-a');
    await page.getByRole('button', { name: 'Follow a request…' }).click();
  },
  futures: (page) => page.getByRole('button', { name: 'Two futures' }).click(),
  moment: (page) => page.getByRole('button', { name: 'Link to this moment' }).click(),
  editor: async (page) => {
    await page.locator('.terminal input').fill('kubectl edit node node-a');
    await page.locator('.terminal input').press('Enter');
  },
};

async function choose(page: Page, part: string): Promise<void> {
  await page.locator(`.drawing.wide [data-id="${part}"]`).focus();
  await page.keyboard.press('Enter');
}

for (const [name, openPanel] of Object.entries(PANELS)) {
  test(`the panel ${name} fits 320 px and breaks no rule there`, async ({ page }) => {
    await start(page, '/worker-node/kube-proxy/');
    await openPanel(page);
    const panel = page.locator(`dialog.${name}`);
    await expect(panel.getByRole('heading').first()).toBeVisible({ timeout: 20_000 });
    await page.setViewportSize({ width: 320, height: 700 });
    await expect.poll(() => panel.evaluate((box) => box.scrollWidth - box.clientWidth), name).toBeLessThanOrEqual(0);
    expect(await violations(axe(page).include(`dialog.${name}`))).toEqual([]);
  });
}
