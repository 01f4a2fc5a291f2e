import { readdirSync, readFileSync } from 'node:fs';

/** Every page of the built site, as its address: `/`, `/404.html`, `/apply/end-to-end/`. The sandbox's frame is none. */
export const routes: readonly string[] = pages('dist', '/');

/** The pages with a stage, but the front page. */
export const stages: readonly string[] = routes.filter((route) => route !== '/' && hasStage(route));

/** The one with a stage for everything. */
export const PLAYGROUND = '/playground/';

/** The one with all replays. */
export const MISCONCEPTIONS = '/misconceptions/';

/** The pages with a lesson. */
export const lessons: readonly string[] = stages.filter((route) => ![PLAYGROUND, MISCONCEPTIONS].includes(route));

/** The lessons with a lab. */
export const labs: readonly string[] = lessons.filter((route) => htmlOf(route).includes('data-widget="lab"'));

function pages(folder: string, address: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (address === '/' && entry.name === 'sandbox') return [];
      if (entry.isDirectory()) return pages(`${folder}/${entry.name}`, `${address}${entry.name}/`);
      if (entry.name === 'index.html') return [address];
      return entry.name.endsWith('.html') ? [`${address}${entry.name}`] : [];
    })
    .sort();
}

function hasStage(route: string): boolean {
  return htmlOf(route).includes('id="page-spec"');
}

function htmlOf(route: string): string {
  return readFileSync(`dist${route.endsWith('/') ? `${route}index.html` : route}`, 'utf8');
}
