import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { start } from './reader.ts';

test('a request is followed from its name through rules and wires to the pod that answers', async ({ page }) => {
  await start(page, '/worker-node/kube-proxy/');
  await page.locator('.drawing [data-id="kube-proxy/node-a"]').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Follow a request…' }).press('Enter');
  const panel = page.locator('dialog.way');
  await panel.getByLabel('From the pod').selectOption('default/truck');
  await panel.getByLabel('To a name').fill('berths');
  await panel.getByRole('button', { name: 'Send it' }).press('Enter');
  await expect(panel.getByRole('status')).toContainText('“berths” is no place to send a request to');
  await panel.getByLabel('To a name').fill('berths:80');
  await panel.getByLabel('To a name').press('Enter');
  await expect(panel.getByRole('status')).toHaveText(
    /^The request from truck to berths:80 was answered by berth-\S+ after \d+ ms\.$/,
  );
  await expect(panel.locator('.stations li').first()).toContainText('10.96.0.80');
  await expect(panel.getByLabel('Rules met on node-a')).toContainText('-j DNAT --to-destination 10.244.');
  const shares = await panel.locator('.stream tbody td:nth-child(2)').allTextContents();
  expect(shares.map(Number).reduce((sum, count) => sum + count, 0)).toBe(100);
  expect(await violations(axe(page).include('dialog.way'))).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.locator('.stage .clock')).toHaveText(/0\.000 s/);
});
