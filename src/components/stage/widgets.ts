import type { WidgetSpec } from '../../session/page.ts';
import { Exercise } from '../exercise/Exercise.tsx';
import { Manifest } from '../manifest/Manifest.tsx';
import { Predict } from '../predict/Predict.tsx';
import { Recall } from '../recall/Recall.tsx';
import { Terminal } from '../terminal/Terminal.tsx';
// Here and not beside the editor, which the playground shares: so it stays in one sheet with the others.
import '../manifest/manifest.css';

/** The components that wake beside the stage, by kind. Each takes the props of its spec, and the store. */
export const WIDGETS: Readonly<Record<Exclude<WidgetSpec['kind'], 'lab' | 'playground' | 'replay'>, unknown>> = {
  exercise: Exercise,
  manifest: Manifest,
  predict: Predict,
  recall: Recall,
  terminal: Terminal,
};
