import Manifest from '../manifest/Manifest.astro';
import Beat from './Beat.astro';
import Beats from './Beats.astro';
import Do from './Do.astro';
import Exercise from './Exercise.astro';
import Nothing from './Nothing.astro';
import Port from './Port.astro';
import Predict from './Predict.astro';
import Recall from './Recall.astro';
import Stage from './Stage.astro';

/** What a lesson may use without importing it. The parts of a Predict and an Exercise are drawn by their cards. */
export const components = {
  Stage,
  Beats,
  Beat,
  Do,
  Predict,
  Exercise,
  Port,
  Recall,
  Manifest,
  Option: Nothing,
  Goal: Nothing,
  Hint: Nothing,
  Wrong: Nothing,
  Solution: Nothing,
};
