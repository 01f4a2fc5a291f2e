// Follows every link and #fragment of the built site, and refuses a run that found nothing to follow.
import { LinkChecker } from 'linkinator';

const result = await new LinkChecker().check({
  path: 'dist',
  recurse: true,
  checkFragments: true,
  linksToSkip: ['^https?://(?!localhost|127\\.0\\.0\\.1)'],
});
const checked = result.links.filter((link) => link.state !== 'SKIPPED');
const broken = checked.filter((link) => link.state === 'BROKEN');
for (const link of broken) console.error(`broken link (${link.status}): ${link.url}\n  on ${link.parent}`);
console.log(`${checked.length} links followed, ${broken.length} broken`);
process.exit(broken.length > 0 || checked.length < 3 ? 1 : 0);
