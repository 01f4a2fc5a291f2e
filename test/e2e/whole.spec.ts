import type { Locator, Page } from '@playwright/test';
import type { ExerciseProps, PredictProps, RecallProps } from '../../src/lesson/widgets.ts';
import type { PageSpec } from '../../src/session/page.ts';
import { expect, open, test } from './harness.ts';
import { lessons } from './routes.ts';

/**
 * The course from its first page to its last, as readers go through it: every prediction wrong once and right once,
 * every exercise solved by its solution through terminal, editor and faults, every recall answered wrong and right.
 * With COURSE=whole every lesson is walked at both widths; otherwise this one.
 */
const SAMPLE = [['/introduction/four-jobs/', 1280]] as const;
const isWhole = process.env['COURSE'] === 'whole';
const walks = isWhole ? lessons.flatMap((route) => [[route, 1280] as const, [route, 390] as const]) : SAMPLE;
/** A loaded machine is slow; a walk has dozens of steps. */
const PATIENCE = { timeout: 90_000 };

for (const [route, width] of walks) {
  test.describe(`${route} at ${width} px`, () => {
    test.use({ viewport: { width, height: width === 390 ? 844 : 900 } });
    test.describe.configure({ timeout: 600_000 });

    test('every prediction wrong, every exercise solved, every recall answered', async ({ page }) => {
      const spec = await begin(page, route);
      for (const props of widgets<PredictProps>(spec, 'predict')) await predict(page, props, false);
      await walkBeats(page);
      for (const props of widgets<ExerciseProps>(spec, 'exercise')) await solve(page, props);
      for (const props of widgets<RecallProps>(spec, 'recall')) await recall(page, props);
    });

    test('every prediction right', async ({ page }) => {
      const spec = await begin(page, route);
      for (const props of widgets<PredictProps>(spec, 'predict')) await predict(page, props, true);
    });
  });
}

/** Opens a lesson on a device that likes messages to arrive at once; that is progress, so the page wakes by itself. */
async function begin(page: Page, route: string): Promise<PageSpec> {
  await open(page, '/404.html');
  const saved = JSON.stringify({ version: 1, answers: {}, sessions: {}, speed: 'once' });
  await page.evaluate(([key, text]) => localStorage.setItem(key ?? '', text ?? ''), [`course:${route}`, saved]);
  await open(page, route);
  await expect(page.locator('.stage.awake')).toBeAttached(PATIENCE);
  return JSON.parse((await page.locator('#page-spec').textContent()) ?? '') as PageSpec;
}

function widgets<P>({ widgets }: PageSpec, kind: string): readonly P[] {
  return widgets.filter((widget) => widget.kind === kind).map(({ props }) => props as unknown as P);
}

function widget(page: Page, kind: string, id: string): Locator {
  return page.locator(`[data-widget="${kind}"][data-id="${id}"]`);
}

async function predict(page: Page, { id, outcome }: PredictProps, isRight: boolean): Promise<void> {
  const card = widget(page, 'predict', id);
  await card
    .getByRole('radio')
    .nth(outcome.indexOf(isRight))
    .check({ ...PATIENCE, force: true });
  await card.getByRole('button', { name: 'Keep my guess' }).click();
  await expect.poll(() => keptOutcome(page, id), PATIENCE).toEqual(outcome);
  await card.getByRole('button', { name: 'Show me' }).click();
  const shown = card.locator('.predict-outcome');
  await expect(shown.getByText('As you said.')).toHaveCount(isRight ? 1 : 0, PATIENCE);
  await expect(shown).toContainText('What happened', PATIENCE);
  await rest(page);
}

/** What the reader's own hidden fork gave, once it is written down. */
function keptOutcome(page: Page, id: string): Promise<readonly boolean[] | undefined> {
  return page.evaluate((key) => {
    const saved = JSON.parse(localStorage.getItem(`course:${location.pathname}`) ?? '{}');
    return saved.answers?.[key]?.outcome;
  }, id);
}

/** Goes to the last beat, and to the first again. */
async function walkBeats(page: Page): Promise<void> {
  for (const beat of [page.locator('[data-beat]').last(), page.locator('[data-beat]').first()]) {
    await beat.click();
    await expect(beat).toHaveAttribute('aria-current', 'step', PATIENCE);
    await rest(page);
  }
}

