import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { editor, expectFocus, LESSON, LOST_SHIP, rest, table, tabTo } from './reader.ts';

test('a reader applies, breaks and watches by keyboard alone', async ({ page }) => {
  test.skip(process.env['COURSE'] !== 'whole', 'part of npm run test:long; the front page has a shorter one');
  test.setTimeout(120_000);
  await page.goto(LESSON);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expectFocus(page.getByRole('link', { name: 'Skip to the stage' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'at once' }));
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'at once' })).toHaveAttribute('aria-pressed', 'true');

  const deployment = editor(page, 'deployment.yaml');
  await tabTo(page, deployment.apply);
  await tabTo(page, deployment.text);
  const text = await deployment.text.inputValue();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text.replace('replicas: 3', 'replicas: 4'));
  await page.keyboard.press('Shift+Tab');
  await expectFocus(deployment.apply);
  await page.keyboard.press('Enter');
  await expect(page.locator('.terminal')).toContainText('deployment.apps/shop created', { timeout: 20_000 });
  await rest(page);

  await tabTo(page, page.locator('.stage').getByRole('tab', { selected: true }));
  await page.keyboard.press('4');
  await expect(page.getByRole('tab', { name: 'Tables' })).toHaveAttribute('aria-selected', 'true');
  const ready = table(page, 'kubectl get pods -o wide').locator('tbody tr', { hasText: /1\/1\s*Running/ });
  const play = page.locator('.controls .play');
  await tabTo(page, play);
  for (let plays = 0; plays < 30 && (await ready.count()) < 4; plays++) {
    await page.keyboard.press('Enter');
    await rest(page);
  }
  expect(await ready.count(), 'four by the file, and those that were there').toBeGreaterThanOrEqual(4);

  await tabTo(page, page.getByRole('button', { name: 'Break…' }));
  await page.keyboard.press('Enter');
  const kill = page.locator('.drawer').getByRole('button', { name: 'Cut the power of node-b' });
  await tabTo(page, kill);
  await page.keyboard.press('Enter');
  await rest(page);
  const nodes = table(page, 'kubectl get nodes');
  await tabTo(page, play);
  for (let plays = 0; plays < 20 && !/node-b[A-Za-z]*NotReady/.test((await nodes.textContent()) ?? ''); plays++) {
    await page.keyboard.press('Enter');
    await rest(page);
  }
  await expect(nodes).toContainText(/node-b\w*NotReady/);
});

test('an exercise by keyboard alone', async ({ page }) => {
  await page.goto(LOST_SHIP);
  await tabTo(page, page.getByRole('button', { name: 'at once' }));
  await page.keyboard.press('Space');
  await solveOrphan(page);
});

/** A name that is taken by a pod nobody can confirm dead. */
async function solveOrphan(page: Page): Promise<void> {
  const orphan = page.locator('#orphan');
  await tabTo(page, orphan.getByRole('button', { name: 'Start', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.locator('.banner')).toContainText('Exercise');
  const prompt = page.locator('.terminal input');
  await tabTo(page, prompt);
  for (const line of ['kubectl delete pod cache --force --grace-period=0', 'kubectl apply -f cache.yaml']) {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
    await rest(page);
  }
  await expect(page.locator('.terminal')).toContainText('pod/cache created');
  await page.keyboard.press('Shift+Tab');
  await expectFocus(page.locator('.terminal-output'));
  const play = page.locator('.controls .play');
  for (let tabs = 0; tabs < 12; tabs++) {
    if (await play.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Shift+Tab');
  }
  for (let plays = 0; plays < 20 && (await orphan.locator('.solved').count()) === 0; plays++) {
    await page.keyboard.press('Enter');
    await rest(page);
  }
  await expect(orphan.locator('.solved')).toContainText('All goals are met');
}
