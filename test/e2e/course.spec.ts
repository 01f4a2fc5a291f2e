import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, open, test } from './harness.ts';
import { LOST_SHIP, rest, start } from './reader.ts';
import { lessons } from './routes.ts';

const FIRST = '/introduction/many-machines/';
const SECOND = '/introduction/four-jobs/';

type Answers = Readonly<Record<string, unknown>>;

/** Progress as the pages keep it. */
function kept(answers: Answers, moves = 0): string {
  const command = { at: 0, delivered: 0, command: { kind: 'fault', line: 'kill node/node-b' } };
  const commands = JSON.stringify(Array.from({ length: moves }, () => command));
  return JSON.stringify({ version: 1, answers, sessions: { web: { files: {}, commands, now: 0 } } });
}

/** Opens a page on a device that has kept this before. */
async function openWith(page: Page, route: string, storage: Readonly<Record<string, string>>): Promise<void> {
  await open(page, '/404.html');
  await page.evaluate((items) => {
    for (const [key, value] of Object.entries(items)) localStorage.setItem(key, value);
  }, storage);
  await open(page, route);
}

const storageOf = (page: Page) =>
  page.evaluate(() => Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('course'))));

const row = (page: Page, path: string) => page.locator(`.contents [data-lesson="${path}"]`);

async function bring(page: Page, text: string): Promise<void> {
  await page
    .locator('.log-file')
    .setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) });
}

function file(pages: Readonly<Record<string, string>>): string {
  const read = Object.fromEntries(Object.entries(pages).map(([path, text]) => [path, JSON.parse(text)]));
  return JSON.stringify({ course: 'kubernetes-architecture', version: 1, pages: read });
}

for (const route of ['/', '/course/']) {
  test(`${route} lists every lesson once, with minutes, and says what is begun and done`, async ({ page }) => {
    await openWith(page, route, {
      [`course:${FIRST}`]: kept({ 'predict-1': { choice: 0 }, 'predict-2': { choice: -1 }, 'solved:asleep': true }),
      [`course:${SECOND}`]: kept({ 'predict-1': { choice: 0 } }),
      'course-last': FIRST,
    });
    await expect(page.locator('.contents [data-lesson]')).toHaveCount(lessons.length);
    await expect(page.locator('.contents .lesson-minutes').first()).toHaveText(/^\d+ min$/);
    await expect(row(page, FIRST).locator('.state-word')).toHaveText('done');
    await expect(row(page, SECOND).locator('.state-word')).toHaveText('begun');
    await expect(row(page, '/kubectl-apply/pod/').locator('.state-word')).toHaveText('not begun');
    const on = page.locator('.resume a');
    await expect(on, 'the first is done, so the second').toHaveAttribute('href', SECOND);
    await on.click();
    await expect(page).toHaveURL(new RegExp(`${SECOND}$`));
  });
}

test('a reader who has been nowhere is not told to go on', async ({ page }) => {
  await open(page, '/course/');
  await expect(page.locator('.contents .state-word').first()).toHaveText('not begun');
  await expect(page.locator('.resume')).toBeHidden();
});

test('from the first lesson, Next leads through every lesson to the logbook', async ({ page }) => {
  await open(page, '/course/');
  const order = await page.locator('.contents [data-lesson]').evaluateAll((rows) => rows.map((r) => r.dataset.lesson));
  await page.goto(order[0] ?? '/');
  await expect(page.locator('.passage-before')).toHaveCount(0);
  for (const [index, path] of order.entries()) {
    expect(new URL(page.url()).pathname).toBe(path);
    if (index > 0) await expect(page.locator('.passage-before')).toHaveAttribute('href', order[index - 1] ?? '');
    await page.locator('.passage-after').click();
    await page.waitForURL((url) => url.pathname !== path);
  }
  await expect(page).toHaveURL(/\/logbook\/$/);
});

