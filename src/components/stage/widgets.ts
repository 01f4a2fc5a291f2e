import type { ComponentType } from 'preact';
import type { WidgetSpec } from '../../session/page.ts';

/** The components that wake beside the stage, by kind. Each module exports one under the kind's own name, capitalised. */
const modules = import.meta.glob<Record<string, ComponentType>>(
  ['../predict/Predict.tsx', '../exercise/Exercise.tsx', '../manifest/Manifest.tsx', '../terminal/Terminal.tsx'],
  { eager: true },
);

/** Every widget there is. */
export const WIDGETS: Partial<Record<WidgetSpec['kind'], ComponentType>> = Object.fromEntries(
  Object.entries(modules).map(([path, module]) => {
    const name = path.slice(path.lastIndexOf('/') + 1, -'.tsx'.length);
    return [name.toLowerCase(), module[name]];
  }),
);
