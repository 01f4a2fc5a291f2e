import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { budgetsKb } from '../../cli/budgets.ts';
import { expect, open, test } from './harness.ts';

const status = (page: Page) => page.locator('.stage [role=status]');
const caption = (page: Page) => page.locator('.stage .caption');

/** Presses Play and waits until it has ended. */
async function play(page: Page): Promise<void> {
  const button = page.locator('.controls .play');
  await button.click();
  await expect(button).toHaveAccessibleName(/^Play/, { timeout: 30_000 });
}

/** Travel takes no time, so that journeys are quick. */
async function atOnce(page: Page): Promise<void> {
  await page.locator('.stage').hover();
  await page.getByRole('button', { name: 'at once' }).click();
  await expect(page.getByRole('button', { name: 'at once' })).toHaveAttribute('aria-pressed', 'true');
}

test('within a minute the reader sinks a ship and sees the crate made anew elsewhere', async ({ page }) => {
  const start = Date.now();
  await open(page, '/');
  await page.getByRole('button', { name: 'Sink ship B' }).click();
  await expect(status(page)).toContainText('Stopped at step', { timeout: 30_000 });
  await expect(page.locator('[data-id="node/node-b"]')).toHaveAccessibleName(/NotReady.*no power/);
  await play(page);
  await play(page);
  await play(page);
  expect(Date.now() - start).toBeLessThan(60_000);
  await page.getByRole('tab', { name: 'Tables' }).click();
  const pods = page.getByRole('grid').filter({ hasText: 'kubectl get pods -o wide' });
  await expect(pods.locator('tbody tr', { hasText: 'Terminating' })).toHaveCount(1);
  await expect(pods.locator('tbody tr', { hasText: 'Terminating' })).toContainText('node-b');
  await expect(pods.locator('tbody tr', { hasText: /1\/1.*Running/ })).toHaveCount(3);
});

test('the wait is told: a minute until the cluster worries, five until it gives up', async ({ page }) => {
  await open(page, '/');
  await atOnce(page);
  await page.getByRole('button', { name: 'Sink ship B' }).click();
  await expect(status(page)).toContainText('Stopped at step');
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.locator('.log li').first()).toContainText('You cut the power of node-b. Nothing is sent.');
  await page.getByRole('tab', { name: 'Port' }).click();
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(caption(page)).toContainText(/(5 min|29\d s).* later/);
  await expect(page.locator('.ruler .cut')).not.toHaveCount(0);
});

test('undo takes the sinking back, restore brings it again', async ({ page }) => {
  await open(page, '/');
  await atOnce(page);
  await page.getByRole('button', { name: 'Sink ship B' }).click();
  await expect(status(page)).toContainText('Stopped at step');
  const ship = page.locator('[data-id="node/node-b"]');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(ship).toHaveAccessibleName(/node-b.*, Ready/);
  await expect(ship).not.toHaveAccessibleName(/no power/);
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(ship).toHaveAccessibleName(/no power/);
});

test('a reload brings back the same moment', async ({ page }) => {
  await open(page, '/');
  await atOnce(page);
  await page.getByRole('button', { name: 'Sink ship B' }).click();
  await expect(status(page)).toContainText('Stopped at step');
  await play(page);
  const before = { caption: await caption(page).textContent(), clock: await page.locator('.clock').textContent() };
  await page.reload();
  await expect(page.locator('.clock')).toHaveText(before.clock ?? '');
  expect(await caption(page).textContent()).toBe(before.caption);
  await expect(page.getByRole('button', { name: 'at once' })).toHaveAttribute('aria-pressed', 'true');
});

