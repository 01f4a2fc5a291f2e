import { budgetsKb } from '../../cli/budgets.ts';
import { expect, open, test } from './harness.ts';
import { apply, start } from './reader.ts';
import { labs } from './routes.ts';
import { collect, isWorker, weightKb } from './scripts.ts';

// Every page is weighed in pages.spec.ts, asleep and awake; these are watched for a while, in case one wakes late.
for (const route of ['/', '/kubectl-apply/pod/']) {
  test(`${route} needs at most ${budgetsKb.idleJs} kB of JavaScript in five seconds without input`, async ({
    page,
  }) => {
    const scripts = collect(page);
    await open(page, route);
    await page.waitForTimeout(5000);
    expect(await weightKb(scripts)).toBeLessThanOrEqual(budgetsKb.idleJs);
  });
}

for (const route of labs) {
  test(`${route} needs at most ${budgetsKb.labJs} kB beside the simulation, editor focused, program compiled`, async ({
    page,
  }) => {
    const scripts = collect(page);
    await start(page, route);
    await page.locator('.lab-editor-plain').focus();
    await expect(page.locator('.lab-editor-full')).toBeVisible();
    await page.getByRole('button', { name: 'Run on the stage' }).click();
    await expect(page.getByRole('button', { name: 'Start over' })).toBeVisible({ timeout: 30_000 });
    const own = new Map([...scripts].filter(([url]) => !isWorker(url)));
    // A file of objects needs no compiler.
    const isFile = (await page.locator('.lab-editor-head b').textContent()) === 'program.yaml';
    for (const [part, count] of Object.entries({ codemirror: 1, compiler: isFile ? 0 : 1 })) {
      expect(
        [...own.keys()].filter((url) => url.includes(`/${part}.`)),
        part,
      ).toHaveLength(count);
    }
    expect(await weightKb(own)).toBeLessThanOrEqual(budgetsKb.labJs);
  });
}

test('the simulation thread brings kubectl and the YAML parser in chunks of their own', async ({ page }) => {
  const scripts = collect(page);
  await start(page);
  await apply(page, 'pod.yaml');
  const parts = { base: /\/worker\.[^/]*\.js$/, kubectl: /\/worker-chunk\.kubectl\./, yaml: /\/worker-chunk\.yaml\./ };
  const weights = Object.entries(parts).map(async ([name, address]) => {
    const own = new Map([...scripts].filter(([url]) => address.test(url)));
    expect(own.size, `scripts of ${name}`).toBe(1);
    return `${name} ${await weightKb(own)} kB`;
  });
  const main = new Map([...scripts].filter(([url]) => !isWorker(url)));
  const told = `main thread ${await weightKb(main)} kB; simulation thread: ${(await Promise.all(weights)).join(', ')}`;
  test.info().annotations.push({ type: 'gzip', description: told });
  console.log(`      ${told}`);
  expect(await weightKb(main)).toBeLessThanOrEqual(budgetsKb.awakeJs);
});
