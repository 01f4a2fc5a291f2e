// Runs before the first paint, so that the page never flashes in the wrong colours; hence a plain file in <head>.
// The choice is kept in localStorage when the browser allows it; without a choice the system's setting holds.
(() => {
  const root = document.documentElement;
  const night = matchMedia('(prefers-color-scheme: dark)');
  const stored = () => {
    try {
      return localStorage.getItem('theme');
    } catch {
      return null;
    }
  };
  const show = () => {
    const choice = stored();
    root.dataset.theme = choice === 'day' || choice === 'night' ? choice : night.matches ? 'night' : 'day';
  };
  show();
  night.addEventListener('change', show);
  addEventListener('storage', show);
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('.theme-toggle')) return;
    root.dataset.theme = root.dataset.theme === 'night' ? 'day' : 'night';
    try {
      localStorage.setItem('theme', root.dataset.theme);
    } catch {
      // Storage is blocked: the choice lasts until the page is left.
    }
  });
})();
