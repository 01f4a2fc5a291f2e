import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { axe, violations } from './axe.ts';
import { expect, open, test } from './harness.ts';
import { apply, editor, kubectl, playUntil, start, tabTo } from './reader.ts';
import { PLAYGROUND } from './routes.ts';

const title = (page: Page) => page.locator('.now-title b');
const question = (page: Page) => page.locator('dialog.putting-aside');
const back = (page: Page) => page.getByRole('button', { name: /^Back to “/ });
const nodes = async (page: Page) => (await kubectl(page, 'kubectl get nodes -o name')).trim().split('\n');

/** Opens a scenario of the library; when something was done before, the reader is asked. */
async function openScenario(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Open “${name}”` }).click();
}

/** Chooses a file for the import. */
async function bringIn(page: Page, name: string, text: string): Promise<void> {
  const buffer = Buffer.from(text);
  await page.locator('#now input[type=file]').setInputFiles({ name, mimeType: 'application/yaml', buffer });
}

test('a manifest is applied, a node dies, and all of it is there after a reload', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page, PLAYGROUND);
  // The pods that are there are those of CoreDNS, which a line finds in kube-system only.
  await expect(page.locator('.terminal')).not.toContainText('describe pod coredns');
  await apply(page, 'web.yaml');
  await playUntil(page, async () => /3\/3/.test(await kubectl(page, 'kubectl get deployment web')));
  await kubectl(page, 'kubectl get pods -o wide');
  await page.getByRole('button', { name: 'Break…' }).click();
  await page
    .locator('.drawer')
    .getByRole('button', { name: /node-b/ })
    .first()
    .click();
  await playUntil(page, async () => /node-b\s+NotReady/.test(await kubectl(page, 'kubectl get nodes')));
  const { text } = editor(page, 'web.yaml');
  await text.fill(`# mine\n${await text.inputValue()}`);
  await text.blur();
  await page.waitForTimeout(600);
  const clock = await page.locator('.clock').textContent();
  await page.reload();
  await expect(page.locator('.clock')).toHaveText(clock ?? '', { timeout: 30_000 });
  await expect(editor(page, 'web.yaml').text).toHaveValue(/^# mine/);
  expect(await kubectl(page, 'kubectl get nodes')).toMatch(/node-b\s+NotReady/);
});

test('files of the reader: new, renamed, deleted, brought back, and kept', async ({ page }) => {
  await start(page, PLAYGROUND);
  await page.getByRole('button', { name: 'New file' }).click();
  await expect(editor(page, 'new.yaml').text).toBeVisible();
  await page.getByLabel('Its name').fill('../secret');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.locator('.rename-problem')).toContainText('ends in .yaml');
  await page.getByLabel('Its name').fill('web.yaml');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.locator('.rename-problem')).toHaveText('There is a web.yaml already.');
  await page.getByLabel('Its name').fill('map.yaml');
  await page.getByRole('button', { name: 'Rename' }).click();
  const map = editor(page, 'map.yaml');
  await map.text.fill('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: chart\n');
  await map.text.blur();
  expect(await kubectl(page, 'kubectl apply -f map.yaml')).toBe('configmap/chart created');
  await page.getByRole('button', { name: 'Delete map.yaml' }).click();
  await expect(page.locator('.shelf-file')).toHaveCount(1);
  expect(await kubectl(page, 'kubectl apply -f map.yaml')).toContain('the path "map.yaml" does not exist');
  await page.getByRole('button', { name: 'Undo: bring map.yaml back' }).click();
  await expect(editor(page, 'map.yaml').text).toHaveValue(/kind: ConfigMap/);
  await page.reload();
  await expect(page.locator('.shelf-file')).toHaveText(['web.yaml', 'map.yaml']);
});

test('another shape makes another cluster; work is asked about once, and comes back', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page, PLAYGROUND);
  const shape = page.locator('form.shape');
  await shape.getByLabel('How many').fill('2');
  await shape.getByLabel('Members of etcd').selectOption('1');
  await shape.getByLabel('How kube-proxy writes rules').selectOption('nftables');
  await shape.getByRole('button', { name: 'Make this cluster' }).click();
  await expect(title(page)).toHaveText('2 empty nodes');
  await expect(question(page), 'nothing was done, nothing is asked').toHaveCount(0);
  expect(await nodes(page)).toEqual(['node/node-a', 'node/node-b']);
  await kubectl(page, 'kubectl create configmap mine --from-literal=a=b');
  await openScenario(page, 'A dead node');
  await expect(question(page)).toContainText('It is put aside');
  await question(page).getByRole('button', { name: 'Stay here' }).click();
  await expect(title(page)).toHaveText('2 empty nodes');
  await openScenario(page, 'A dead node');
  await question(page).getByRole('button', { name: 'Put it aside and go on' }).click();
  await expect(title(page)).toHaveText('A dead node');
  await expect(page.locator('#now')).toBeFocused();
  await playUntil(page, async () => /node-b\s+NotReady/.test(await kubectl(page, 'kubectl get nodes')));
  await page.reload();
  await expect(title(page)).toHaveText('A dead node', { timeout: 30_000 });
  await back(page).click();
  await expect(title(page)).toHaveText('2 empty nodes');
  expect(await kubectl(page, 'kubectl get configmap mine -o name')).toBe('configmap/mine');
  await expect(back(page)).toHaveText('Back to “A dead node”');
});

