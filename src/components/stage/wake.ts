/**
 * The only script a page loads before it is touched. The first sign of a reader near a part that can wake loads the
 * rest; what was clicked meanwhile is clicked again when all is ready. Progress kept on this device wakes the page as
 * well, and so does a link to a moment.
 */
const PARTS = '.stage,.beats,[data-do],.predict,.exercise,.recall,.manifest,.terminal,.playground,.replay';
const SIGNS = ['pointerover', 'pointerdown', 'focusin', 'touchstart', 'keydown'] as const;

let isWaking = false;
let clicked: HTMLElement | undefined;

function sign(event: Event): void {
  if (event.target instanceof Element && event.target.closest(PARTS) !== null) void wake();
}

/** Clicks that come before the page is ready wait: the last one counts. */
function keep(event: Event): void {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>('button,[role=button]') : null;
  if (target === null || target.closest(PARTS) === null) return;
  event.preventDefault();
  event.stopPropagation();
  clicked = target;
  void wake();
}

async function wake(): Promise<void> {
  if (isWaking) return;
  isWaking = true;
  for (const name of SIGNS) removeEventListener(name, sign, true);
  const { mount } = await import('./mount.tsx');
  const store = await mount(document);
  // The author's preview follows the stage.
  if (import.meta.env.DEV) document.dispatchEvent(new CustomEvent('course:awake', { detail: store }));
  removeEventListener('click', keep, true);
  clicked?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
}

function hasProgress(): boolean {
  try {
    return localStorage.getItem(`course:${location.pathname}`) !== null;
  } catch {
    return false;
  }
}

if (document.getElementById('page-spec') !== null) {
  for (const name of SIGNS) addEventListener(name, sign, { capture: true, passive: true });
  addEventListener('click', keep, true);
  if (hasProgress() || location.hash.startsWith('#m=')) void wake();
}
