import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { apply, editor, kubectl, LESSON, playButton, playUntil, rest, start, table, view } from './reader.ts';

/** What a reader may do to pod.yaml, what the list under it says, and what kubectl prints. */
const MISTAKES: readonly { what: string; from: string; to: string; listed: RegExp; printed: RegExp }[] = [
  {
    what: 'malformed YAML',
    from: '  name: web\n  labels',
    to: '  name: [web\n  labels',
    listed: /Line 5.*YAML/,
    printed: /error: error parsing pod\.yaml: error converting YAML to JSON: yaml: line 4: did not find expected/,
  },
  {
    what: 'an unknown kind',
    from: 'kind: Pod',
    to: 'kind: Podd',
    listed: /Line 2.*There is no kind "Podd" in version "v1" here/,
    printed: /no matches for kind "Podd" in version "v1"/,
  },
  {
    what: 'an unknown field',
    from: 'image: nginx:1.27',
    to: 'imagee: nginx:1.27',
    listed: /Line 10.*unknown field "spec\.containers\[0\]\.imagee"/,
    printed: /strict decoding error: unknown field "spec\.containers\[0\]\.imagee"/,
  },
  {
    what: 'a wrong type',
    from: 'app: web',
    to: 'app: 1',
    listed: /Line 6.*cannot unmarshal number/,
    printed: /cannot unmarshal number into Go struct field ObjectMeta\.metadata\.labels/,
  },
];

test('mistakes in a manifest are told at their line and by kubectl; the text stays and the cluster goes on', async ({
  page,
}) => {
  await start(page);
  const { box, text } = editor(page, 'pod.yaml');
  const good = await text.inputValue();
  for (const { what, from, to, listed, printed } of MISTAKES) {
    const bad = good.replace(from, to);
    expect(bad, what).not.toBe(good);
    await text.fill(bad);
    await expect(box.locator('.manifest-problems'), what).toContainText(listed);
    await expect(await apply(page, 'pod.yaml'), what).toContainText(printed);
    await expect(text, what).toHaveValue(bad);
  }
  await text.fill(good);
  await expect(box.locator('.manifest-problems')).toHaveCount(0);
  await expect(await apply(page, 'pod.yaml')).toContainText('pod/web created');
});

test('a paste of 2 MB is refused in words, at once, and the text stays', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await start(page);
  const { box, text } = editor(page, 'pod.yaml');
  const good = await text.inputValue();
  await page.evaluate(() => navigator.clipboard.writeText('a: b # \n'.repeat(250_000)));
  await text.focus();
  await page.keyboard.press('Control+A');
  const begun = Date.now();
  await page.keyboard.press('Control+V');
  await expect(box.locator('.manifest-refusal')).toContainText('That is 2.0 million characters');
  expect(Date.now() - begun, 'ms until the refusal').toBeLessThan(3000);
  await expect(text).toHaveValue(good);
  expect(await kubectl(page, 'kubectl apply -f pod.yaml')).toContain('pod/web created');
});

const LINES: readonly (readonly [line: string, answer: RegExp])[] = [
  ['kubectl frobnicate', /error: unknown command "frobnicate" for "kubectl"/],
  ['helm install web', /kubectl/],
  ['kubectl get podz', /error: the server doesn't have a resource type "podz"/],
  ['kubectl get pod nobody', /Error from server \(NotFound\): pods "nobody" not found/],
  ['kubectl apply -f nowhere.yaml', /error: the path "nowhere\.yaml" does not exist/],
];

test('commands that do not exist are answered, and the next one works', async ({ page }) => {
  await start(page);
  for (const [line, answer] of LINES) {
    await kubectl(page, line);
    await expect(page.locator('.run').last(), line).toContainText(answer);
  }
  expect(await kubectl(page, 'kubectl get nodes')).toMatch(/node-c +Ready/);
});

/** Opens the drawer and presses a button of it. */
async function breakIt(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name, exact: true }).click();
}

test('the API server stops in the middle of a command: kubectl says so, and after the repair all goes on', async ({
  page,
}) => {
  await start(page);
  await page.getByRole('button', { name: '1:60' }).click();
  await editor(page, 'pod.yaml').apply.click();
  await expect(page.locator('.caption')).toContainText(/Step [3-5]/);
  await page.getByRole('button', { name: 'at once' }).click();
  await breakIt(page, 'Stop kube-apiserver');
  await rest(page);
  await playUntil(page, async () =>
    / (refused|lost|EOF)/.test((await page.locator('.run').last().textContent()) ?? ''),
  );
  await expect(page.locator('.run').last()).not.toContainText('pod/web created');
  expect(await kubectl(page, 'kubectl get pods')).toMatch(/The connection to the server .* was refused/);
  await page.getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name: 'Repair all' }).click();
  await rest(page);
  expect(await kubectl(page, 'kubectl apply -f pod.yaml')).toMatch(/pod\/web (created|unchanged)/);
  await view(page, 'Tables');
  const pods = table(page, 'kubectl get pods -o wide');
  await playUntil(page, async () => /1\/1\s*Running/.test((await pods.textContent()) ?? ''));
});

test('a double click on every button of the stage and the tools breaks nothing', async ({ page }) => {
  await start(page);
  const presses = page.locator('.stage button:visible, .manifest-head button, .predict button, .exercise button, .do');
  const count = await presses.count();
  expect(count).toBeGreaterThan(20);
  for (let index = 0; index < count; index++) {
    const press = presses.nth(index);
    if (!(await press.isVisible()) || (await press.isDisabled())) continue;
    await press.dispatchEvent('click');
    await press.dispatchEvent('click').catch(() => undefined);
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(playButton(page)).toHaveAccessibleName(/^Play/, { timeout: 30_000 });
  await expect(page.locator('.caption .problem')).toHaveCount(0);
  await page.getByRole('button', { name: 'Break…' }).click();
  const repair = page.locator('.drawer').getByRole('button', { name: 'Repair all' });
  if (await repair.isVisible()) await repair.click();
  else await page.keyboard.press('Escape');
  await rest(page);
  expect(await kubectl(page, 'kubectl get nodes')).toMatch(/node-a +(Not)?Ready/);
});

test('a reload in the middle of a play comes back to a moment that was kept', async ({ page }) => {
  await start(page);
  await apply(page, 'pod.yaml');
  const kept = await page.locator('.clock').textContent();
  await page.getByRole('button', { name: '1:60' }).click();
  await page.locator('.terminal input').fill('kubectl get nodes');
  await page.locator('.terminal input').press('Enter');
  await expect(playButton(page)).toHaveAccessibleName('Pause');
  await page.reload();
  await expect(page).toHaveURL(new RegExp(`${LESSON}$`));
  await expect(page.locator('.clock')).toHaveText(kept ?? '');
  await expect(page.locator('.terminal')).toContainText('pod/web created');
  await page.getByRole('button', { name: 'at once' }).click();
  await playUntil(page, async () => (await page.locator('.clock').textContent()) !== kept);
});