test('the chapter in the header leads to its place in the contents', async ({ page }) => {
  await open(page, '/control-plane/etcd/');
  await page.locator('.crumb a').click();
  await expect(page).toHaveURL(/\/course\/#control-plane$/);
  await expect(page.locator('#control-plane h3')).toBeInViewport();
});

test('a wrong guess shows in the logbook: first without what happened, then with it and the misconception', async ({
  page,
}) => {
  await start(page);
  const predict = page.locator('[data-id="predict-1"]');
  await predict.getByLabel('The container is running').check();
  await predict.getByRole('button', { name: 'Keep my guess' }).click();
  await expect.poll(async () => JSON.stringify(await storageOf(page))).toContain('outcome');

  await page.goto('/logbook/');
  const entry = page.locator('[data-lesson="/kubectl-apply/pod/"] [data-predict="predict-1"]');
  await expect(entry.locator('.log-guess')).toHaveText('The container is running');
  await expect(entry.locator('.log-outcome')).toHaveText('Run it, and compare');
  await expect(page.locator('.log-misconceptions')).toBeHidden();

  await page.goto('/kubectl-apply/pod/');
  await predict.getByRole('button', { name: 'Show me' }).click();
  await expect(predict.locator('.predict-outcome')).toBeVisible({ timeout: 20_000 });
  await page.goto('/logbook/');
  await expect(entry.locator('.log-outcome')).toContainText('written down');
  const met = page.locator('[data-misconception="apply-waits"]');
  await expect(met).toContainText('Met in 7.1');
  await expect(met.locator('.state-word')).toHaveText('met');
  await expect(page.locator('[data-misconception="pods-move"]')).toBeHidden();
});

test('a solved exercise stays solved in the logbook, also after starting over', async ({ page }) => {
  await start(page, LOST_SHIP);
  const exercise = page.locator('#drill');
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await exercise.getByText('Show a solution').click();
  for (const step of [0, 1, 2]) {
    await exercise.getByRole('button', { name: 'Run it' }).nth(step).click();
    await rest(page);
  }
  await expect(exercise.locator('.solved')).toContainText('All goals are met', { timeout: 20_000 });
  await exercise.getByRole('button', { name: 'Start over' }).click();
  await expect(exercise.locator('.solved')).toHaveCount(0, { timeout: 20_000 });
  await rest(page);
  await page.goto('/logbook/');
  const lesson = page.locator(`[data-lesson="${LOST_SHIP}"]`);
  await expect(lesson.locator('[data-exercise="drill"] .state-word')).toHaveText('solved');
  await expect(lesson.locator('[data-exercise="orphan"] .state-word')).toHaveText('not begun');
  await expect(lesson.locator('summary .state-word')).toHaveText('begun');
});

test('export, erase, bring in: everything is back as it was, and the colours were never touched', async ({ page }) => {
  await openWith(page, '/logbook/', {
    [`course:${FIRST}`]: kept({ 'predict-1': { choice: 1, outcome: [true, false], seen: true } }, 2),
    [`course:${SECOND}`]: kept({ 'solved:kiosk': true }),
    theme: 'night',
  });
  const before = await storageOf(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export a file' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  await expect(page.locator('.log-status')).toHaveText('Exported 2 lessons as logbook.json.');

  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  expect(await storageOf(page)).toEqual(before);
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByRole('button', { name: 'Erase it all' }).click();
  await expect(page.locator('.log-status')).toHaveText('All progress on this device is erased.');
  expect(await storageOf(page)).toEqual({});
  expect(await page.evaluate(() => localStorage.getItem('theme'))).toBe('night');

  await bring(page, text);
  await expect(page.locator('.log-preview li')).toHaveText([/^1\.1 .*: new here$/, /^1\.2 .*: new here$/]);
  expect(await storageOf(page), 'a preview changes nothing').toEqual({});
  await page.getByRole('button', { name: 'Bring it in', exact: true }).click();
  await expect(page.locator('.log-status')).toHaveText('The logbook has been brought in.');
  expect(await storageOf(page)).toEqual(before);
});

test('bringing a file in keeps the further state of each lesson', async ({ page }) => {
  await openWith(page, '/logbook/', {
    [`course:${FIRST}`]: kept({ 'predict-1': { choice: 1 } }, 3),
    [`course:${SECOND}`]: kept({ 'predict-1': { choice: 0 } }),
  });
  await bring(
    page,
    file({ [FIRST]: kept({ 'predict-1': { choice: 1 } }, 1), [SECOND]: kept({ 'solved:kiosk': true }, 1) }),
  );
  await expect(page.locator('.log-preview li')).toHaveText([/: nothing new$/, /the file is further/]);
  await page.getByRole('button', { name: 'Bring it in', exact: true }).click();
  await expect(page.locator('.log-status')).toContainText('brought in');
  const after = await storageOf(page);
  expect(after[`course:${FIRST}`]).toBe(kept({ 'predict-1': { choice: 1 } }, 3));
  const second = JSON.parse(after[`course:${SECOND}`] ?? '{}');
  expect(second.answers).toEqual({ 'predict-1': { choice: 0 }, 'solved:kiosk': true });
  expect(JSON.parse(second.sessions.web.commands)).toHaveLength(1);
});

test('a file that is no logbook is refused with the reason, and one with strange parts without them', async ({
  page,
}) => {
  await open(page, '/logbook/');
  const status = page.locator('.log-status');
  await bring(page, '<script>alert(1)</script>');
  await expect(status).toContainText('not JSON');
  await bring(page, '{"course":"another"}');
  await expect(status).toContainText('not a logbook of this course');
  await bring(page, `"${' '.repeat(1_000_001)}"`);
  await expect(status).toContainText('larger than 1 MB');
  await bring(page, file({ [FIRST]: kept({ 'predict-1': { choice: 1 }, evil: '<img src=x>' }), theme: kept({}) }));
  await expect(page.locator('.log-preview li')).toHaveText([/new here$/, /^1 lesson of the file not in this course/]);
  await page.getByRole('button', { name: 'Bring it in', exact: true }).click();
  await expect(status).toContainText('brought in');
  expect(await storageOf(page)).toEqual({ [`course:${FIRST}`]: kept({ 'predict-1': { choice: 1 } }) });
});

test('a browser that is full says so, and keeps what it had', async ({ page }) => {
  await openWith(page, '/logbook/', { [`course:${FIRST}`]: kept({ 'predict-1': { choice: 1 } }) });
  const before = await storageOf(page);
  await page.evaluate((full) => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      if (key === full) throw new DOMException('full', 'QuotaExceededError');
      setItem.call(this, key, value);
    };
  }, `course:${SECOND}`);
  await bring(page, file({ [FIRST]: kept({ 'solved:asleep': true }), [SECOND]: kept({ 'solved:kiosk': true }) }));
  await page.getByRole('button', { name: 'Bring it in', exact: true }).click();
  await expect(page.locator('.log-status')).toHaveText('This browser will not save. Nothing was changed.');
  expect(await storageOf(page)).toEqual(before);
});

