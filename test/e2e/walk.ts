import type { Locator, Page } from '@playwright/test';
import type { ExerciseProps, LabProps, PredictProps, RecallProps } from '../../src/lesson/widgets.ts';
import type { PageSpec } from '../../src/session/page.ts';
import { expect, open } from './harness.ts';

/** A loaded machine is slow; a walk has dozens of steps. */
const PATIENCE = { timeout: 60_000 };
/** An exercise whose solution has run is solved after so many plays, or not at all. */
const MOST_PLAYS = 40;

/** Opens a lesson on a device that likes messages to arrive at once; that is progress, so the page wakes by itself. */
export async function begin(page: Page, route: string): Promise<PageSpec> {
  await open(page, '/404.html');
  const saved = JSON.stringify({ version: 1, answers: {}, sessions: {}, speed: 'once' });
  await page.evaluate(([key, text]) => localStorage.setItem(key ?? '', text ?? ''), [`course:${route}`, saved]);
  await open(page, route);
  await expect(page.locator('.stage.awake')).toBeAttached(PATIENCE);
  return JSON.parse((await page.locator('#page-spec').textContent()) ?? '') as PageSpec;
}

/** The props of all widgets of a kind, in the order of the page. */
export function widgets<P>({ widgets }: PageSpec, kind: string): readonly P[] {
  return widgets.filter((widget) => widget.kind === kind).map(({ props }) => props as unknown as P);
}

/** Keeps a guess and lets the page show what happens, which must be what it says. */
export async function predict(page: Page, { id, outcome }: PredictProps, isRight: boolean): Promise<void> {
  const card = widget(page, 'predict', id);
  await card.getByRole('radio').nth(outcome.indexOf(isRight)).check({ force: true });
  await card.getByRole('button', { name: 'Keep my guess' }).click();
  await page.waitForFunction(isKept, id, PATIENCE);
  expect(await keptOutcome(page, id)).toEqual(outcome);
  await card.getByRole('button', { name: 'Show me' }).click();
  const shown = card.locator('.predict-outcome');
  await shown.waitFor();
  await rest(page);
  await expect(shown).toContainText('What happened');
  await expect(shown.getByText('As you said.')).toHaveCount(isRight ? 1 : 0);
}

/** Goes to the last beat, and to the first again. */
export async function walkBeats(page: Page): Promise<void> {
  const beats = page.locator('[data-beat]');
  if ((await beats.count()) === 0) return;
  for (const beat of [beats.last(), beats.first()]) {
    await beat.click();
    await expect(beat).toHaveAttribute('aria-current', 'step', PATIENCE);
    await rest(page);
  }
}

/** Solves an exercise as its solution does, each line where a reader would: terminal, editor, drawer, card. */
export async function solve(page: Page, { id, solution, solutionFiles }: ExerciseProps): Promise<void> {
  const exercise = widget(page, 'exercise', id);
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await exercise.getByRole('button', { name: 'Back to the lesson’s cluster' }).waitFor();
  const solved = exercise.locator('.solved');
  await expect(solved).toHaveCount(0);
  await exercise.getByText('Show a solution').click();
  for (const [index, { line, advanceMs }] of solution.entries()) {
    const file = /^kubectl (?:apply|create) -f (\S+)$/.exec(line)?.[1] ?? '';
    const editor = widget(page, 'manifest', `${id}/${file}`);
    if (advanceMs !== undefined) await exercise.getByRole('button', { name: 'Run it' }).nth(index).click();
    else if (solutionFiles[file] !== undefined && (await editor.count()) > 0) {
      await editor.getByRole('textbox').fill(solutionFiles[file] ?? '');
      await editor.getByRole('button', { name: 'Apply', exact: true }).click();
    } else if (/^(kubectl|ssh|etcdctl|etcdutl) /.test(line)) await type(page, line);
    else await breakOrMend(page, line);
    await rest(page);
  }
  for (let plays = 0; plays < MOST_PLAYS && (await solved.count()) === 0; plays++) {
    await playButton(page).press('Enter');
    await rest(page);
  }
  await expect(solved).toContainText('All goals are met');
}

/** Writes the author's program into the lab, where it must pass the lab's own tests, and runs it on the stage. */
export async function solveLab(page: Page, { id, solution, tests }: LabProps): Promise<void> {
  const lab = widget(page, 'lab', id);
  const done = lab.locator('.lab-tests .goal.done');
  await expect(done).toHaveCount(0);
  await lab.locator('.lab-editor-plain').evaluate((area: HTMLTextAreaElement, program) => {
    area.value = program;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }, solution);
  await lab.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(done).toHaveCount(tests.length, { timeout: 180_000 });
  await lab.getByRole('button', { name: 'Run on the stage' }).click();
  await rest(page);
}

