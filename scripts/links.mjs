// Follows every link and #fragment of the built site, and sees that a link leads to every page. A run that found
// nothing to follow fails.
import { readdirSync } from 'node:fs';
import { LinkChecker } from 'linkinator';

const result = await new LinkChecker().check({
  path: 'dist',
  recurse: true,
  checkFragments: true,
  linksToSkip: ['^https?://(?!localhost|127\\.0\\.0\\.1)'],
});
const checked = result.links.filter((link) => link.state !== 'SKIPPED');
// A shared moment is no place in the page: the playground reads it. Its page has to be there all the same.
const isMoment = ({ url, status }) => /\/playground\/#m=/.test(url) && status === 200;
const broken = checked.filter((link) => link.state === 'BROKEN' && !isMoment(link));
for (const link of broken) console.error(`broken link (${link.status}): ${link.url}\n  on ${link.parent}`);

const reached = new Set(
  checked.map((link) => new URL(link.url, 'http://localhost').pathname.replace(/^\/dist\//, '/')),
);
const pages = readdirSync('dist', { recursive: true, encoding: 'utf8' })
  .map((file) => `/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('/index.html'))
  .map((file) => file.slice(0, -'index.html'.length));
const lonely = pages.filter((page) => page !== '/' && !reached.has(page));
for (const page of lonely) console.error(`no link leads to ${page}`);

console.log(
  `${checked.length} links followed, ${broken.length} broken; ${pages.length} pages, ${lonely.length} not linked`,
);
process.exit(broken.length + lonely.length > 0 || checked.length < 3 ? 1 : 0);
