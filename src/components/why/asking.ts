import type { Store } from '../../session/store.ts';

/**
 * Whatever carries `data-why` can be asked why it is so: by a click, or by `?` or Enter on it. Arrow keys go from one
 * such thing to the next within `data-asks`. A crate or a ship is asked with `?`. The answer's panel is a chunk of its
 * own, loaded with the first question.
 */
export function bindAsking(root: Document, store: Store): void {
  root.addEventListener('click', ({ target }) => {
    const thing = target instanceof Element ? target.closest<HTMLElement>('[data-why]') : null;
    const pressed = target instanceof Element ? target.closest('button,a') : null;
    if (thing === null || (pressed !== null && pressed !== thing) || !getSelection()?.isCollapsed) return;
    void ask(store, thing.dataset['why'] ?? '', thing);
  });
  // Before the stage's own keys, of which the arrows are some.
  root.addEventListener('keydown', (event) => press(event, store) && stop(event), true);
}

/** Opens the answer. The focus comes back to `from` when it is closed. */
async function ask(store: Store, question: string, from: HTMLElement | SVGElement): Promise<void> {
  const { openWhy } = await import('./openwhy.tsx');
  await openWhy(store, question, from);
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Whether the key was meant for what can be asked. */
function press({ key, target, ctrlKey, altKey, metaKey }: KeyboardEvent, store: Store): boolean {
  if (ctrlKey || altKey || metaKey || !(target instanceof HTMLElement || target instanceof SVGElement)) return false;
  const question =
    key === '?' || (key === 'Enter' && !(target instanceof HTMLButtonElement)) ? questionOf(target, key) : '';
  if (question !== '') void ask(store, question, target);
  if (question !== '' || !key.startsWith('Arrow')) return question !== '';
  const next = neighbour(target, key);
  next?.focus();
  return next !== undefined;
}

function questionOf(target: HTMLElement | SVGElement, key: string): string {
  const { why, id = '' } = target.dataset;
  if (why !== undefined || key !== '?') return why ?? '';
  if (id.startsWith('pod/')) return `place ${id}`;
  return id.startsWith('node/') ? `cell ${id} STATUS` : '';
}

/** What an arrow key leads to from a thing that can be asked, or from the box of such things. */
function neighbour(target: HTMLElement | SVGElement, key: string): HTMLElement | undefined {
  const box = target.closest('[data-asks]');
  if (box === null || (target !== box && target.dataset['why'] === undefined)) return undefined;
  const all = [...box.querySelectorAll<HTMLElement>('[data-why]:not(button)')];
  const way = key === 'ArrowDown' || key === 'ArrowRight' ? 1 : -1;
  if (target === box) return key === 'ArrowDown' ? firstInView(box, all) : key === 'ArrowUp' ? all.at(-1) : undefined;
  const isAcross = key === 'ArrowLeft' || key === 'ArrowRight';
  const row = target.closest('tr');
  if (row === null) return isAcross ? undefined : all[all.indexOf(target as HTMLElement) + way];
  if (isAcross) return (way === 1 ? target.nextElementSibling : target.previousElementSibling) as HTMLElement;
  const rows = [...box.querySelectorAll('tr')].filter((candidate) => candidate.querySelector('[data-why]') !== null);
  const cells = rows[rows.indexOf(row) + way]?.cells;
  return cells?.[Math.min((target as HTMLTableCellElement).cellIndex, cells.length - 1)];
}

function firstInView(box: Element, all: readonly HTMLElement[]): HTMLElement | undefined {
  const { top } = box.getBoundingClientRect();
  return all.find((thing) => thing.getBoundingClientRect().top >= top) ?? all[0];
}
