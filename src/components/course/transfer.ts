// On the logbook page: progress into a file, from a file, and away.
import { LAST, readPage } from './progress.ts';

type Portable = typeof import('./portable.ts');
type Pages = Map<string, NonNullable<ReturnType<typeof readPage>>>;

const element = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector);
const paths = [...document.querySelectorAll<HTMLElement>('.log-lesson')].map(({ dataset }) => dataset['lesson'] ?? '');
const UNSAVED = 'This browser will not save. Nothing was changed.';

/** Read and merged, waiting for a yes. */
let waiting: Pages = new Map();

on('export', exportAll);
on('erase', () => ask('.log-erasing'));
on('erase-yes', erase);
on('erase-no', () => close('.log-erasing', 'erase'));
on('import-yes', bringIn);
on('import-no', () => close('.log-preview', 'import'));
on('import', () => element<HTMLInputElement>('.log-file')?.click());
element<HTMLInputElement>('.log-file')?.addEventListener('change', ({ currentTarget }) => {
  const input = currentTarget as HTMLInputElement;
  const [file] = input.files ?? [];
  if (file) void preview(file).finally(() => (input.value = ''));
});

function on(deed: string, act: () => unknown): void {
  element(`[data-deed="${deed}"]`)?.addEventListener('click', () => void act());
}

function say(text: string): void {
  const status = element('.log-status');
  if (status) status.textContent = text;
}

function ask(selector: string): void {
  const question = element(selector);
  if (!question) return;
  question.hidden = false;
  question.focus();
}

function close(selector: string, back: string): void {
  const question = element(selector);
  if (question) question.hidden = true;
  element(`[data-deed="${back}"]`)?.focus();
}

function readAll(): Pages {
  const pages: Pages = new Map();
  try {
    for (const path of paths) {
      const saved = readPage(path);
      if (saved) pages.set(path, saved);
    }
  } catch {
    // Reading is forbidden: there is nothing.
  }
  return pages;
}

async function exportAll(): Promise<void> {
  const pages = readAll();
  if (pages.size === 0) return say('There is no progress on this device yet.');
  const { exportText }: Portable = await import('./portable.ts');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([exportText(pages)], { type: 'application/json' }));
  link.download = 'logbook.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  say(`Exported ${count(pages.size)} as logbook.json.`);
}

async function preview(file: File): Promise<void> {
  const { MOST_BYTES, merge, readImport }: Portable = await import('./portable.ts');
  const text = file.size > MOST_BYTES ? ' '.repeat(MOST_BYTES + 1) : await file.text();
  const read = readImport(text, paths);
  if ('problem' in read) return say(read.problem);
  const own = readAll();
  waiting = new Map();
  const lines: string[] = [];
  for (const [path, page] of read.pages) {
    const before = own.get(path);
    const merged = merge(before, page);
    const isSame = before !== undefined && JSON.stringify(merged) === JSON.stringify(before);
    const name = element(`[data-lesson="${path}"] .log-name`)?.textContent ?? path;
    lines.push(
      `${name}: ${isSame ? 'nothing new' : before ? 'the file is further, yours is added to it' : 'new here'}`,
    );
    if (!isSame) waiting.set(path, merged);
  }
  if (read.strange > 0) lines.push(`${count(read.strange)} of the file not in this course, or not readable: left out`);
  if (waiting.size === 0) return say('The file holds nothing that this device does not have.');
  say('');
  element('.log-preview ul')?.replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement('li'), { textContent: line })),
  );
  ask('.log-preview');
}

/** All pages or none: when one cannot be written, what was there is put back. */
function bringIn(): void {
  const before = new Map<string, string | null>();
  try {
    for (const [path, page] of waiting) {
      before.set(path, localStorage.getItem(`course:${path}`));
      localStorage.setItem(`course:${path}`, JSON.stringify(page));
    }
    reload('imported');
  } catch {
    for (const [path, text] of before) if (text !== null) localStorage.setItem(`course:${path}`, text);
    for (const [path, text] of before) if (text === null) localStorage.removeItem(`course:${path}`);
    close('.log-preview', 'import');
    say(UNSAVED);
  }
}

function erase(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith('course:/')) localStorage.removeItem(key);
    for (const key of [LAST, 'course-placement', 'course-due']) localStorage.removeItem(key);
    reload('erased');
  } catch {
    close('.log-erasing', 'erase');
    say(UNSAVED);
  }
}

/** The page is shown anew; the address says what to tell. */
function reload(done: string): void {
  location.hash = done;
  location.reload();
}

function count(lessons: number): string {
  return lessons === 1 ? '1 lesson' : `${lessons} lessons`;
}

const told: Readonly<Record<string, string>> = {
  '#imported': 'The logbook has been brought in.',
  '#erased': 'All progress on this device is erased.',
};
const news = told[location.hash];
if (news !== undefined) {
  history.replaceState(null, '', location.pathname);
  say(news);
  element('[data-deed="import"]')?.focus();
}
