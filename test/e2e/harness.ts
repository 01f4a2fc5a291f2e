import { test as base, expect, type Page } from '@playwright/test';

/**
 * Playwright's test with one promise added: while it runs, the page logs no error, breaks no rule of its
 * Content-Security-Policy and asks no other site for anything (`blob:null` is the worker of a lab’s sandbox). Every
 * browser test uses this one.
 */
export const test = base.extend<{ quiet: undefined }>({
  quiet: [
    async ({ page }, use) => {
      const problems = watch(page);
      await use(undefined);
      expect(problems, 'console errors, policy violations and foreign requests').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Shows a page in one of the two colour themes, as a reader whose system is set so. */
export async function open(page: Page, route: string, theme: 'day' | 'night' = 'day'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme === 'night' ? 'dark' : 'light' });
  await page.goto(route);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const isOwn = /^(data:|blob:null\/|(blob:)?http:\/\/localhost:\d+\/)/.test(request.url());
    if (!isOwn) problems.push(`foreign request: ${request.url()}`);
  });
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  return problems;
}
