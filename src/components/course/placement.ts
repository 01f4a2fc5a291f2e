// On the page of reading paths: which lessons the answers of the quiz make needless. Kept only when the reader says so.
const KEPT = 'course-placement';
const form = document.querySelector<HTMLFormElement>('.placement');
const questions = [...document.querySelectorAll<HTMLElement>('.placement > ol > li')];

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  show(questions.map(choiceOf));
  form.querySelector<HTMLElement>('.placement-result')?.focus();
});
on('keep', () => {
  localStorage.setItem(KEPT, JSON.stringify(questions.map(choiceOf)));
  say('Kept on this device, and nowhere else.');
});
on('forget', () => {
  localStorage.removeItem(KEPT);
  form?.reset();
  say('Forgotten.');
});
try {
  const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
  if (Array.isArray(kept) && kept.length === questions.length) bringBack(kept);
} catch {
  // Nothing was kept, or nothing can be.
}

function choiceOf(question: HTMLElement): number {
  return Number(question.querySelector<HTMLInputElement>('input:checked')?.value ?? -1);
}

function bringBack(choices: readonly unknown[]): void {
  questions.forEach((question, index) => {
    const input = question.querySelectorAll('input')[Number(choices[index])];
    if (input !== undefined) input.checked = true;
  });
  show(questions.map(choiceOf));
}

/** Two lists of links: the lessons that can be skipped, and those to read. */
function show(choices: readonly number[]): void {
  const isRight = (question: HTMLElement, index: number) => choices[index] === Number(question.dataset['right']);
  list('.placement-skip', 'You can skip', questions.filter(isRight));
  list(
    '.placement-read',
    'Worth reading',
    questions.filter((question, index) => !isRight(question, index)),
  );
  for (const element of document.querySelectorAll<HTMLElement>('.placement-result')) element.hidden = false;
  say('');
}

function list(selector: string, title: string, found: readonly HTMLElement[]): void {
  const links = found.flatMap(({ dataset }, index) => {
    const link = document.createElement('a');
    link.href = dataset['href'] ?? '';
    link.textContent = dataset['lesson'] ?? '';
    return index === 0 ? [link] : [', ', link];
  });
  document.querySelector(selector)?.replaceChildren(`${title}: `, ...(links.length > 0 ? links : ['nothing.']));
}

function on(deed: string, act: () => void): void {
  form?.querySelector(`[data-deed="${deed}"]`)?.addEventListener('click', () => {
    try {
      act();
    } catch {
      say('This browser will not save.');
    }
  });
}

function say(text: string): void {
  const status = document.querySelector('.placement-status');
  if (status) status.textContent = text;
}
