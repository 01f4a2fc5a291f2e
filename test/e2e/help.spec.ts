import { readFileSync } from 'node:fs';
import { expect, open, test } from './harness.ts';
import { kubectl, LOST_SHIP, rest, start } from './reader.ts';
import { PLAYGROUND } from './routes.ts';

test('a misconception is replayed in a cluster of its own, to the record that shows how it is', async ({ page }) => {
  await open(page, '/misconceptions/');
  const replay = page.locator('section.replay').filter({ hasText: 'kube-proxy carries the traffic' });
  await page.locator('.stage .tabs').hover();
  await page.getByRole('button', { name: 'at once' }).click();
  await replay.getByRole('button').click();
  await rest(page);
  await expect(page.locator('#stage .caption')).toContainText(/Step \d+/);
  await expect(page.locator('[data-id="kube-proxy/node-a"]').first()).toHaveAccessibleName(/stopped|does not run/);
});

test('who is stuck sees what differs from the solved cluster, and a link to show others', async ({ page }) => {
  await start(page, LOST_SHIP);
  const exercise = page.locator('#drill');
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await exercise.getByRole('button', { name: 'I am stuck' }).click();
  await expect(exercise.locator('.stuck')).toContainText('Beside the solved cluster:', { timeout: 20_000 });
  await expect(exercise.locator('.stuck li').first()).toContainText(/web-\S+: only there/);
  await expect(exercise.getByRole('button', { name: 'Copy a link: I am stuck here' })).toBeVisible();
});

test('what was done on the playground is downloaded as a lesson', async ({ page }) => {
  await start(page, PLAYGROUND);
  await kubectl(page, 'kubectl create namespace berth');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as a lesson' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('recorded-lesson.zip');
  const zip = readFileSync(await download.path(), 'latin1');
  expect(zip).toContain('recorded-lesson/index.mdx');
  expect(zip).toContain('<Do run="kubectl create namespace berth">Step on</Do>');
  expect(zip).toContain('recorded-lesson/scenario.recorded.yaml');
});
