import type { Locator, Page } from '@playwright/test';
import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { start } from './reader.ts';
import { PLAYGROUND } from './routes.ts';

const panel = (page: Page): Locator => page.locator('dialog.inside');
const part = (page: Page, name: string): Locator => panel(page).getByRole('region', { name, exact: true });
const clock = (page: Page): Locator => panel(page).locator('.clock');

/** axe over the panel or the stage, by day and by night. */
async function expectAccessible(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(axe(page).include(where)), colorScheme).toEqual([]);
  }
}

test('a component is opened by keyboard, stays open as time goes on and back, and leads to the next', async ({
  page,
}) => {
  await start(page, '/control-plane/scheduler/');
  await page.locator('.drawing [data-id="kube-scheduler"]').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('i');
  await expect(panel(page).getByRole('heading', { name: 'Inside kube-scheduler' })).toBeVisible();
  await expect(part(page, 'The decision in hand')).not.toContainText('default/tea');
  const before = await clock(page).textContent();
  await panel(page).getByRole('button', { name: 'Play' }).click();
  await expect(part(page, 'The decision in hand')).toContainText('default/tea', { timeout: 20_000 });
  await expect(clock(page)).not.toHaveText(before ?? '');
  const next = panel(page).getByRole('button', { name: 'Next message' });
  await expect(async () => {
    await next.click();
    await expect(part(page, 'The decision in hand')).toContainText('default/tea: node-b', { timeout: 150 });
  }).toPass({ timeout: 20_000, intervals: [0] });
  await expect(panel(page).locator('.step')).toContainText(/From .* to .*\./);
  await panel(page).getByLabel('Look inside').selectOption({ label: 'kube-apiserver' });
  await expect(panel(page).getByRole('heading', { name: 'Inside kube-apiserver' })).toBeVisible();
  const stages = part(page, 'The handler chain').locator('details').first().locator('.stages li');
  await expect(stages).toHaveCount(9);
  await expectAccessible(page, 'dialog.inside');
  await panel(page).getByLabel('Look inside').selectOption({ label: 'kubectl' });
  await expect(part(page, 'Commands').getByRole('row')).toContainText([/Line/, /kubectl apply/]);
  await panel(page).getByLabel('Look inside').selectOption({ label: 'etcd' });
  await expect(
    part(page, 'The Raft log')
      .getByRole('row', { name: /put \/registry\/pods\/default\/tea/ })
      .first(),
  ).toContainText('applied');
  await panel(page).getByLabel('Look inside').selectOption({ label: 'node-b' });
  await panel(page).getByRole('button', { name: 'Play' }).click();
  const worker = part(page, 'kubelet’s pod workers').getByRole('row', { name: /default\/tea/ });
  await expect(worker).toBeVisible({ timeout: 20_000 });
  await expect(panel(page).getByRole('button', { name: 'Play' })).toBeVisible({ timeout: 20_000 });
  const late = await clock(page).textContent();
  await panel(page).getByRole('button', { name: 'One step back' }).click();
  await expect(clock(page)).not.toHaveText(late ?? '');
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(page.locator('.partcard').getByRole('button', { name: 'Look inside…' })).toBeVisible();
});

test('sliders recolour the scheduler’s table, and put nothing else right or wrong', async ({ page }) => {
  await start(page, '/control-plane/scheduler/');
  await page.locator('[data-beat="aboard"]').evaluate((button) => (button as HTMLElement).click());
  await expect(page.locator('#beat-aboard')).toHaveClass(/on/, { timeout: 30_000 });
  await page.locator('.drawing [data-id="kube-scheduler"]').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Its decisions' }).click();
  const table = page.getByRole('region', { name: 'Score table' });
  await expect(table.locator('tr.chosen')).toContainText('node-b', { timeout: 20_000 });
  for (const slider of await table.getByRole('slider').all()) await slider.fill('0');
  await expect(page.locator('.reweighed')).toHaveText('With these weights node-a and node-b would be equal, 0 each.');
  await expect(table.locator('tr.chosen')).toHaveCount(2);
  await expectAccessible(page, 'dialog.decision');
  await page.getByRole('button', { name: 'The weights as they are' }).click();
  await expect(table.locator('tr.chosen')).toHaveCount(1);
});

test('a fleet is a chart, and words; a ship of it is found by keyboard and opened', async ({ page }) => {
  await start(page, PLAYGROUND);
  await page.getByLabel('How many').fill('30');
  await page.getByRole('button', { name: 'Make this cluster' }).click();
  const fleet = page.getByRole('region', { name: 'The fleet' });
  await expect(fleet.locator('.fleet-words')).toContainText('30 nodes: 30 Ready. 2 pods on them: 2 running.', {
    timeout: 20_000,
  });
  await page.getByRole('listbox').focus();
  await page.keyboard.press('PageDown');
  await expect(fleet.getByRole('option')).toHaveText('node-2, zone-b: Ready, 1 pod: 1 running');
  await expect(fleet.locator('.fleet-now')).toHaveText('node-2, zone-b: Ready, 1 pod: 1 running');
  await fleet.getByText('The same in words').click();
  await expect(fleet.getByRole('row', { name: /^zone-c/ })).toContainText('10');
  await expectAccessible(page, '.fleet');
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('heading', { name: 'Inside node-2' })).toBeVisible();
});
