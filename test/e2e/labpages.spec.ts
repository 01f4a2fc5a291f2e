import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { kubectl, rest, start } from './reader.ts';
import { hashesAt, keepThreads } from './threads.ts';

const CHAPTER = 'src/content/chapters/08-beyond';
const LABS = [
  {
    route: '/beyond/replicaset-controller/',
    folder: '05-replicaset-controller',
    session: 'lab:foreman',
    tests: 8,
  },
  { route: '/beyond/score-plugin/', folder: '06-score-plugin', session: 'lab:planner', tests: 5 },
  { route: '/beyond/operator/', folder: '07-operator', session: 'lab:steward', tests: 12 },
  { route: '/beyond/raft-vote/', folder: '09-raft-vote', session: 'lab:clerk', tests: 14 },
  { route: '/beyond/health-aware-proxy/', folder: '10-health-aware-proxy', session: 'lab:pilot', tests: 10 },
];

for (const { route, folder, session, tests } of LABS) {
  test(`${folder} is solved in the page, runs on the stage, and its process can be killed`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.addInitScript(keepThreads);
    await start(page, route);
    await expect(page.locator('.lab-tests .goal.done')).toHaveCount(0);
    await write(page, readFileSync(`${CHAPTER}/${folder}/solution.ts`, 'utf8'));
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(page.locator('.lab-tests .goal.done')).toHaveCount(tests, { timeout: 120_000 });
    await page.getByRole('button', { name: 'Run on the stage' }).click();
    await rest(page);
    await page.getByRole('button', { name: 'Kill the process' }).click();
    await rest(page);
    await expect(page.locator('.stage')).toContainText('stopped');
    const instants = [40, 7, 900, 0, 120];
    const first = await page.evaluate(hashesAt, { id: session, at: instants });
    expect(new Set(first.map(String)).size, 'instants differ from each other').toBe(instants.length);
    const back = await page.evaluate(hashesAt, { id: session, at: instants.toReversed() });
    expect(back).toEqual(first.toReversed());
  });
}

test('08-admission-policy: a file is told its mistakes at their places, passes the tests, and judges on the stage', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const solution = readFileSync(`${CHAPTER}/08-admission-policy/solution.yaml`, 'utf8');
  const done = page.locator('.lab-tests .goal.done');
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await start(page, '/beyond/admission-policy/');
  await write(page, solution.replace('  validations:', '  validation:'));
  await button('Test').click();
  await expect(page.locator('.lab-editor-problems li')).toHaveText([/^Line 25, column 3 .*unknown field/]);
  await write(page, solution);
  await button('Test').click();
  await expect(page.locator('.lab-editor-problems')).toHaveCount(0);
  await expect(done).toHaveCount(11, { timeout: 120_000 });
  await button('Run on the stage').click();
  await expect(page.locator('.terminal .run')).toHaveCount(1, { timeout: 20_000 });
  await rest(page);
  const refused = await kubectl(page, 'kubectl -n shop scale deployment till --replicas=6');
  expect(refused).toContain("'numbers' denied request: at most 5 replicas");
  await button('Start over').click();
  await expect(page.locator('.terminal .run')).toHaveCount(0, { timeout: 20_000 });
  expect(await kubectl(page, 'kubectl get validatingadmissionpolicies')).toBe('No resources found');
  await page.locator('.lab-editor-plain').focus();
  await expect(page.locator('.cm-content')).toBeVisible({ timeout: 20_000 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(axe(page).include('.lab')), colorScheme).toEqual([]);
  }
});

test('a lab is downloaded with the program as it stands in the editor', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'Firefox, driven over BiDi, does not tell of downloads.');
  await start(page, LABS[1]?.route);
  const program = '// Mine: größer als 0.\nexport const score = () => [];\n';
  await write(page, program);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as a project' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('score-plugin.zip');
  const archive = readFileSync(await download.path());
  for (const text of [program, 'score-plugin/cluster-lab/index.js']) expect(archive.includes(text), text).toBe(true);
  await expect(page.getByRole('link', { name: /as a Node project/ })).toHaveAttribute('href', /^\/lab\/node\/beyond/);
});

test('a program that throws crashes its process in the cluster, with its line', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page, LABS[0]?.route);
  await write(page, '// Line 3 is the one.\nexport function reconcile() {\n  throw new Error("on purpose");\n}\n');
  await page.getByRole('button', { name: 'Run on the stage' }).click();
  await expect(page.locator('.lab-crash')).toContainText('it crashed in line 3. Error: on purpose', {
    timeout: 60_000,
  });
});

/** As typed into the plain text area; the full editor, which comes with the focus, has tests of its own. */
async function write(page: Page, code: string): Promise<void> {
  await page.locator('.lab-editor-plain').evaluate((area: HTMLTextAreaElement, text) => {
    area.value = text;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }, code);
}