test('a scenario goes out as a file and comes in again; a bad one is refused at its lines', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page, PLAYGROUND);
  await openScenario(page, 'Three zones');
  await expect(title(page)).toHaveText('Three zones');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export its scenario file' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text).toBe(readFileSync('src/content/playground/zones.yaml', 'utf8'));
  await openScenario(page, 'An empty cluster');
  await expect(title(page)).toHaveText('An empty cluster');
  await kubectl(page, 'kubectl create configmap mine --from-literal=a=b');
  const kept = await page.evaluate(() => localStorage.getItem('course:/playground/'));
  await bringIn(page, 'broken.yaml', 'title: Mine\nnode: 3\nseed: x\n');
  await question(page).getByRole('button', { name: 'Put it aside and go on' }).click();
  await expect(page.locator('.now-refused')).toBeFocused();
  await expect(page.locator('.now-refused li')).toContainText(['Line 2: Unknown key "node"', 'Line 3: seed']);
  expect(await page.evaluate(() => localStorage.getItem('course:/playground/')), 'nothing has changed').toBe(kept);
  await bringIn(page, 'evil.yaml', `title: <img src=x onerror=alert(1)>\nnodes: 4000\n`);
  await question(page).getByRole('button', { name: 'Put it aside and go on' }).click();
  await expect(page.locator('.now-refused')).toContainText('Line 2: 4000 nodes are too many.');
  await bringIn(page, 'mine.yaml', text.replace('title: Three zones', 'title: "My zones"'));
  await expect(question(page)).toBeVisible();
  await question(page).getByRole('button', { name: 'Put it aside and go on' }).click();
  await expect(title(page)).toHaveText('My zones');
  expect(await nodes(page)).toHaveLength(6);
  await expect(back(page)).toHaveText('Back to “An empty cluster”');
});

test('a link brings its own cluster, and leaves the reader’s alone', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page, PLAYGROUND);
  const own = 'title: A cluster of mine\nseed: 77\nnodes:\n  - name: lone\netcd:\n  members: 1\n';
  await bringIn(page, 'mine.yaml', own);
  await expect(title(page)).toHaveText('A cluster of mine');
  await page.getByRole('button', { name: 'New file' }).click();
  await editor(page, 'new.yaml').text.fill('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: chart\n');
  await expect(await apply(page, 'new.yaml')).toContainText('configmap/chart created');
  const at = await page.locator('.clock').textContent();
  await page.getByRole('button', { name: 'Link to this moment' }).click();
  const link = await page.getByLabel('The link').inputValue();
  expect(link.length - link.indexOf('#')).toBeLessThan(2000);
  await page.keyboard.press('Escape');
  await openScenario(page, 'A full cluster');
  await question(page).getByRole('button', { name: 'Put it aside and go on' }).click();
  await expect(title(page)).toHaveText('A full cluster');
  await kubectl(page, 'kubectl get pods');
  const mine = await page.locator('.clock').textContent();
  const kept = await page.evaluate(() =>
    JSON.stringify(JSON.parse(localStorage.getItem('course:/playground/') ?? '{}').sessions),
  );
  await page.goto(link);
  const banner = page.locator('.banner.visit');
  await expect(banner).toContainText('You are looking at a shared moment; your own work is kept.', { timeout: 30_000 });
  await expect(banner).not.toContainText('another version');
  await expect(page.locator('.clock')).toHaveText(at ?? '');
  await expect(title(page)).toHaveText('A cluster of mine');
  expect(await kubectl(page, 'kubectl get configmap chart -o name')).toBe('configmap/chart');
  expect(
    await page.evaluate(() => JSON.stringify(JSON.parse(localStorage.getItem('course:/playground/') ?? '{}').sessions)),
  ).toBe(kept);
  await banner.getByRole('button', { name: 'Back to mine' }).click();
  await expect(page.locator('.clock')).toHaveText(mine ?? '');
  await expect(title(page)).toHaveText('A full cluster');
  await page.goto(link);
  await banner.getByRole('button', { name: 'Keep this one' }).click();
  await banner.getByRole('button', { name: 'Replace it' }).click();
  await expect(title(page)).toHaveText('A cluster of mine');
  await expect(back(page)).toHaveText('Back to “A full cluster”');
});

test('by keyboard alone: another shape, a file, a manifest', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page, PLAYGROUND);
  const count = page.locator('form.shape').getByLabel('How many');
  await tabTo(page, count);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(title(page)).toHaveText('4 empty nodes');
  await expect(page.locator('#now')).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'New file' }));
  await page.keyboard.press('Enter');
  const { text, apply: button } = editor(page, 'new.yaml');
  await expect(text).toBeVisible();
  await tabTo(page, text);
  await page.keyboard.type('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: keys\n');
  await page.keyboard.press('Shift+Tab');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.terminal .printed').last()).toHaveText('configmap/keys created', { timeout: 20_000 });
});

test('a browser that keeps nothing says so', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await start(page, PLAYGROUND);
  await kubectl(page, 'kubectl get nodes');
  await expect(page.locator('.stage .notice')).toContainText('This browser will not save your progress.');
});

for (const [width, theme] of [
  [390, 'night'],
  [1280, 'day'],
] as const) {
  test(`at ${width} px, ${theme}: a scenario opens, and question and refusal are accessible`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, PLAYGROUND, theme);
    await page.locator('.stage .tabs').hover();
    await openScenario(page, 'A noisy neighbour');
    await expect(title(page)).toHaveText('A noisy neighbour', { timeout: 30_000 });
    await bringIn(page, 'bad.yaml', 'x: [');
    await expect(page.locator('.now-refused')).toContainText('not YAML');
    expect(await violations(axe(page).include('#now').include('#files').include('#shape'))).toEqual([]);
    await editor(page, 'web.yaml').apply.click();
    const kept = () => page.evaluate(() => localStorage.getItem('course:/playground/') ?? '');
    await expect.poll(kept, { timeout: 60_000 }).toContain('kubectl apply -f web.yaml');
    await openScenario(page, 'Three zones');
    await expect(question(page)).toBeVisible();
    expect(await violations(axe(page).include('dialog.putting-aside'))).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
