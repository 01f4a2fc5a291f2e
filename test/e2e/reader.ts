import type { Locator, Page } from '@playwright/test';
import { expect, open } from './harness.ts';

/** The chapter that the first release stands on. */
export const LESSON = '/kubectl-apply/pod/';
/** The one after it, in which a node dies; its exercises have shown most of what can break on a page. */
export const LOST_SHIP = '/kubectl-apply/lost-ship/';

/** Opens a page with its stage awake, and without travel so that journeys are quick. */
export async function start(page: Page, route = LESSON): Promise<void> {
  await open(page, route);
  await page.locator('.stage .tabs').hover();
  const atOnce = page.getByRole('button', { name: 'at once' });
  await atOnce.click();
  await expect(atOnce).toHaveAttribute('aria-pressed', 'true');
}

/** The button that plays and pauses. */
export function playButton(page: Page): Locator {
  return page.locator('.controls .play');
}

/** Waits until nothing plays any more. */
export async function rest(page: Page): Promise<void> {
  await expect(page.locator('.stage [role=status]')).not.toBeEmpty({ timeout: 20_000 });
  await expect(playButton(page)).toHaveAccessibleName(/^Play/, { timeout: 30_000 });
}

/** Plays again and again until it is true of the page; the author's own commands are among what is played. */
export async function playUntil(page: Page, isThere: () => Promise<boolean>, most = 30): Promise<void> {
  for (let plays = 0; plays < most && !(await isThere()); plays++) {
    await playButton(page).press('Enter');
    await rest(page);
  }
  expect(await isThere(), `after ${most} plays`).toBe(true);
}

/** Shows a view of the stage. */
export async function view(page: Page, name: 'Diagram' | 'Port' | 'Timeline' | 'Tables' | 'Log'): Promise<void> {
  await page.locator('.stage').getByRole('tab', { name, exact: true }).click();
}

/** The table that prints this command, in the Tables view. */
export function table(page: Page, command: string): Locator {
  return page.locator('.tables table').filter({ hasText: command });
}

/** Runs a line at the terminal and gives what it printed, to its end. */
export async function kubectl(page: Page, line: string): Promise<string> {
  const runs = page.locator('.terminal .run');
  const before = await runs.count();
  await page.locator('.terminal input').fill(line);
  await page.locator('.terminal input').press('Enter');
  await expect(runs).toHaveCount(before + 1, { timeout: 20_000 });
  await rest(page);
  return (await runs.last().locator('.printed').allTextContents()).join('\n');
}

/** The editor of a manifest, and its parts. */
export function editor(page: Page, file: string): { box: Locator; text: Locator; apply: Locator } {
  const box = page.locator('.manifest').filter({ has: page.locator('header b', { hasText: file }) });
  return { box, text: box.locator('textarea'), apply: box.getByRole('button', { name: 'Apply', exact: true }) };
}

/** Presses Apply in the editor of a manifest, and gives the run at the terminal once it has been answered. */
export async function apply(page: Page, file: string): Promise<Locator> {
  const runs = page.locator('.terminal .run');
  const before = await runs.count();
  await editor(page, file).apply.click();
  await expect(runs).toHaveCount(before + 1, { timeout: 20_000 });
  await rest(page);
  return runs.last();
}

/** A clock's words in seconds: `6 min 0.1 s` is 360.1. */
export function seconds(clock: string): number {
  const match = /(?:(\d+) min )?([\d.]+) s/.exec(clock);
  return match === null ? Number.NaN : 60 * Number(match[1] ?? 0) + Number(match[2]);
}

/** When the Log view says that this happened, in seconds: the latest time. The view must be shown. */
export async function whenLogged(page: Page, what: RegExp): Promise<number> {
  const line = page.locator('.log li').filter({ hasText: what }).last();
  await expect(line).toBeAttached();
  return seconds((await line.locator('.at').textContent()) ?? '');
}

/** Presses Tab until it is there, as a reader without a mouse must; after the last stop comes the first again. */
export async function tabTo(page: Page, target: Locator, most = 250): Promise<void> {
  await expect(target).toBeAttached();
  for (let tabs = 0; tabs < most; tabs++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`not reached with ${most} presses of Tab: ${target}`);
}

/** Whether it has the focus of the page; Firefox, driven from outside, need not have that of the screen. */
export async function expectFocus(target: Locator): Promise<void> {
  await expect.poll(() => target.evaluate((element) => element === document.activeElement)).toBe(true);
}
