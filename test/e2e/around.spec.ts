import { expect, open, test } from './harness.ts';

// The pages around the lessons: what their small scripts do.

test('the placement quiz says what to skip, and keeps it only when asked', async ({ page }) => {
  await open(page, '/paths/');
  const questions = page.locator('.placement > ol > li');
  const count = await questions.count();
  for (let index = 0; index < count; index++) {
    const right = Number(await questions.nth(index).getAttribute('data-right'));
    if (index > 0) await questions.nth(index).locator('input').nth(right).check();
  }
  await page.getByRole('button', { name: 'What can I skip?' }).click();
  await expect(page.locator('.placement-skip a')).toHaveCount(count - 1);
  await expect(page.locator('.placement-read a')).toHaveCount(1);
  await page.reload();
  await expect(page.locator('.placement-result')).toBeHidden();
  await questions.first().locator('input').first().check();
  await page.getByRole('button', { name: 'What can I skip?' }).click();
  await page.getByRole('button', { name: 'Keep this on this device' }).click();
  await expect(page.locator('.placement-status')).toHaveText('Kept on this device, and nowhere else.');
  await page.reload();
  await expect(page.locator('.placement-result')).toBeVisible();
  await page.getByRole('button', { name: 'Forget it' }).click();
  expect(await page.evaluate(() => localStorage.getItem('course-placement'))).toBeNull();
});

test('questions from memory are due for lessons that were opened, and again after a while', async ({ page }) => {
  await open(page, '/recall/');
  const shown = page.locator('details.memory:visible');
  expect(await shown.count()).toBeGreaterThan(50);
  const saved = { version: 1, answers: {}, sessions: {} };
  await page.evaluate((text) => localStorage.setItem('course:/control-plane/etcd/', text), JSON.stringify(saved));
  await page.reload();
  await expect(shown).toHaveCount(2);
  await expect(page.locator('.memory-due')).toHaveText('2 of 2 questions are due.');
  await shown.first().locator('summary').click();
  await shown.first().getByRole('button', { name: 'I knew it' }).click();
  await page.reload();
  await expect(shown).toHaveCount(1);
  await page.clock.install({ time: Date.now() + 8 * 86_400_000 });
  await page.reload();
  await expect(shown).toHaveCount(2);
});

test('“Play it” opens the playground when the part has just died', async ({ page }) => {
  await open(page, '/what-if/');
  await page.locator('#node').getByRole('link', { name: 'Play it' }).click();
  await expect(page).toHaveURL(/\/playground\//);
  await expect(page.getByText('You are looking at a shared moment').first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('A harbour in order').first()).toBeVisible();
});

test('a chapter is laid out to be printed: texts below one another, without what is pressed', async ({ page }) => {
  await open(page, '/print/');
  await page.getByRole('button', { name: 'Lay out chapter 7' }).click();
  await expect(page.locator('.print-status')).toHaveText('2 lessons are laid out below. Now print this page.');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.print-sheets > article')).toHaveCount(2);
  await expect(page.locator('.print-sheets h1').first()).toBeVisible();
  await expect(page.locator('.print-sheets .drawing.wide').first()).toBeVisible();
  const gone = '.print-choice, .whole-log, .transport, .predict-actions, .exercise-actions, .print-sheets .button';
  await expect(page.locator(gone).filter({ visible: true })).toHaveCount(0);
});
