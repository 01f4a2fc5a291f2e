import { existsSync, readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import {
  apply,
  editor,
  kubectl,
  LOST_SHIP,
  playUntil,
  rest,
  seconds,
  start,
  table,
  view,
  whenLogged,
} from './reader.ts';

/** The manifest from the Kubernetes documentation, when it lies beside the project. */
const OFFICIAL = '../shared/manifests/controllers/nginx-deployment.yaml';
const official = existsSync(OFFICIAL) ? readFileSync(OFFICIAL, 'utf8') : undefined;
const MISSING = `SKIPPED: ${OFFICIAL} is not here, so nobody has pasted the official manifest`;
if (official === undefined) console.warn(MISSING);

/** The name of the official Deployment. */
const NAME = 'nginx-deployment';
/** A silent node is NotReady 40 to 55 s later: 50 s of grace, a lease up to 10 s old, a look every 5 s. */
const NOT_READY_S = [40, 55] as const;

const clock = async (page: Page) => (await page.locator('.clock').textContent()) ?? '';

/** How many rows of the pods' table are this Deployment's and look so. The Tables view must be shown. */
async function pods(page: Page, look: RegExp): Promise<number> {
  const rows = await table(page, 'kubectl get pods -o wide').locator('tbody tr').allTextContents();
  return rows.filter((row) => row.startsWith(NAME) && look.test(row)).length;
}

test('a reader applies two manifests, loses a ship, solves an exercise, and finds it all after a reload', async ({
  page,
}) => {
  test.skip(official === undefined, MISSING);
  test.setTimeout(120_000);
  await start(page);
  await page.getByRole('radio', { name: /The pod is written down/ }).check();
  await page.getByRole('button', { name: 'Keep my guess' }).first().click();

  await expect(await apply(page, 'pod.yaml')).toContainText('pod/web created');

  await editor(page, 'deployment.yaml').text.fill(official ?? '');
  await expect(await apply(page, 'deployment.yaml')).toContainText(`deployment.apps/${NAME} created`);
  await view(page, 'Tables');
  await playUntil(page, async () => (await pods(page, /1\/1\s*Running/)) === 3);

  const printed = await kubectl(page, 'kubectl get pods -o wide');
  const names = printed.split('\n').filter((line) => line.startsWith(NAME));
  expect(names).toHaveLength(3);
  for (const line of names) expect(line).toMatch(/ 1\/1 +Running +0 .* 10\.244\.\d\.\d+ +node-[abc] /);
  await view(page, 'Diagram');
  for (const line of names) {
    const crate = page.locator(`.drawing [data-id="pod/default/${line.split(' ')[0]}"]`);
    await expect(crate).toHaveAccessibleName(/Running/);
  }

  await loseShip(page);
  await page.reload();
  await expect(editor(page, 'deployment.yaml').text).toHaveValue(official ?? '');
  await expect(page.locator('.predict').first()).toContainText('As you said.');
  await view(page, 'Tables');
  await expect.poll(() => pods(page, /1\/1\s*Running/)).toBe(3);
  await expect(page.locator('.terminal')).toContainText(`deployment.apps/${NAME} created`);

  await start(page, LOST_SHIP);
  await solveDrill(page);
  const drill = page.locator('#drill');
  const before = {
    clock: await clock(page),
    terminal: await page.locator('.terminal-output').textContent(),
    goals: await drill.locator('.goals').textContent(),
  };
  await page.reload();
  await expect(page.locator('.banner')).toContainText('Exercise');
  await expect(page.locator('.clock')).toHaveText(before.clock);
  await expect(page.locator('.terminal-output')).toHaveText(before.terminal ?? '');
  await expect(drill.locator('.goals')).toHaveText(before.goals ?? '');
  await expect(drill.locator('.solved')).toBeVisible();
  await page.locator('.banner').getByRole('button').click();
  await expect(page.locator('.banner')).toHaveCount(0);
});

/** On the lesson's cluster: a ship dies, and what Kubernetes does about it comes when it should. */
async function loseShip(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Break…' }).click();
  const killed = seconds(await clock(page));
  await page.locator('.drawer').getByRole('button', { name: 'Cut the power of node-a' }).click();
  await rest(page);
  const ship = page.locator('.drawing [data-id="node/node-a"]');
  await expect(ship).toHaveAccessibleName(/no power/);
  await playUntil(page, async () => / NotReady/.test((await ship.getAttribute('aria-label')) ?? ''));

  await view(page, 'Tables');
  const elsewhere = /1\/1\s*Running.*node-[bc]/;
  await playUntil(page, async () => (await pods(page, /Terminating/)) > 0 && (await pods(page, elsewhere)) === 3);
  expect(await pods(page, /Terminating.*node-a/), 'nobody can confirm that it ended').toBe(1);
  const after = await kubectl(page, 'kubectl get pods -o wide');
  expect(after).toMatch(/^web +1\/1 +Terminating .* node-a /m);
  expect(await kubectl(page, 'kubectl get nodes')).toMatch(/^node-a +NotReady /m);

  await view(page, 'Log');
  const notReady = (await whenLogged(page, /has not heard of node\/node-a for .* gives it up as NotReady/)) - killed;
  expect(notReady, 's until NotReady').toBeGreaterThanOrEqual(NOT_READY_S[0]);
  expect(notReady, 's until NotReady').toBeLessThanOrEqual(NOT_READY_S[1]);
  const tainted = await whenLogged(page, /finds these taints due on node\/node-a: .*unreachable:NoExecute/);
  const evicted = await whenLogged(page, /evicts pod\/nginx-deployment-\S+ from node-a/);
  const replaced = await whenLogged(page, /finds 2 of 3 pods for replicaset\/nginx-deployment-\S+, and creates 1/);
  expect(Math.abs(evicted - tainted - 300), 's between taint and eviction, less 300').toBeLessThanOrEqual(0.2);
  expect(replaced - evicted, 's between eviction and replacement').toBeLessThan(2);
  await view(page, 'Diagram');
}

/** In the exercise's own cluster, every goal ticks. */
async function solveDrill(page: Page): Promise<void> {
  const drill = page.locator('#drill');
  const goals = drill.locator('.goals li');
  await drill.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('.banner')).toContainText('Exercise');
  await expect(goals.filter({ hasText: 'not yet' })).toHaveCount(4);
  await page.getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name: 'Cut the power of node-c' }).click();
  await rest(page);
  await expect(goals.nth(0)).toContainText('done');
  await playUntil(page, async () => ((await goals.nth(2).textContent()) ?? '').includes('done'));
  await expect(goals.nth(1)).toContainText('done');
  await expect(drill.locator('.solved')).toHaveCount(0);
  await kubectl(page, 'kubectl get pods');
  await expect(goals.filter({ hasText: 'done' })).toHaveCount(4);
  await expect(drill.locator('.solved')).toContainText('All goals are met');
}