test('a browser that forbids storage is told of, and the contents still lead on', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  });
  await open(page, '/logbook/');
  await expect(page.getByRole('alert')).toContainText('will not save your progress');
  await page.getByRole('button', { name: 'Export a file' }).click();
  await expect(page.locator('.log-status')).toHaveText('There is no progress on this device yet.');
  await open(page, '/course/');
  await expect(page.locator('.contents .state').first()).toBeHidden();
  await page.locator('.contents .lesson-title').first().click();
  await expect(page.locator('h1')).toBeVisible();
});

test('a term of the glossary is found by its letter list, and leads to its lesson', async ({ page }) => {
  await open(page, '/glossary/');
  await page.locator('.letters').getByRole('link', { name: 'kube-scheduler', exact: true }).click();
  const term = page.locator('#kube-scheduler');
  await expect(term).toBeInViewport();
  await expect(term.locator('.port-word')).toHaveText('planner');
  await term.locator('.term-lesson a').first().click();
  await expect(page).toHaveURL(/\/control-plane\/scheduler\/$/);
});

test('the ledger says what is refused and what is left out', async ({ page }) => {
  await open(page, '/ledger/');
  const pod = page.locator('.ledger-kind').filter({ has: page.getByRole('heading', { name: 'Pod', exact: true }) });
  await pod.locator('summary').click();
  await expect(pod.getByText('spec.initContainers', { exact: true })).toBeVisible();
  await expect(page.locator('.ledger-kind').filter({ hasText: 'kube-scheduler' })).toContainText('extenders');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('contents, before and next, glossary and logbook can be read; nothing pretends to be kept', async ({ page }) => {
    await page.goto('/course/');
    await expect(page.locator('.contents a.lesson-title')).toHaveCount(lessons.length);
    await expect(page.locator('.state').first()).toBeHidden();
    await page.locator('.contents a.lesson-title').first().click();
    await page.locator('.passage-after').click();
    await expect(page).toHaveURL(new RegExp(`${SECOND}$`));
    await page.goto('/glossary/#quorum');
    await expect(page.locator('#quorum')).toBeInViewport();
    await page.goto('/logbook/');
    await expect(page.getByText('Without JavaScript nothing is kept.')).toBeVisible();
    await expect(page.locator('.log-tools')).toBeHidden();
  });
});