async function solve(page: Page, { id, solution, solutionFiles }: ExerciseProps): Promise<void> {
  const exercise = widget(page, 'exercise', id);
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(exercise.getByRole('button', { name: 'Back to the lesson’s cluster' })).toBeVisible(PATIENCE);
  await exercise.getByText('Show a solution').click();
  for (const [index, { line, advanceMs }] of solution.entries()) {
    const file = /^kubectl (?:apply|create) -f (\S+)$/.exec(line)?.[1] ?? '';
    const editor = widget(page, 'manifest', `${id}/${file}`);
    if (advanceMs !== undefined) await exercise.getByRole('button', { name: 'Run it' }).nth(index).click();
    else if (solutionFiles[file] !== undefined && (await editor.count()) > 0) {
      await editor.getByRole('textbox').fill(solutionFiles[file] ?? '');
      await editor.getByRole('button', { name: 'Apply', exact: true }).click();
    } else if (/^(kubectl|ssh) /.test(line)) await type(page, line);
    else await breakOrMend(page, line);
    await rest(page);
  }
  const solved = exercise.locator('.solved');
  for (let plays = 0; plays < 40 && (await solved.count()) === 0; plays++) {
    await playButton(page).press('Enter');
    await rest(page);
  }
  await expect(solved).toContainText('All goals are met');
}

async function type(page: Page, line: string): Promise<void> {
  const input = page.locator('.terminal input');
  await input.fill(line);
  await input.press('Enter');
  await expect(page.locator('.terminal .run').last()).toContainText(line, PATIENCE);
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
  await page.locator('.controls').getByRole('button', { name: 'Break…' }).click();
  await page.locator('.drawer').getByRole('button', { name }).click();
}

/** The accessible name of a button in the drawer. */
function nameOf(line: string): RegExp | undefined {
  const [, verb = '', target = ''] = /^(\w+) (\S+)$/.exec(line) ?? [];
  const [kind, name] = target.split('/');
  if (kind === 'node') {
    const deed = { kill: 'Cut the power of', start: 'Cut the power of', cut: 'Pull the network cable of' }[verb] ?? '';
    return new RegExp(verb === 'start' ? `take back “${deed} ${name}”$` : `^${deed} ${name}$`);
  }
  if (kind === 'pod') return new RegExp(`^Crash a container of ${name}:`);
  if (kind === 'kubelet') return new RegExp(`${verb === 'start' ? 'take back “' : '^'}Stop the kubelet of ${name}`);
  const title = { 'kube-apiserver': 'API server', 'kube-controller-manager': 'controllers' }[kind ?? ''] ?? kind;
  return name === undefined ? new RegExp(`${verb === 'start' ? 'take back “' : '^'}Stop ${title}`, 'i') : undefined;
}

async function recall(page: Page, { id, form, right, options }: RecallProps): Promise<void> {
  const card = widget(page, 'recall', id);
  if (form === 'open') {
    await card.getByText('Show the answer').click();
    await card.getByRole('button', { name: 'I knew it' }).click();
    await expect(card).toContainText('You knew it.');
    return;
  }
  if (form === 'order') {
    await sort(card, [...right].reverse());
    await expect(card).toContainText('Not quite.');
    await card.getByRole('button', { name: 'Ask me again' }).click();
    await sort(card, right);
  } else {
    const wrong = options.findIndex((_, index) => index !== right[0]);
    await choose(card, wrong);
    await expect(card).toContainText('Not quite.');
    await card.getByRole('button', { name: 'Ask me again' }).click();
    await choose(card, right[0] ?? 0);
  }
  await expect(card).toContainText('Right.');
}

async function choose(card: Locator, index: number): Promise<void> {
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

/** Phones have the button in the dock under the thumb. */
function playButton(page: Page): Locator {
  return page.locator('.controls .play, .dock .play').filter({ visible: true }).first();
}

async function rest(page: Page): Promise<void> {
  await expect(page.locator('.stage [role=status]')).not.toBeEmpty(PATIENCE);
  await expect(playButton(page)).toHaveAccessibleName(/^Play/, PATIENCE);
}