/** Answers from memory: wrong first, then right. */
export async function recall(page: Page, { id, form, right, options }: RecallProps): Promise<void> {
  const card = widget(page, 'recall', id);
  if (form === 'open') {
    await card.getByText('Show the answer').click();
    await card.getByRole('button', { name: 'I knew it' }).click();
    await expect(card).toContainText('You knew it.');
    return;
  }
  const answer = form === 'order' ? sort : choose;
  const wrong = form === 'order' ? right.toReversed() : [options.findIndex((_, index) => index !== right[0])];
  await answer(card, wrong);
  await expect(card).toContainText('Not quite.');
  await card.getByRole('button', { name: 'Ask me again' }).click();
  await answer(card, right);
  await expect(card).toContainText('Right.');
}

function widget(page: Page, kind: string, id: string): Locator {
  return page.locator(`[data-widget="${kind}"][data-id="${id}"]`);
}

/** Whether the reader's own hidden fork has answered; runs in the page. */
function isKept(id: string): boolean {
  const saved = JSON.parse(localStorage.getItem(`course:${location.pathname}`) ?? '{}');
  return saved.answers?.[id]?.outcome !== undefined;
}

function keptOutcome(page: Page, id: string): Promise<readonly boolean[] | undefined> {
  return page.evaluate((key) => {
    const saved = JSON.parse(localStorage.getItem(`course:${location.pathname}`) ?? '{}');
    return saved.answers?.[key]?.outcome;
  }, id);
}

/** Types a line at the terminal, which phones have in the full screen. */
async function type(page: Page, line: string): Promise<void> {
  const isPhone = await isDocked(page);
  if (isPhone) await page.locator('.dock').getByRole('button', { name: 'Terminal' }).click();
  const input = page.locator('.terminal input');
  const runs = page.locator('.terminal .run');
  const before = await runs.count();
  await input.fill(line);
  await input.press('Enter');
  await expect(runs).toHaveCount(before + 1, PATIENCE);
  await expect(runs.last()).toContainText(line);
  if (isPhone) await leaveFullScreen(page);
}

/** Presses what the drawer Break… has for it; the rest is on the card of the part itself. */
async function breakOrMend(page: Page, line: string): Promise<void> {
  const name = nameOf(line);
  const target = line.split(' ')[1] ?? '';
  if (name === undefined) {
    await page.locator(`.drawing [data-id="${target}"]`).first().focus();
    await page.keyboard.press('Enter');
    const verb = line.startsWith('stop') ? 'Stop it' : 'Start it again';
    await page.locator('.partcard .breaks').getByRole('button', { name: verb }).click();
    return;
  }
  const isPhone = await isDocked(page);
  if (isPhone) await page.getByRole('button', { name: 'Full screen' }).click();
  await page.locator('.controls').getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name }).click();
  if (isPhone) await leaveFullScreen(page);
}

/** The accessible name of a button in the drawer. */
function nameOf(line: string): RegExp | undefined {
  const [, verb = '', target = ''] = /^(\w+) (\S+)$/.exec(line) ?? [];
  const [kind, name] = target.split('/');
  const deeds: Readonly<Record<string, string>> = {
    kill: '^Cut the power of',
    start: 'take back “Cut the power of',
    cut: '^Pull the network cable of',
    heal: 'take back “Pull the network cable of',
  };
  if (kind === 'node') return new RegExp(`${deeds[verb]} ${name}`);
  if (kind === 'pod') return new RegExp(`^Crash a container of ${name}:`);
  if (kind === 'kubelet') return new RegExp(`${verb === 'start' ? 'take back “' : '^'}Stop the kubelet of ${name}`);
  const title = kind === 'kube-controller-manager' ? 'controller-manager' : kind;
  return name === undefined
    ? new RegExp(verb === 'start' ? `take back “Stop ${title}”` : `^Stop ${title}$`)
    : undefined;
}

async function choose(card: Locator, [index = 0]: readonly number[]): Promise<void> {
  await card.getByRole('radio').nth(index).check({ force: true });
  await card.getByRole('button', { name: 'Answer', exact: true }).click();
}

/** Moves each thing up to its place, from the first place on. */
async function sort(card: Locator, order: readonly number[]): Promise<void> {
  for (const [place, item] of order.entries()) {
    const up = card.locator(`[data-move="${item} up"]`);
    const places = card.locator('.recall-order li [data-move$=" up"]');
    const now = await places.evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset['move']));
    for (let moves = now.indexOf(`${item} up`); moves > place; moves--) await up.click();
  }
  await card.getByRole('button', { name: 'Answer', exact: true }).click();
}

/** Whether the page is a phone's: the buttons that are needed all the time are under the thumb. */
function isDocked(page: Page): Promise<boolean> {
  return page.locator('.dock').isVisible();
}

async function leaveFullScreen(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Full screen' }).click();
  await expect(page.locator('.stage.full')).toHaveCount(0);
}

function playButton(page: Page): Locator {
  return page.locator('.controls .play, .dock .play').filter({ visible: true }).first();
}

/** Waits until nothing plays any more, and the page has said where it stands. */
async function rest(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('.stage [role=status]')?.textContent !== '' &&
      document.querySelector('.stage .play')?.ariaLabel?.startsWith('Play') === true,
    undefined,
    PATIENCE,
  );
}
