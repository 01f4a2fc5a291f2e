// `npm run preview -- --port 4321`: the built site as a host of static files serves it, headers included. Astro's own
// preview can only send the same headers with every page; the Node routes of labs need theirs, and no other may.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { preview } from 'vite';
import { isolation } from '../src/lab/container/isolation.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { port: { type: 'string', default: '4321' } } });

const server = await preview({
  configFile: false,
  root,
  appType: 'mpa',
  build: { outDir: 'dist' },
  preview: { port: Number(values.port), strictPort: true },
  plugins: [isolation(), notFound()],
});
server.printUrls();

/** What no file answers gets the site's own page. */
function notFound() {
  return {
    name: 'not-found',
    configurePreviewServer:
      ({ middlewares }) =>
      () => {
        middlewares.use(({ url = '/' }, response, next) => {
          const page = `${root}/dist/404.html`;
          const { pathname } = new URL(url, 'http://localhost');
          if (existsSync(`${root}/dist${decodeURI(pathname)}`) || !existsSync(page)) return next();
          response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' });
          response.end(readFileSync(page));
        });
      },
  };
}
