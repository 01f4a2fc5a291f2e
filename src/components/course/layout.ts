// On the page for printing: fetches lessons as they stand, and puts their texts below one another.
const sheets = document.querySelector('.print-sheets');
const status = document.querySelector('.print-status');

for (const button of document.querySelectorAll<HTMLElement>('[data-pages]')) {
  button.addEventListener('click', () => void layOut((button.dataset['pages'] ?? '').split(' ')));
}

async function layOut(paths: readonly string[]): Promise<void> {
  say('Fetching…');
  try {
    const texts = await Promise.all(paths.map(async (path) => (await fetch(path)).text()));
    const pages = texts.map((text) => new DOMParser().parseFromString(text, 'text/html'));
    for (const page of pages) for (const sheet of page.querySelectorAll('link[rel="stylesheet"]')) adopt(sheet);
    sheets?.replaceChildren(...pages.flatMap(articleOf));
    say(`${paths.length === 1 ? 'One lesson is' : `${paths.length} lessons are`} laid out below. Now print this page.`);
  } catch {
    say('The lessons could not be fetched. Look at the connection, and try again.');
  }
}

/** The text of a lesson, without the links to the lessons before and after. */
function articleOf(page: Document): readonly Node[] {
  const article = page.querySelector('main > article');
  return article === null ? [] : [document.importNode(article, true)];
}

function adopt(sheet: Element): void {
  const href = sheet.getAttribute('href') ?? '';
  if (document.querySelector(`link[href="${href}"]`) === null) document.head.append(document.importNode(sheet, true));
}

function say(text: string): void {
  if (status) status.textContent = text;
}
