// `npm run rebase -- /kubernetes/`: moves the built site from the root of a host into a folder below it. Pages are
// written with addresses from the root, `/course/`; this puts the folder before each that begins with something of the
// site's own. Scripts, styles and fonts find one another by where they are and need nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const REWRITTEN = /\.(html|js|css|json)$|^_(redirects|headers)$/;

/** Rewrites all files of a built site for a folder such as `/kubernetes/`. Gives how many addresses were changed. */
export function rebase(site, folder) {
  const own = readdirSync(site).filter((name) => !/^_(redirects|headers)$/.test(name));
  let count = 0;
  const counted = (...parts) => {
    count++;
    return parts.join('');
  };
  for (const file of readdirSync(site, { recursive: true, encoding: 'utf8' })) {
    if (!REWRITTEN.test(file)) continue;
    const path = `${site}/${file}`;
    const text = readFileSync(path, 'utf8');
    const moved =
      /^_/.test(file) && !file.includes('.') ? listed(text, folder, counted) : quoted(text, own, folder, counted);
    if (moved !== text) writeFileSync(path, moved);
  }
  return count;
}

/** Addresses in quotes, and in `url(…)`: `"/course/"`, `&quot;/glossary/#etcd`, and `href="/"`, the front page. */
function quoted(text, own, folder, counted) {
  const names = own.map((name) => name.replace(/[.]/g, '\\.')).join('|');
  const inside = new RegExp(`(["'\`(]|&quot;|&#34;)/(?=(?:${names})(?:[/#?"'\`)&]|$))`, 'gm');
  return text
    .replace(inside, (_, quote) => counted(quote, folder))
    .replace(/(href=")\/(?=["#?])/g, (_, quote) => counted(quote, folder));
}

/** `_redirects` and `_headers`: lines of addresses. */
function listed(text, folder, counted) {
  return text.replace(/(^|[ \t])\/(?=\S)/gm, (_, before) => counted(before, folder));
}

/** `kubernetes`, `/kubernetes` and `/kubernetes/` are one folder. Undefined for what is none. */
export function folderOf(text) {
  const name = text.replace(/^\/+|\/+$/g, '');
  return /^[\w.~-]+(\/[\w.~-]+)*$/.test(name) ? `/${name}/` : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given = ''] = process.argv.slice(2);
  const folder = folderOf(given);
  if (folder === undefined) {
    console.error(`rebase: "${given}" is no folder. Write it as in npm run rebase -- /kubernetes/`);
    process.exit(2);
  }
  console.log(`${rebase('dist', folder)} addresses now begin with ${folder}`);
}
