import type { ExerciseProps, LabProps, PredictProps, RecallProps } from '../../src/lesson/widgets.ts';
import { test } from './harness.ts';
import { lessons } from './routes.ts';
import { begin, predict, recall, solve, solveLab, walkBeats, widgets } from './walk.ts';

/**
 * The course from its first page to its last, as readers go through it: every prediction wrong once and right once,
 * every exercise and lab solved by its solution through terminal, editors and faults, every recall answered wrong and
 * right. `npm run test:long` (COURSE=whole) walks every lesson at both widths; `npm test` these two.
 */
const SAMPLE = [
  ['/introduction/four-jobs/', 1280],
  ['/worker-node/kubelet/', 360],
] as const;
const WIDTHS = [1280, 390] as const;
const isWhole = process.env['COURSE'] === 'whole';
const walks = isWhole ? lessons.flatMap((route) => WIDTHS.map((width) => [route, width] as const)) : SAMPLE;

for (const [route, width] of walks) {
  test.describe(`${route} at ${width} px`, () => {
    test.use({ viewport: { width, height: width < 600 ? 844 : 900 }, hasTouch: width < 600 });
    test.use({ actionTimeout: 20_000 });
    test.describe.configure({ timeout: 240_000, mode: 'parallel' });

    test('every prediction wrong, everything solved, every recall answered', async ({ page }) => {
      const spec = await begin(page, route);
      for (const props of widgets<PredictProps>(spec, 'predict')) await predict(page, props, false);
      await walkBeats(page);
      for (const props of widgets<ExerciseProps>(spec, 'exercise')) await solve(page, props);
      for (const props of widgets<LabProps>(spec, 'lab')) await solveLab(page, props);
      for (const props of widgets<RecallProps>(spec, 'recall')) await recall(page, props);
    });

    test('every prediction right', async ({ page }) => {
      const spec = await begin(page, route);
      for (const props of widgets<PredictProps>(spec, 'predict')) await predict(page, props, true);
    });
  });
}
