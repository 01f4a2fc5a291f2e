// `npm run ledger`: writes docs/ledger.md, the list of what this cluster models, keeps without effect, refuses and
// leaves out. Its two sources are the rules that the API server applies and the comments that open the simulator's
// files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ledger, resources } from '../sim/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const VERDICTS = [
  ['refused', 'Refused at create and update, with the reason'],
  ['inert', 'Stored and returned, with a `Warning:` that it has no effect'],
  ['modelled', 'Modelled, with a remark'],
] as const;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}/docs/ledger.md`, ledgerPage());
  console.log('docs/ledger.md');
}

/** The whole page. The same sources give the same page, so a test can say that it is out of date. */
export function ledgerPage(): string {
  const kinds = resources.map(({ kind }) => `\`${kind}\``).join(', ');
  return [
    '# Ledger: what this cluster does and does not do',
    '',
    'Made by `npm run ledger` from the rules the API server applies and the comments that open the files of `sim/`. Do not',
    'edit it: edit those.',
    '',
    `Kinds: ${kinds}. Other kinds are refused with kubectl's and the API server's own errors.`,
    '',
    '## Fields',
    '',
    'The specs of these kinds are listed in full: each field itself, or the field it is part of. A field that upstream does',
    'not know is refused by strict decoding, as there.',
    '',
    ...[...new Set(ledger().map(({ kind }) => kind))].flatMap(fieldsOf),
    '## What each part leaves out',
    '',
    ...filesOf('sim').flatMap((file) => leftOutBy(file, readFileSync(`${root}/${file}`, 'utf8'))),
    '',
  ].join('\n');
}

function fieldsOf(kind: string): readonly string[] {
  const rows = ledger().filter((entry) => entry.kind === kind);
  return VERDICTS.flatMap(([verdict, title]) => {
    const listed = rows.filter((entry) => entry.verdict === verdict);
    if (listed.length === 0) return [];
    return [`### ${kind}: ${title}`, '', ...listed.map(({ field, note }) => `- \`${field}\`: ${note}`), ''];
  });
}

/** One item for each "Leaves out" in the comments of a file, to the end of its sentence; "nothing" is not listed. */
export function leftOutBy(file: string, text: string): readonly string[] {
  const comments = [...text.matchAll(/^\/\*[\s\S]*?\*\/|(?:^\/\/.*\n)+/gm)].map(([comment]) => comment);
  return comments
    .map((comment) =>
      comment
        .replace(/^\s*(\/\*\*?|\*\/|\*|\/\/) ?/gm, '')
        .replace(/\s*\*\/$/, '')
        .replace(/\s+/g, ' '),
    )
    .flatMap((plain) => [...plain.matchAll(/\bleaves out:? (.*?)(?:\.(?= |$)|$)/gi)])
    .map((match) => (match[1] ?? '').trim())
    .filter((what) => !/^nothing( that matters here)?$/.test(what))
    .map((what) => `- \`${file}\`: ${what}`);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort();
}