test('every part shows its job, whom it talks to, what it never does and how it is now', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('tab', { name: 'Diagram' }).click();
  const card = page.locator('.partcard');
  // A drawing that is made anew under a resting pointer tells nobody: the hand moves again.
  await expect(async () => {
    await page.mouse.move(2, 2);
    await page.locator('.drawing.wide [data-id="kubelet/node-b"]').hover();
    await expect(card).toContainText('captain of ship B', { timeout: 1000 });
  }).toPass();
  await page.locator('[data-id="kube-scheduler"]').click();
  await page.mouse.move(2, 2);
  await expect(card).toContainText('kube-scheduler');
  for (const row of ['Job', 'Talks to', 'Never', 'Now'])
    await expect(card.getByText(row, { exact: true })).toBeVisible();
  const [cardBox, partBox] = [await card.boundingBox(), await page.locator('[data-id="kube-scheduler"]').boundingBox()];
  expect(overlap(cardBox, partBox)).toBe(0);
  await card.getByRole('button', { name: 'API server' }).click();
  await expect(card).toContainText('radio operator');
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
});

test('the whole journey by keyboard', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Sink ship B' }).focus();
  await page.keyboard.press('Enter');
  await expect(status(page)).toContainText('Stopped at step', { timeout: 30_000 });
  await page.getByRole('tab', { name: 'Port' }).focus();
  await page.keyboard.press('Home');
  await expect(page.locator('.clock')).toContainText('0.000 s');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Timeline' })).toBeFocused();
  await page.keyboard.press('1');
  await expect(page.getByRole('tab', { name: 'Diagram' })).toHaveAttribute('aria-selected', 'true');
  const time = page.getByRole('slider', { name: 'Time' });
  await time.focus();
  await page.keyboard.press('End');
  await expect(time).toHaveAttribute('aria-valuetext', /^[45]\d\.\d+ s, step \d+, /);
  await page.keyboard.press('u');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await page.getByRole('button', { name: 'Break…' }).press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Break something' });
  await drawer.getByRole('button', { name: 'Stop kube-scheduler' }).press('Enter');
  await expect(drawer).toHaveCount(0);
  await expect(page.locator('[data-id="kube-scheduler"]')).toHaveAccessibleName(/stopped/);
});

test('with less motion nothing travels and all arrives', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  const start = Date.now();
  await page.getByRole('button', { name: 'Sink ship B' }).click();
  await expect(status(page)).toContainText('Stopped at step', { timeout: 10_000 });
  // Travelling, the same story takes half a minute.
  expect(Date.now() - start).toBeLessThan(10_000);
});

test('an awake page stays within its budget, and its thread too', async ({ page }) => {
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.url().endsWith('.js') && response.ok()) scripts.set(response.url(), response.body());
  });
  await open(page, '/');
  await atOnce(page);
  await page.getByRole('button', { name: 'Sink ship B' }).click();
  await expect(status(page)).toContainText('Stopped at step');
  const weights = await Promise.all(
    [...scripts].map(async ([url, body]) => ({ url, kb: gzipSync(await body, { level: 9 }).length / 1000 })),
  );
  const sum = (list: typeof weights) => list.reduce((total, { kb }) => total + kb, 0);
  expect(sum(weights.filter(({ url }) => !/\/worker/.test(url)))).toBeLessThanOrEqual(budgetsKb.awakeJs);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the stage stays at the top, the dock under the thumb, and both leave room to read', async ({ page }) => {
    await open(page, '/');
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const stage = await page.locator('.stage').boundingBox();
    const dock = await page.locator('.dock').boundingBox();
    expect(stage?.height ?? 999).toBeLessThanOrEqual(844 * 0.46);
    expect(Math.round((dock?.y ?? 0) + (dock?.height ?? 0))).toBe(844);
    for (const button of await page.locator('.dock button').all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(48);
    }
    await page.locator('.dock .play').tap();
    await expect(status(page)).toContainText('Stopped at step', { timeout: 30_000 });
    await expect(page.locator('.drawing')).toHaveCount(1);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the picture and the whole story are there, and no dead buttons', async ({ page }) => {
    await page.goto('/');
    await expect(page.locator('.drawing svg:visible')).toHaveCount(1);
    await expect(page.locator('.whole-log li').first()).toContainText('You cut the power of node-b');
    expect(await page.locator('.whole-log li').count()).toBeGreaterThan(30);
    await expect(page.locator('.controls')).toBeHidden();
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Box | null, b: Box | null): number {
  if (a === null || b === null) return Number.NaN;
  const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, wide) * Math.max(0, high);
}
