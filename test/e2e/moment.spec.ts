import type { Page } from '@playwright/test';
import { axe } from './axe.ts';
import { expect, open, test } from './harness.ts';
import { editor, kubectl, start, view } from './reader.ts';

const LESSON = '/control-plane/scheduler/';
const KEY = `course:${LESSON}`;

const clock = async (page: Page) => (await page.locator('.clock').textContent()) ?? '';
const banner = (page: Page) => page.locator('.banner.visit');
/** What is kept of the clusters; lines that were typed are remembered whoever's cluster answered them. */
const saved = (page: Page) =>
  page.evaluate((key) => JSON.stringify(JSON.parse(localStorage.getItem(key) ?? '{}').sessions), KEY);

/** Opens the panel and gives the link in it. */
async function linkOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Link to this moment' }).click();
  return page.getByLabel('The link').inputValue();
}

/** Somebody's moment: the tea asks for more, a ship is lost, the log is open and the scheduler is pinned. */
async function share(page: Page): Promise<{ link: string; at: string; printed: string }> {
  await start(page, LESSON);
  const { text } = editor(page, 'tea.yaml');
  await text.fill((await text.inputValue()).replace('250m', '260m'));
  await page.waitForTimeout(500);
  await kubectl(page, 'kubectl apply -f tea.yaml');
  const printed = await kubectl(page, 'kubectl get pods');
  await page.locator('.drawing [data-id="kube-scheduler"]').first().focus();
  await page.keyboard.press('Enter');
  await view(page, 'Log');
  const at = await clock(page);
  return { link: await linkOf(page), at, printed };
}

test('a copied link shows the same moment to somebody else, and leaves their work alone', async ({ page, context }) => {
  test.setTimeout(120_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { link, at, printed } = await share(page);
  expect(link.length - link.indexOf('#'), 'characters of the fragment').toBeLessThan(2000);
  await page.getByRole('button', { name: 'Copy link to this moment' }).press('Enter');
  await expect(page.locator('dialog.moment [role=status]')).toContainText('Copied. The link leads to');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog.moment')).toHaveCount(0);

  const reader = await page.context().browser()?.newContext();
  const other = await (reader ?? context).newPage();
  await start(other, LESSON);
  await kubectl(other, 'kubectl get nodes');
  const mine = await clock(other);
  const kept = await saved(other);
  await other.goto(link);
  await expect(banner(other)).toContainText('You are looking at a shared moment; your own work is kept.', {
    timeout: 20_000,
  });
  await expect(banner(other)).not.toContainText('another version');
  await expect(other.locator('.clock')).toHaveText(at);
  await expect(other.getByRole('tab', { name: 'Log' })).toHaveAttribute('aria-selected', 'true');
  await expect(other.locator('.partcard h2')).toContainText('kube-scheduler');
  await expect(other.locator('.terminal')).toContainText(printed.split('\n')[0] ?? '');
  await expect(editor(other, 'tea.yaml').text).toHaveValue(/260m/);
  await kubectl(other, 'kubectl get pods');
  expect(await saved(other), 'nothing was written down').toBe(kept);

  await banner(other).getByRole('button', { name: 'Back to mine' }).press('Enter');
  await expect(banner(other)).toHaveCount(0);
  await expect(other.locator('.clock')).toHaveText(mine);
  await expect(editor(other, 'tea.yaml').text).toHaveValue(/250m/);
  expect(new URL(other.url()).hash).toBe('');

  await other.goto(link);
  await banner(other).getByRole('button', { name: 'Keep this one' }).click();
  await expect(banner(other)).toContainText('This replaces what you have done');
  await banner(other).getByRole('button', { name: 'Replace it' }).click();
  await expect(banner(other)).toHaveCount(0);
  await other.reload();
  await expect(other.locator('.clock')).toHaveText(at);
  await reader?.close();
});

test('a damaged link is refused with a sentence, and a link from another version says so', async ({ page }) => {
  await start(page, LESSON);
  await kubectl(page, 'kubectl get nodes');
  const kept = await saved(page);
  const mine = await clock(page);
  const link = await linkOf(page);
  await page.keyboard.press('Escape');
  for (const [hash, sentence] of [
    ['#m=zAAAA', 'This link is damaged'],
    ['#m=q00', 'made with another version'],
    [`#m=j${base64('[1,"","0123456789abcdef",5,1,"log","<img src=x onerror=alert(1)>",[]]')}`, 'This link is damaged'],
  ] as const) {
    await page.evaluate((next) => {
      location.hash = next;
    }, hash);
    await expect(page.locator('.banner')).toContainText(sentence);
    await page.locator('.banner').getByRole('button', { name: 'Close' }).click();
    await expect(page.locator('.banner')).toHaveCount(0);
  }
  const older = base64('[1,"","0123456789abcdef",5,1,"diagram","",[]]');
  await page.goto(link.replace(/#.*/, `#m=j${older}`));
  await expect(banner(page)).toContainText('made with another version of the course');
  await banner(page).getByRole('button', { name: 'Back to mine' }).click();
  await expect(page.locator('.clock')).toHaveText(mine);
  expect(await saved(page)).toBe(kept);
});

test('a moment goes into a file and comes out of it', async ({ page }) => {
  await start(page, LESSON);
  await kubectl(page, 'kubectl get nodes');
  const at = await clock(page);
  await linkOf(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  const path = await (await download).path();
  await page.keyboard.press('Escape');
  await page.locator('.controls').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.clock')).not.toHaveText(at);
  await linkOf(page);
  await page.locator('dialog.moment input[type=file]').setInputFiles(path);
  await expect(banner(page)).toContainText('shared moment');
  await expect(page.locator('.clock')).toHaveText(at);
});

for (const theme of ['day', 'night'] as const) {
  for (const width of [1280, 390]) {
    test(`the panel and the banner are accessible at ${width} px, ${theme}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await open(page, `${LESSON}#m=j${base64('[1,"","0123456789abcdef",5,1,"diagram","",[]]')}`, theme);
      await expect(banner(page)).toBeVisible({ timeout: 20_000 });
      if (width < 600) await page.getByRole('button', { name: 'Full screen' }).click();
      await linkOf(page);
      const { violations } = await axe(page).include('dialog.moment').include('.banner').analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    });
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
