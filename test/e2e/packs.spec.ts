import { test as bare, expect as bareExpect, type Page } from '@playwright/test';
import type { PageSpec } from '../../src/session/page.ts';
import { expect, test } from './harness.ts';
import { kubectl, playUntil, start } from './reader.ts';

const CRONJOB = 'kubectl create cronjob tick --image=busybox:1.36 --schedule="*/5 * * * *" -- date';

/** The packs whose files were asked for, by name. */
function packsOf(page: Page): Set<string> {
  const packs = new Set<string>();
  page.on('request', (request) => {
    const name = /\/worker-chunk\.pack-(\w+)\./.exec(request.url())?.[1];
    if (name !== undefined) packs.add(name);
  });
  return packs;
}

test('a page loads the packs that it needs and no others; a command brings what it lacks', async ({ page }) => {
  const packs = packsOf(page);
  await start(page);
  const { packs: needed } = JSON.parse((await page.locator('#page-spec').textContent()) ?? '') as PageSpec;
  const known = [...(needed?.first ?? []), ...(needed?.later ?? [])].sort();
  expect(known.length).toBeGreaterThan(7);
  expect(await kubectl(page, 'kubectl get nodes')).toContain('node-a');
  expect([...packs].sort()).toEqual(known);
  for (const other of ['jobs', 'sets', 'storage', 'autoscaling', 'quota', 'cloud', 'texts']) {
    expect(known).not.toContain(other);
  }
  expect(await kubectl(page, CRONJOB)).toBe('cronjob.batch/tick created');
  expect(packs).toContain('jobs');
  expect(await kubectl(page, 'kubectl get cronjobs')).toContain('*/5 * * * *');
  expect(packs).not.toContain('sets');
  await page.reload();
  await expect(page.locator('.terminal-output')).toContainText('*/5 * * * *', { timeout: 20_000 });
});

bare('a pack that does not come is said, and nothing is lost: it is played on when it comes', async ({ page }) => {
  await start(page);
  bareExpect(await kubectl(page, 'kubectl run lamp --image=nginx:1.27')).toBe('pod/lamp created');
  const pattern = '**/worker-chunk.pack-jobs.*';
  await page.route(pattern, (route) => route.abort());
  const runs = await page.locator('.terminal .run').count();
  await page.locator('.terminal input').fill(CRONJOB);
  await page.locator('.terminal input').press('Enter');
  await bareExpect(page.getByText('A part of the simulator (jobs) did not load.')).toBeVisible();
  await bareExpect(page.locator('.terminal .run')).toHaveCount(runs + 1);
  await page.unroute(pattern);
  const output = page.locator('.terminal-output');
  await playUntil(page, async () => (await output.textContent())?.includes('cronjob.batch/tick created') ?? false);
  bareExpect(await kubectl(page, 'kubectl get pod lamp')).toContain('lamp');
});

bare('a chunk that does not come is said too, and a reload comes back to where the cluster stood', async ({ page }) => {
  await page.route('**/worker-chunk.etcdctl.*', (route) => route.abort());
  await start(page);
  bareExpect(await kubectl(page, 'kubectl run lamp --image=nginx:1.27')).toBe('pod/lamp created');
  await page.locator('.terminal input').fill('etcdctl put tide high');
  await page.locator('.terminal input').press('Enter');
  await bareExpect(page.getByText('A part of the simulator did not load. Nothing is lost')).toBeVisible();
  await page.unroute('**/worker-chunk.etcdctl.*');
  await page.reload();
  await bareExpect(page.locator('.terminal-output')).toContainText('pod/lamp created', { timeout: 20_000 });
  bareExpect(await kubectl(page, 'etcdctl put tide high')).toBe('OK');
});
