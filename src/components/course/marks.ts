// On a page with contents: what is begun and what is done on this device, and where to go on.
import { LAST, readPage, stateOf, tasksOf } from './progress.ts';

const rows = [...document.querySelectorAll<HTMLElement>('[data-lesson]')];

try {
  for (const row of rows) mark(row);
  offerToGoOn();
} catch {
  for (const state of document.querySelectorAll<HTMLElement>('.state')) state.hidden = true;
}

function mark(row: HTMLElement): void {
  const state = stateOf(readPage(row.dataset['lesson'] ?? ''), tasksOf(row));
  row.dataset['state'] = state;
  const word = row.querySelector('.state-word');
  if (word !== null) word.textContent = state;
}

/** The lesson opened last; if that is done, the next one that is not. */
function offerToGoOn(): void {
  const card = document.querySelector<HTMLElement>('.resume');
  const ordered = rows.filter((row) => row.matches('.contents *'));
  const last = ordered.findIndex(({ dataset }) => dataset['lesson'] === localStorage.getItem(LAST));
  const open = ordered.slice(Math.max(0, last)).find(({ dataset }) => dataset['state'] !== 'done');
  const link = card?.querySelector('a');
  const title = open?.querySelector('.lesson-title')?.textContent;
  if (last < 0 || !card || !link || !title) return;
  link.href = open?.dataset['lesson'] ?? '/';
  link.textContent = title;
  card.hidden = false;
}
