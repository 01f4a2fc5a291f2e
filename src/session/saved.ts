import type { SavedSession } from './protocol.ts';

/** What a page keeps on this device. */
export interface Saved {
  readonly version: 1;
  /** Answers and the like, by the widget's own key. JSON values. */
  readonly answers: Readonly<Record<string, unknown>>;
  readonly sessions: Readonly<Record<string, SavedSession>>;
  /** The session the stage showed last. */
  readonly active?: string;
  readonly speed?: string;
}

/** Nothing kept yet. */
export const NOTHING: Saved = { version: 1, answers: {}, sessions: {} };

/** Where a page keeps its progress. */
export function keyOf(path: string): string {
  return `course:${path}`;
}

/** What was kept of a page; nothing when there is nothing, or storage is forbidden, or it is not ours. */
export function readSaved(path: string): Saved {
  try {
    const saved = JSON.parse(localStorage.getItem(keyOf(path)) ?? 'null') as Saved | null;
    return saved?.version === 1 ? { ...NOTHING, ...saved } : NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Keeps it. Gives a sentence for the reader when this browser will not. */
export function writeSaved(path: string, saved: Saved): string {
  try {
    localStorage.setItem(keyOf(path), JSON.stringify(saved));
    return '';
  } catch {
    return 'This browser will not save your progress. It lasts until you leave the page.';
  }
}
