import type { Page } from '@playwright/test';
import { expect, open, test } from './harness.ts';
import { LESSON, LOST_SHIP } from './reader.ts';

/** Opens the lesson with its stage awake, and without travel so that journeys are quick. */
async function start(page: Page, route = LESSON): Promise<void> {
  await open(page, route);
  await page.locator('.stage .tabs').hover();
  await page.getByRole('button', { name: 'at once' }).click();
  await expect(page.getByRole('button', { name: 'at once' })).toHaveAttribute('aria-pressed', 'true');
}

const rest = (page: Page) => expect(page.locator('.stage [role=status]')).not.toBeEmpty({ timeout: 20_000 });

/** Plays until nothing that the author planned is waited for, or the table says what is expected. */
async function playUntil(page: Page, row: RegExp): Promise<void> {
  const play = page.locator('.controls .play');
  const pods = page.locator('.tables table').first();
  for (let plays = 0; plays < 30 && !row.test((await pods.textContent()) ?? ''); plays++) {
    await play.click();
    await expect(play).toHaveAccessibleName(/^Play/, { timeout: 20_000 });
  }
  await expect(pods).toContainText(row);
}

test('a manifest applied from the editor becomes a running pod', async ({ page }) => {
  await start(page);
  await page.locator('.manifest').first().getByRole('button', { name: 'Apply', exact: true }).click();
  await rest(page);
  await expect(page.locator('.terminal')).toContainText('pod/web created');
  await page.locator('.stage').getByRole('tab', { name: 'Tables' }).click();
  await playUntil(page, /web.*1\/1.*Running/);
});

test('an exercise has a cluster of its own, its goals tick, and the way back is marked', async ({ page }) => {
  await start(page, LOST_SHIP);
  const exercise = page.locator('#drill');
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('.banner')).toContainText('Exercise');
  await page.getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name: 'Cut the power of node-b' }).click();
  await expect(exercise.locator('.goals li').first()).toContainText('done', { timeout: 20_000 });
  await expect(exercise.locator('.goals li').nth(2)).toContainText('not yet');
  await page.locator('.banner').getByRole('button').click();
  await expect(page.locator('.banner')).toHaveCount(0);
  await expect(page.locator('[data-id="node/node-b"]')).not.toHaveAccessibleName(/no power/);
});

test('a number in the text brings the stage to its moment, and the text marks it', async ({ page }) => {
  await start(page);
  await page.locator('[data-beat="bind"]').click();
  await rest(page);
  await expect(page.locator('#beat-bind')).toHaveClass(/on/);
  await expect(page.locator('#beat-post')).toHaveClass(/past/);
  const later = await page.locator('.clock').textContent();
  await page.locator('[data-beat="post"]').click();
  await expect(page.locator('.clock')).not.toHaveText(later ?? '');
  await expect(page.locator('#beat-post')).toHaveClass(/on/);
});
