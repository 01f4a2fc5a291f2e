// `npm start`: the development server in the foreground, on http://localhost:4321.
// --ignore-lock keeps Astro in the foreground when it believes that nobody is watching, but makes its log JSON;
// so that log is read line by line here and printed as plain sentences.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const port = process.env.PORT ?? '4321';
const address = `http://localhost:${port}`;
/** `npm run lesson -- open` names a page. */
const page = process.argv[process.argv.indexOf('--open') + 1];
const place = process.argv.includes('--open') ? `${address}${page}` : address;
/** A slow machine makes the first page in a minute. */
const WAIT_MS = 180_000;
const server = spawn(
  process.execPath,
  ['--env-file=tooling.env', 'node_modules/astro/bin/astro.mjs', 'dev', '--ignore-lock', '--port', port],
  { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] },
);

console.log(`Starting the course on ${address} …`);
createInterface({ input: server.stdout }).on('line', (line) => console.log(plain(line)));
server.on('exit', (code) => process.exit(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
announceWhenReady(Date.now() + WAIT_MS);

async function announceWhenReady(deadline) {
  // One question is enough once somebody listens: the first page takes a while to be made.
  const isUp = await fetch(address, { signal: AbortSignal.timeout(Math.max(1, deadline - Date.now())) }).then(
    () => true,
    () => false,
  );
  if (isUp) console.log(`\n  The course is open: ${place}\n  Ctrl+C stops it.\n`);
  else if (Date.now() < deadline) setTimeout(announceWhenReady, 200, deadline);
  else console.error(`${address} did not answer within ${WAIT_MS / 1000} s.`);
}

function plain(line) {
  try {
    const record = JSON.parse(line);
    return `${record.label ? `[${record.label}] ` : ''}${record.message ?? record.msg ?? line}`;
  } catch {
    return line;
  }
}
