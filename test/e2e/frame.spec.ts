import { expect, open, test } from './harness.ts';

test('the Day/Night button changes the colours, moves nothing and is remembered', async ({ page }) => {
  await open(page, '/', 'day');
  const button = page.getByRole('button', { name: 'Night colours' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = { box: await button.boundingBox(), ground: await ground() };

  await button.click();
  const after = page.getByRole('button', { name: 'Day colours' });
  expect(await after.boundingBox()).toEqual(before.box);
  expect(await ground()).not.toBe(before.ground);

  await page.reload();
  await expect(after).toBeVisible();
  expect(await ground()).not.toBe(before.ground);
  await after.click();
  expect(await ground()).toBe(before.ground);
});

test('a browser that forbids storage still lets the reader choose', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  });
  await open(page, '/', 'day');
  await page.getByRole('button', { name: 'Night colours' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'night');
});

test('a change of the system setting is followed until the reader chooses', async ({ page }) => {
  await open(page, '/', 'day');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'night');
});

test('the first Tab offers to skip to the text', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the text' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  const box = await skip.boundingBox();
  expect(box?.width ?? 0).toBeGreaterThan(50);
  await page.keyboard.press('Enter');
  await expect(page.locator('#text')).toBeFocused();
});

test('the policy forbids inline scripts and other sites', async ({ page }) => {
  await open(page, '/');
  const policy = await page.locator('meta[http-equiv="content-security-policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
});

test('an address that does not exist is answered in the house style', async ({ page }) => {
  await open(page, '/404.html');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such berth');
  await page.getByRole('link', { name: 'Back to the harbour' }).click();
  await expect(page).toHaveURL('/');
});
