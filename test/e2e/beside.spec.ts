import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { apply, start } from './reader.ts';

test.use({ viewport: { width: 1440, height: 900 } });

test('two views side by side show one moment and one selection, by keyboard, and are remembered', async ({ page }) => {
  await start(page);
  await apply(page, 'pod.yaml');
  const pair = page.getByRole('button', { name: 'Pair' });
  await pair.press('Enter');
  const second = page.getByRole('tablist', { name: 'Second view' });
  await expect(second.getByRole('tab', { name: 'Timeline' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.beside .timeline')).toContainText('kubectl apply -f pod.yaml');
  await second.getByRole('tab', { name: 'Timeline' }).press('ArrowRight');
  await expect(page.locator('.beside .tables')).toContainText('kubectl get pods');
  await expect(page.locator('.beside .tables')).toContainText(/web0\/1Pending/);
  await second.getByRole('tab', { name: 'Port' }).click();
  await page.locator('[data-widget="stage"] [data-id="kube-scheduler"]').first().press('Enter');
  await expect(page.locator('.beside [data-id="kube-scheduler"]').first()).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.beside svg.art')).toBeVisible();
  const smallest = await page.locator('.stage svg.art').evaluateAll((drawings) =>
    drawings.map((drawing) => {
      const sizes = [...drawing.querySelectorAll<SVGTextElement>('text, tspan')].map((text) => {
        const { a = 0, b = 0 } = text.getScreenCTM() ?? {};
        return Number.parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
      });
      return sizes.length === 0 ? 0 : Math.min(...sizes);
    }),
  );
  expect(smallest).toHaveLength(2);
  for (const size of smallest) expect(size, 'the smallest word of a drawing, in px').toBeGreaterThanOrEqual(12);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(axe(page).include('.beside'))).toEqual([]);
  }
  await page
    .locator('.stage')
    .getByRole('tablist', { name: 'View', exact: true })
    .getByRole('tab', { name: 'Port' })
    .click();
  await expect(second.getByRole('tab', { name: 'Diagram' })).toHaveAttribute('aria-selected', 'true');
  await page.setViewportSize({ width: 1280, height: 900 });
  await expect(page.locator('.beside')).toBeHidden();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/kubectl-apply/lost-ship/');
  await page.locator('.stage .tabs').first().hover();
  await expect(
    second
      .getByRole('tab', { name: 'Diagram' })
      .or(second.getByRole('tab', { name: 'Timeline' }))
      .first(),
  ).toBeVisible();
});
