import type { Page } from '@playwright/test';
import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { start } from './reader.ts';

const LESSON = '/kubectl-apply/lost-ship/';
const panel = (page: Page) => page.locator('dialog.futures');
const cells = (page: Page, table: string) =>
  panel(page).getByLabel(`What differs: ${table}`).locator('tbody tr').first().locator('th, td').allTextContents();

async function open(page: Page): Promise<string> {
  await start(page, LESSON);
  const clock = (await page.locator('.stage .clock').textContent()) ?? '';
  await page.getByRole('button', { name: 'Two futures' }).click();
  return clock;
}

/** Goes to the end of both. */
async function toEnd(page: Page): Promise<void> {
  await panel(page).getByLabel('Instant').press('End');
  await expect(panel(page).getByRole('button', { name: 'One step on' })).toBeDisabled();
}

test('two futures part at a command, are compared at any instant, and leave the cluster alone', async ({ page }) => {
  const clock = await open(page);
  await panel(page).getByRole('button', { name: 'two more of shop' }).press('Enter');
  await panel(page).getByLabel('What is done').press('Enter');
  await expect(panel(page).locator('.summary')).toContainText('They part at once.');
  await toEnd(page);
  await expect(panel(page).locator('.summary')).toContainText('At 1 min 0.0 s,');
  expect(await cells(page, 'Deployments')).toEqual(['shop', 'READY', '3/3', '5/5']);
  await expect(panel(page).locator('pre')).toHaveText('deployment.apps/shop scaled');
  await panel(page).getByRole('button', { name: 'One step back' }).press('Enter');
  await expect(panel(page).locator('.summary')).not.toContainText('At 1 min 0.0 s,');
  expect(await violations(axe(page).include('dialog.futures'))).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(page.locator('.stage .clock')).toHaveText(clock);
  await expect(page.locator('.controls').getByRole('button', { name: 'Undo' })).toBeDisabled();
});

test('a setting makes them two from the start; what is none is refused in words', async ({ page }) => {
  await open(page);
  await panel(page).getByLabel('The difference').selectOption('members');
  await panel(page).getByLabel('What it is').fill('4');
  await panel(page).getByRole('button', { name: 'Run both' }).click();
  await expect(panel(page).locator('.said')).toHaveText('“4” does not do for “Members of etcd”: write 1, 3 or 5.');
  await panel(page).getByLabel('What it is').fill('3');
  await panel(page).getByRole('button', { name: 'Run both' }).click();
  await expect(panel(page).getByRole('heading', { name: 'Members of etcd: 3' })).toBeVisible();
  await panel(page).getByLabel('The difference').selectOption('line');
  await panel(page).getByLabel('What is done').fill('kill node/none');
  await panel(page).getByRole('button', { name: 'Run both' }).click();
  await expect(panel(page).locator('.said')).toContainText('none');
});
