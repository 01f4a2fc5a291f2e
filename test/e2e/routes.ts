import { readdirSync } from 'node:fs';

/** Every page of the built site, as its address: `/`, `/404.html`, `/apply/end-to-end/`. */
export const routes: readonly string[] = pages('dist', '/');

/** The pages with a lesson: all but the front page and the one for lost readers. */
export const lessons: readonly string[] = routes.filter((route) => route !== '/' && route !== '/404.html');

function pages(folder: string, address: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isDirectory()) return pages(`${folder}/${entry.name}`, `${address}${entry.name}/`);
      if (entry.name === 'index.html') return [address];
      return entry.name.endsWith('.html') ? [`${address}${entry.name}`] : [];
    })
    .sort();
}
