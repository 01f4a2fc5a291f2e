import type { Page } from '@playwright/test';
import { expect, open, test } from './harness.ts';
import { LESSON, LOST_SHIP } from './reader.ts';

/** The lesson, awake, with messages that take no time to travel. */
async function start(page: Page, route = LESSON): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, route);
  await page.locator('.stage .tabs').hover();
  await expect(page.locator('.stage.awake')).toBeVisible();
  await expect(page.locator('.terminal-chips')).toContainText('kubectl');
}

const type = async (page: Page, line: string) => {
  await page.locator('#terminal-input').fill(line);
  await page.keyboard.press('Enter');
};

test('predict, run, compare: the guess is kept and stands beside what happened, also after a reload', async ({
  page,
}) => {
  await start(page);
  const predict = page.locator('[data-id="predict-1"]');
  await predict.getByLabel('The container is running').check();
  await predict.getByRole('button', { name: 'Keep my guess' }).click();
  await expect(predict.getByLabel('The container is running')).toBeDisabled();
  await expect(predict).not.toContainText('What happened');
  await page.getByRole('button', { name: 'apply the file' }).click();
  await expect(predict.locator('.predict-outcome')).toContainText('written down', { timeout: 20_000 });
  await expect(predict.locator('.predict-outcome')).toContainText('waits for the answer to its own request');
  await page.reload();
  await expect(page.locator('[data-id="predict-1"] .predict-outcome')).toContainText('written down', {
    timeout: 20_000,
  });
  await expect(page.locator('.terminal-output')).toContainText('pod/web created');
});

test('the terminal completes, remembers, and says what to try', async ({ page }) => {
  await start(page);
  const input = page.locator('#terminal-input');
  await input.pressSequentially('kubectl describe no');
  await expect(page.getByRole('option', { name: 'node', exact: true })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(input).toHaveValue('kubectl describe node ');
  await input.pressSequentially('node-b');
  await page.keyboard.press('Enter');
  await expect(page.locator('.terminal-output')).toContainText('Roles:', { timeout: 20_000 });
  await type(page, 'kubectl get pdos');
  const advice = page.locator('.advice');
  await expect(advice).toContainText('Two letters are swapped', { timeout: 20_000 });
  await advice.getByRole('button', { name: 'run: kubectl get pods' }).click();
  await expect(page.locator('.terminal-output')).toContainText('No resources found', { timeout: 20_000 });
  await input.focus();
  await page.keyboard.press('ArrowUp');
  await expect(input).toHaveValue('kubectl get pdos');
  await input.fill('');
  await page.keyboard.press('Tab');
  await expect(input).not.toBeFocused();
});

test('the editor marks a misspelt field at its line, mends it, and takes no text too long', async ({ page }) => {
  await start(page);
  const editor = page.locator('[data-id="pod.yaml"]');
  const area = editor.getByRole('textbox');
  const text = await area.inputValue();
  await area.fill(text.replace('image:', 'imagge:'));
  await expect(editor.locator('.manifest-problems')).toContainText('Line 10');
  await expect(editor.locator('.wrong')).toContainText('imagge');
  await editor.getByRole('button', { name: 'Change imagge to image' }).click();
  await expect(editor.locator('.manifest-problems')).toHaveCount(0);
  await expect(area).toHaveValue(text);
  await area.fill('x'.repeat(2_000_000));
  await expect(editor.locator('.manifest-refusal')).toContainText('2.0 million characters');
  await expect(area).toHaveValue(text);
  await area.focus();
  await page.keyboard.press('Tab');
  await expect(area).not.toBeFocused();
});

test('an exercise is solved with its solution; a shut hint opens only while it fits', async ({ page }) => {
  await start(page, LOST_SHIP);
  const exercise = page.locator('#orphan');
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(exercise.locator('.goal').first()).toContainText('Ready=False', { timeout: 20_000 });
  await expect(exercise.getByText('Hint 2')).toBeVisible();
  await exercise.getByText('Show a solution').click();
  await exercise.getByRole('button', { name: 'Run it' }).nth(0).click();
  await expect(page.locator('.terminal-output')).toContainText('force deleted', { timeout: 20_000 });
  await expect(exercise.getByText('Hint 2')).toBeHidden();
  await exercise.getByRole('button', { name: 'Run it' }).nth(1).click();
  await expect(page.locator('.terminal-output')).toContainText('pod/cache created', { timeout: 20_000 });
  const play = page.locator('.controls .play');
  for (let plays = 0; plays < 10 && (await exercise.locator('.solved').count()) === 0; plays++) {
    await play.click();
    await expect(play).toHaveAccessibleName(/^Play/, { timeout: 20_000 });
  }
  await expect(exercise.locator('.solved')).toContainText('All goals are met');
  await exercise.getByRole('button', { name: 'Start over' }).click();
  await expect(exercise.locator('.solved')).toHaveCount(0, { timeout: 20_000 });
});

test('of several beats in one instant, the one that was asked for is shown', async ({ page }) => {
  await start(page);
  await page.locator('[data-beat="heard"]').click();
  await expect(page.locator('#beat-heard')).toHaveClass(/on/, { timeout: 20_000 });
  await expect(page.locator('.caption')).toContainText('tells kubelet on node-a');
  await expect(page.locator('#beat-sandbox')).not.toHaveClass(/on|past/);
  await page.locator('[data-beat="accepted"]').click();
  await expect(page.locator('#beat-accepted')).toHaveClass(/on/);
  await expect(page.locator('.caption')).toContainText('reports the status');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('everything the lesson says can be read: outcomes, hints, solutions, the whole log', async ({ page }) => {
    await page.goto(LESSON);
    const predict = page.locator('[data-id="predict-1"]');
    await predict.getByText('What happens').click();
    await expect(predict.locator('details')).toContainText('201 Created');
    await expect(page.locator('.terminal')).toBeHidden();
    await expect(page.getByRole('button', { name: 'Keep my guess' }).first()).toBeHidden();
    await expect(page.locator('[data-id="pod.yaml"] pre')).toContainText('kind: Pod');
    await page.goto(LOST_SHIP);
    await page.locator('#orphan').getByText('Show a solution').click();
    await expect(page.locator('#orphan')).toContainText('kubectl delete pod cache --force --grace-period=0');
    await expect(page.locator('.whole-log')).toContainText('has not heard of node/node-b');
  });
});

test('etcdctl comes when it is named, and its work is there again after a reload', async ({ page }) => {
  await start(page);
  const output = page.locator('.terminal-output');
  await type(page, 'etcdctl put tide high');
  await expect(output).toContainText('OK', { timeout: 20_000 });
  await page.reload();
  await expect(output).toContainText('OK', { timeout: 20_000 });
  await type(page, 'etcdctl get tide --print-value-only');
  await expect(output).toContainText('high\n', { timeout: 20_000, useInnerText: true });
});
