// On the page of questions from memory: shows those that are due. A question is due when its lesson was opened on this
// device and it was not answered here yet, or when its day has come.
import { readPage } from './progress.ts';

const KEPT = 'course-due';
const DAY = 86_400_000;
const WEEK = 7 * DAY;

const questions = [...document.querySelectorAll<HTMLElement>('[data-recall]')];
const all = document.querySelector<HTMLButtonElement>('[data-deed="all"]');
let days: Record<string, number> = {};

try {
  days = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Record<string, number>;
  begin();
} catch {
  tell('This browser keeps nothing, so all questions are shown.');
}

function begin(): void {
  const due = questions.filter(isDue);
  const begun = questions.filter(isBegun);
  if (begun.length === 0) {
    tell('You have opened no lesson on this device yet, so all questions are shown.');
    return;
  }
  tell(due.length === 0 ? 'Nothing is due today.' : `${due.length} of ${begun.length} questions are due.`);
  for (const question of questions) question.addEventListener('click', answered);
  if (all === null) return;
  const show = (isAll: boolean) => {
    all.setAttribute('aria-pressed', String(isAll));
    for (const question of questions) question.hidden = !isAll && !due.includes(question);
    for (const section of document.querySelectorAll<HTMLElement>('.memory-lesson'))
      section.hidden = section.querySelector('[data-recall]:not([hidden])') === null;
  };
  all.addEventListener('click', () => show(all.getAttribute('aria-pressed') !== 'true'));
  show(false);
}

function isBegun({ dataset }: HTMLElement): boolean {
  return readPage((dataset['recall'] ?? '').replace(/#.*/, '')) !== undefined;
}

function isDue(question: HTMLElement): boolean {
  const day = days[question.dataset['recall'] ?? ''];
  return isBegun(question) && (day === undefined || day <= Date.now());
}

function answered({ target, currentTarget }: Event): void {
  const knew = target instanceof HTMLElement ? target.dataset['knew'] : undefined;
  const question = currentTarget as HTMLElement;
  if (knew === undefined) return;
  days = { ...days, [question.dataset['recall'] ?? '']: Date.now() + (knew === 'yes' ? WEEK : DAY) };
  const status = question.querySelector('[role="status"]');
  try {
    localStorage.setItem(KEPT, JSON.stringify(days));
    if (status) status.textContent = knew === 'yes' ? 'Again in a week.' : 'Again tomorrow.';
  } catch {
    if (status) status.textContent = 'This browser will not save.';
  }
}

function tell(text: string): void {
  const status = document.querySelector('.memory-due');
  if (status) status.textContent = text;
}
