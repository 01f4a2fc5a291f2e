import { axe, violations } from './axe.ts';
import { expect, test } from './harness.ts';
import { apply, editor, kubectl, start } from './reader.ts';

test('what a file would change is shown before it is applied', async ({ page }) => {
  await start(page);
  const { box, text } = editor(page, 'pod.yaml');
  const changes = box.getByRole('region', { name: 'What applying pod.yaml would change' });
  await box.getByRole('button', { name: 'Show what will change' }).click();
  await expect(changes).toContainText('1 created. Nothing is changed yet.');
  await expect(changes.locator('.changes-head')).toContainText('Pod web would be created');
  await apply(page, 'pod.yaml');
  await text.fill((await text.inputValue()).replace('nginx:1.27', 'nginx:1.28'));
  await expect(box).toContainText('The file has changed since');
  await box.getByRole('button', { name: 'Show what will change' }).press('Enter');
  await expect(changes.locator('li')).toHaveText([/spec\.containers\[\w+\]\.image.*becomes.*nginx:1\.28/]);
  await changes.locator('summary').click();
  await expect(changes.locator('.gone')).toHaveText([/^now: -\s+generation: 1$/, /^now: -\s+- image: nginx:1.27$/]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(axe(page).include('.manifest'))).toEqual([]);
  }
  await text.fill((await text.inputValue()).replace(/^ {2}name: .*$/m, '  name: Web'));
  expect(await kubectl(page, 'kubectl diff -f pod.yaml')).toContain('The Pod "Web" is invalid');
});

for (const width of [1280, 390]) {
  test(`kubectl edit opens the editor, and what is refused comes back, ${width} px`, async ({ page }) => {
    await start(page);
    await apply(page, 'pod.yaml');
    await page.setViewportSize({ width, height: 800 });
    if (width < 600) await page.getByRole('button', { name: 'Full screen' }).click();
    const input = page.locator('.terminal input');
    await input.fill('kubectl edit pod web');
    await input.press('Enter');
    const editing = page.getByRole('dialog', { name: 'kubectl edit pod web' });
    const text = editing.getByRole('textbox');
    await expect(text).toHaveValue(/^# Please edit the object below\. .*\n(#.*\n)+apiVersion: v1\n/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(axe(page).include('.panel'))).toEqual([]);
    }
    await text.fill((await text.inputValue()).replace(/cpu: 250m/g, 'cpu: 300m'));
    await text.press('Control+s');
    await expect(editing.getByRole('status')).toContainText('It was not valid: spec: Forbidden: pod updates may not');
    await text.fill((await text.inputValue()).replace(/cpu: 300m/g, 'cpu: 250m').replace('nginx:1.27', 'nginx:1.28'));
    await editing.getByRole('button', { name: 'Save and close' }).press('Enter');
    await expect(page.locator('.terminal .run').last()).toContainText('pod/web edited');
    await expect(editing).toHaveCount(0);
    await input.fill('kubectl edit pod web');
    await input.press('Enter');
    await expect(text).toHaveValue(/nginx:1.28/);
    await page.keyboard.press('Escape');
    await expect(page.locator('.terminal .run').last()).toContainText('Edit cancelled, no changes made.');
  });
}
