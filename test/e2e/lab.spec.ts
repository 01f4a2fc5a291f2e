import { test as base, expect, type Page } from '@playwright/test';
import { start } from './reader.ts';

// The real failures, in real browsers: this machine reaches no other site, so that a boot never settles.
// `harness.ts` is not used where a request to elsewhere is the very thing that is asked for.

const SELF_TEST = '/lab/node/selftest/';

base('offline, the boot of Node is given up after 30 s with a sentence', async ({ page }) => {
  await page.clock.install();
  await page.goto(SELF_TEST);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('button', { name: /WebContainer/ }).click();
  const output = page.getByRole('log', { name: 'Output' });
  await expect(output).toContainText('PASS the browser has SharedArrayBuffer');
  await expect.poll(() => asked.some((url) => url.startsWith('https://stackblitz.com/headless'))).toBe(true);
  await page.clock.fastForward(31_000);
  await expect(output).toContainText('FAIL Node starts within 30 s: Node did not start within 30 s.');
  await expect(output).toContainText('SELF-TEST FAILED');
});

base('a lab whose Node page fails says why, and goes on in its own page with the code kept', async ({ page }) => {
  const lab = '/beyond/score-plugin/';
  const program = '// Mine.\nexport const score = () => [];\n';
  await withoutIsolation(page, `/lab/node${lab}`);
  await start(page, lab);
  const area = page.locator('.lab-editor-plain');
  await area.evaluate((plain: HTMLTextAreaElement, text) => {
    plain.value = text;
    plain.dispatchEvent(new Event('input', { bubbles: true }));
  }, program);
  await page.getByRole('link', { name: /as a Node project/ }).click();
  // A button pressed before its script has come does nothing.
  await page.waitForURL(`**/lab/node${lab}`, { waitUntil: 'load' });
  await page.getByRole('button', { name: /WebContainer/ }).click();
  await expect(page.locator('.node-why')).toContainText('This page is not cross-origin isolated');
  await page.getByRole('link', { name: 'go on in the page’s own sandbox' }).click();
  await page.locator('.stage .tabs').hover();
  await expect(area).toHaveValue(program);
});

base('a page without the headers says so, and loads nothing from elsewhere', async ({ page }) => {
  await withoutIsolation(page, SELF_TEST);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('http://localhost')) elsewhere.push(request.url());
  });
  await page.goto(SELF_TEST);
  await page.getByRole('button', { name: /WebContainer/ }).click();
  await expect(page.getByRole('log', { name: 'Output' })).toContainText('FAIL the page is cross-origin isolated');
  expect(elsewhere).toEqual([]);
});

/** As a host would serve it that does not send the headers. */
function withoutIsolation(page: Page, address: string): Promise<unknown> {
  return page.route(address, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers['cross-origin-embedder-policy'];
    await route.fulfill({ response, headers });
  });
}
