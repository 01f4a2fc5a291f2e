/** All that the page loads by itself: the button brings the rest, and only that brings anything from elsewhere. */
for (const root of document.querySelectorAll<HTMLElement>('.node-lab')) {
  const button = root.querySelector('button');
  button?.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    if (root.dataset['selftest'] !== undefined) await (await import('./selftest.ts')).runSelfTest(root);
    else await (await import('./nodelab.ts')).runNodeLab(root);
  });
}
