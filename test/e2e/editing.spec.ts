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
