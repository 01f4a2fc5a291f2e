import type { Locator, Page } from '@playwright/test';
import { axe } from './axe.ts';
import { expect, open, test } from './harness.ts';
import { kubectl, start, view } from './reader.ts';

const LESSON = '/control-plane/scheduler/';

/** Picks a part of the drawing by keyboard, as a reader without a mouse does. */
async function pick(page: Page, id: string): Promise<void> {
  const part = page.locator(`.drawing [data-id="${id}"]`).first();
  await part.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.partcard')).toBeVisible();
}

/** Goes to the moment when the tea is aboard, or when the steel has been refused: the author's own commands are run. */
async function reach(page: Page, beat: 'aboard' | 'waits'): Promise<void> {
  await page.locator(`[data-beat="${beat}"]`).evaluate((button) => (button as HTMLElement).click());
  await expect(page.locator(`#beat-${beat}`)).toHaveClass(/on/, { timeout: 30_000 });
  await expect(page.locator('.controls .play span')).toHaveText('Play');
}

const panel = (page: Page): Locator => page.locator('dialog.decision');
const row = (page: Page, table: string, node: string): Locator =>
  panel(page).getByRole('region', { name: table }).getByRole('row').filter({ hasText: node });

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await axe(page).include('dialog.decision').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('the tables say who refused a pod and by how much, and who won and why', async ({ page }) => {
  await start(page, LESSON);
  await reach(page, 'aboard');
  await pick(page, 'pod/default/tea');
  await page.getByRole('button', { name: 'Why node-b?' }).click();
  await expect(panel(page)).toContainText('2 of 3 nodes passed the filters. node-b has the highest sum');
  await expect(row(page, 'Filter table', 'node-a')).toContainText('asks 250m cpu, 500m free of 2000m');
  await expect(row(page, 'Filter table', 'node-c')).toContainText('taint dedicated=cranes:NoSchedule, not tolerated');
  const sums = await panel(page).locator('.scores .sum b').allTextContents();
  expect(Number(sums[1])).toBeGreaterThan(Number(sums[0]));
  await expect(row(page, 'Score table', 'node-b')).toContainText('chosen');
  await panel(page).getByRole('button', { name: 'Close' }).click();
  await expect(panel(page)).toHaveCount(0);

  await reach(page, 'waits');
  await pick(page, 'pod/default/steel');
  await page.getByRole('button', { name: 'Why no node?' }).click();
  const message = await panel(page).locator('.summary').textContent();
  await expect(row(page, 'Filter table', 'node-a')).toContainText('asks 1000m cpu, 500m free of 2000m');
  await page.keyboard.press('Escape');
  const printed = await kubectl(page, 'kubectl get pod steel -o jsonpath={.status.conditions[0].message}');
  expect(printed.trim(), 'the condition says the same').toBe(message);
});

test('by keyboard: from the log to the tables of a past decision, to another one, and back', async ({ page }) => {
  await start(page, LESSON);
  await reach(page, 'waits');
  await view(page, 'Log');
  const button = page
    .locator('.log li')
    .filter({ hasText: 'pod/tea' })
    .getByRole('button', { name: /show the tables/ });
  await button.first().focus();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('heading', { name: 'Why node-b for tea' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button.first(), 'the focus is back').toBeFocused();

  await view(page, 'Diagram');
  const clock = await page.locator('.clock').textContent();
  await pick(page, 'kube-scheduler');
  await page.getByRole('button', { name: 'Its decisions' }).press('Enter');
  await expect(panel(page).getByRole('heading', { name: 'Why no node for steel' })).toBeVisible();
  await panel(page).getByLabel('Decision').selectOption({ index: 0 });
  await expect(panel(page).getByRole('heading', { name: 'Why node-b for tea' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.clock'), 'the present is as it was').toHaveText(clock ?? '');
});

test('pods that waited before the page began are explained too', async ({ page }) => {
  await start(page, LESSON);
  await page.locator('#no-ship').getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('.banner')).toContainText('Exercise');
  await page.locator('.drawing [data-id^="pod/default/api-"]').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Why no node?' }).click();
  await expect(panel(page)).toContainText('before the clock of this page begins');
  await expect(row(page, 'Filter table', 'node-a')).toContainText('asks 500000m cpu');
});

for (const theme of ['day', 'night'] as const) {
  for (const width of [1280, 320]) {
    test(`the tables are accessible and fit at ${width} px, ${theme}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await open(page, LESSON, theme);
      await page.locator('.stage .tabs').hover();
      await expect(page.locator('.stage')).toHaveClass(/awake/);
      await reach(page, 'aboard');
      await pick(page, 'kube-scheduler');
      await page.getByRole('button', { name: 'Its decisions' }).press('Enter');
      await expect(panel(page)).toContainText('passed the filters', { timeout: 20_000 });
      await expectAccessible(page);
      const isWider = await panel(page).evaluate((dialog) => dialog.scrollWidth > dialog.clientWidth);
      expect(isWider, 'the panel scrolls sideways').toBe(false);
    });
  }
}
