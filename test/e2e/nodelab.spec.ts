import { readFileSync } from 'node:fs';
import { ISOLATED, ISOLATION } from '../../src/lab/container/isolated.ts';
import { expect, open, test } from './harness.ts';
import { routes } from './routes.ts';

const SELF_TEST = '/lab/node/selftest/';

test('the routes of Node, and no others, are cross-origin isolated', async ({ request }) => {
  const names = Object.keys(ISOLATION);
  const isolated: string[] = [];
  for (const route of [...routes, '/sandbox/frame.html', '/theme.js']) {
    const headers = (await request.get(route)).headers();
    const sent = names.filter((name) => headers[name.toLowerCase()] !== undefined);
    if (sent.length > 0) isolated.push(route);
    for (const name of sent) expect(headers[name.toLowerCase()], `${name} of ${route}`).toBe(ISOLATION[name]);
    expect([0, names.length], `headers of ${route}`).toContain(sent.length);
  }
  expect(isolated).toEqual(routes.filter((route) => route.startsWith(ISOLATED)));
  expect(isolated).toContain(SELF_TEST);
});

test('hosts of static files are told the same', () => {
  const pairs = Object.entries(ISOLATION);
  const netlify = readFileSync('dist/_headers', 'utf8').split(/\n(?=\/)/);
  const telling = netlify.filter((block) => block.includes('Cross-Origin'));
  expect(telling).toEqual([`${ISOLATED}*\n${pairs.map(([name, value]) => `  ${name}: ${value}\n`).join('')}`]);
  const { headers } = JSON.parse(readFileSync('vercel.json', 'utf8')) as {
    headers: { source: string; headers: { key: string; value: string }[] }[];
  };
  const rules = headers.filter((rule) => rule.headers.some(({ key }) => key.startsWith('Cross-Origin')));
  expect(rules).toEqual([{ source: `${ISOLATED}(.*)`, headers: pairs.map(([key, value]) => ({ key, value })) }]);
});

test.describe('what is loaded from elsewhere', () => {
  test('nothing, before the button is pressed', async ({ page }) => {
    await open(page, SELF_TEST);
    await page.getByRole('button', { name: /WebContainer/ }).hover();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect(page.getByRole('link', { name: 'its terms of service' })).toBeVisible();
  });
});
