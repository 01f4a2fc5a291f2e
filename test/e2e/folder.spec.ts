import { cpSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { preview } from 'vite';
import { rebase } from '../../scripts/rebase.mjs';
import { expect, test } from './harness.ts';
import { LESSON } from './reader.ts';

const FOLDER = '/kubernetes/';

test('the site stands in a folder of a host: pages, the thread, a shared page of a lab and the progress kept', async ({
  page,
}, info) => {
  const root = info.outputPath();
  cpSync('dist', `${root}/site`, { recursive: true });
  expect(rebase(`${root}/site`, FOLDER)).toBeGreaterThan(1000);
  const server = await preview({ configFile: false, root, base: FOLDER, appType: 'mpa', build: { outDir: 'site' } });
  const origin = `http://localhost:${(server.httpServer.address() as AddressInfo).port}`;
  const outside: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith(FOLDER) || response.status() >= 400) outside.push(`${response.status()} ${pathname}`);
  });

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${origin}${FOLDER}${LESSON.slice(1)}`);
  await page.locator('.stage .tabs').hover();
  await expect(page.locator('.stage.awake')).toBeVisible();
  await expect(page.locator('.terminal-chips')).toContainText('kubectl');
  await page.locator('#terminal-input').fill('kubectl get nodes');
  await page.keyboard.press('Enter');
  await expect(page.locator('.terminal-output')).toContainText('Ready', { timeout: 20_000 });

  await page.locator('a.mark').click();
  await expect(page).toHaveURL(`${origin}${FOLDER}`);
  await expect(page.locator(`[data-lesson="${FOLDER}${LESSON.slice(1)}"] .state-word`)).toHaveText('begun');

  await page.goto(`${origin}${FOLDER}beyond/score-plugin/`);
  const address = await page.getByRole('link', { name: /Node/ }).first().getAttribute('href');
  expect(address).toMatch(new RegExp(`^${FOLDER}lab/node/`));
  expect(outside).toEqual([]);
  await server.close();
});
