// On the logbook page: fills in what this device has kept of each lesson, and which misconceptions were met and
// cleared.
import { guessOf, isSolved, readPage, stateOf, tasksOf } from './progress.ts';

type Saved = ReturnType<typeof readPage>;

const lessons = [...document.querySelectorAll<HTMLElement>('.log-lesson')];
const find = (root: ParentNode, selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];

try {
  const pages = lessons.map((lesson) => [lesson, readPage(lesson.dataset['lesson'] ?? '')] as const);
  for (const [lesson, saved] of pages) showLesson(lesson, saved);
  showMisconceptions(pages);
  localStorage.setItem('course-try', '');
  localStorage.removeItem('course-try');
} catch {
  show('.log-failure');
}
show('.log-tools');

function show(selector: string): void {
  for (const element of find(document, selector)) element.hidden = false;
}

function showLesson(lesson: HTMLElement, saved: Saved): void {
  const state = stateOf(saved, tasksOf(lesson));
  lesson.dataset['state'] = state;
  fill(lesson, 'summary .state-word', state);
  if (saved === undefined) return;
  lesson.setAttribute('open', '');
  for (const predict of find(lesson, '[data-predict]')) showPredict(predict, saved);
  for (const exercise of find(lesson, '[data-exercise]')) {
    const id = exercise.dataset['exercise'] ?? '';
    const isBegun = `exercise:${id}` in saved.sessions;
    const word = isSolved(saved, id) ? 'solved' : isBegun ? 'begun' : 'not begun';
    exercise.dataset['state'] = word === 'solved' ? 'done' : word;
    fill(exercise, '.state-word', word);
  }
  for (const recall of find(lesson, '[data-recall]')) {
    const answer = saved.answers[recall.dataset['recall'] ?? ''] as { right?: boolean } | null | undefined;
    if (typeof answer?.right !== 'boolean') continue;
    recall.dataset['state'] = answer.right ? 'done' : 'begun';
    fill(recall, '.state-word', answer.right ? 'right' : 'not yet');
  }
}

function showPredict(predict: HTMLElement, saved: Saved): void {
  const answer = answerOf(predict, saved);
  if (answer === undefined) return;
  const { guess, right, hasSeen } = answer;
  fill(predict, '.log-guess', guess ?? 'You were not sure');
  fill(predict, '.log-outcome', hasSeen ? (guess === right ? 'As you said' : right) : 'Run it, and compare');
  predict.classList.add('answered');
}

interface Answer {
  readonly guess: HTMLElement | undefined;
  readonly right: HTMLElement | undefined;
  readonly hasSeen: boolean;
}

/** The option chosen and the one that held. What happened counts once the reader has seen it. */
function answerOf(predict: HTMLElement, saved: Saved): Answer | undefined {
  const id = predict.dataset['predict'] ?? '';
  const choice = guessOf(saved, id);
  if (choice === undefined) return undefined;
  const { outcome = [], seen } = (saved?.answers[id] ?? {}) as { outcome?: readonly boolean[]; seen?: boolean };
  const options = find(predict, '.log-options li');
  const guess = options[choice];
  const right = outcome[choice] === true ? guess : options[outcome.indexOf(true)];
  return { guess, right, hasSeen: seen === true && right !== undefined };
}

/** A misconception is met with a wrong guess that rests on it, and cleared by a later right one where it was offered. */
function showMisconceptions(pages: readonly (readonly [HTMLElement, Saved])[]): void {
  const asked = pages.flatMap(([lesson, saved]) =>
    find(lesson, '[data-predict]').map((predict) => ({ lesson, predict, answer: answerOf(predict, saved) })),
  );
  for (const item of find(document, '[data-misconception]')) {
    const offers = (option: HTMLElement | undefined) => option?.dataset['misses'] === item.dataset['misconception'];
    const isMeeting = ({ answer }: (typeof asked)[number]) =>
      answer?.hasSeen && answer.guess !== answer.right && offers(answer.guess);
    const met = asked.findLastIndex(isMeeting);
    if (met < 0) continue;
    const cleared = asked.find(
      ({ predict, answer }, index) =>
        index > met && answer?.hasSeen && answer.guess === answer.right && find(predict, 'li').some(offers),
    );
    item.hidden = false;
    item.dataset['state'] = cleared ? 'done' : 'begun';
    fill(item, '.state-word', cleared ? 'cleared' : 'met');
    const name = (lesson: HTMLElement | undefined) => lesson?.querySelector('.log-name')?.textContent ?? '';
    const then = cleared ? ` You guessed rightly in ${name(cleared.lesson)}.` : '';
    fill(item, '.log-where', `Met in ${name(asked[met]?.lesson)}.${then}`);
    show('.log-misconceptions');
  }
}

/** The words of an option, with its code marks, or a sentence. */
function fill(root: HTMLElement, selector: string, content: HTMLElement | string | undefined): void {
  const words = typeof content === 'string' ? [content] : (content?.cloneNode(true).childNodes ?? []);
  root.querySelector(selector)?.replaceChildren(...words);
}
