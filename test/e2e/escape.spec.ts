import { type AddressInfo, createServer, type Server } from 'node:net';
import { test as base, expect, type Page } from '@playwright/test';
import { build } from 'esbuild';
import type { LabCall, LabReply } from '../../sim/protocol/lab.ts';
import { compile } from '../../src/lab/compile/compile.ts';
import type { LoadResult } from '../../src/lab/host.ts';
import type { Sandbox } from '../../src/lab/sandbox/sandbox.ts';
import { type Escape, escapes, OUTSIDE } from './escapes.ts';

// Every attempt runs as it is, past the compiler and its refusals, against the built frame; those that compile run
// once more as a reader would run them. What comes of it is looked at from outside: connections, storage, messages, and
// how long the page was held up. `harness.ts` is not used, for attempts are meant to cause errors in the console.

/** What the harness puts into the page. */
interface Harness {
  readonly lab: { readonly sandbox: Sandbox; readonly heard: readonly unknown[]; readonly longest: number };
}

const call: LabCall = {
  method: 'score',
  program: '',
  now: 5000,
  randomSeed: 7,
  state: null,
  input: { pod: {}, nodes: [{}], requests: {} } as unknown as LabCall['input'],
};

/** What a clean run gives, whatever ran before it. */
const CLEAN = `
const found = [globalThis.isOut, ({}).isOut, [].isOut, globalThis.escaped].filter((mark) => mark !== undefined);
exports.score = (pod, nodes, api) => { api.state = [Date.now(), Math.random()]; return [found.length]; };`;

/** No attempt may keep the page's main thread busy for longer. */
const MOST_MS = 50;
/** What a busy machine does to one run, it does not do to each of three: an attempt that holds the page up does. */
const TRIES = 3;

interface Outcome {
  readonly loaded: LoadResult;
  readonly reply: LabReply;
}

base('there are more than forty attempts', () => {
  expect(new Set(escapes.map(({ name }) => name)).size).toBe(escapes.length);
  expect(escapes.length).toBeGreaterThanOrEqual(40);
});

for (const part of [0, 1]) {
  base(`no program gets out, as it is written: part ${part + 1}`, async ({ page }, { project }) => {
    const isShort = project.name === 'firefox' && process.env['COURSE'] !== 'whole';
    base.skip(isShort, 'in Firefox part of npm run test:long; compiled they are tried each time');
    base.setTimeout(120_000);
    await tryAll(
      page,
      escapes.filter((_, index) => index % 2 === part),
      rawOf,
    );
  });
}

base('no program gets out, compiled', async ({ page }) => {
  base.setTimeout(120_000);
  const compiled = escapes.map((attempt) => ({ ...attempt, code: compiledOf(attempt) }));
  await tryAll(
    page,
    compiled.filter(({ code }) => code !== undefined),
    (attempt) => compiledOf(attempt) ?? '',
  );
});

async function tryAll(page: Page, attempts: readonly Escape[], codeOf: (attempt: Escape) => string): Promise<void> {
  const outside = await listen();
  await page.goto('/404.html');
  await page.evaluate(await harness());
  const first = await runClean(page);
  expect(first.reply).toMatchObject({ ok: true, output: { scores: [0] } });
  const busy = await busyTime(page);
  const times: number[] = [];
  const escaped: string[] = [];
  for (const attempt of attempts) {
    const worked: number[] = [];
    do {
      const before = await busy();
      const { reply } = await run(page, codeOf(attempt).replaceAll(OUTSIDE, outside.address));
      worked.push((await busy()) - before);
      const isOut = reply.ok && 'scores' in reply.output && reply.output.scores[0] !== 0;
      if (isOut) escaped.push(`${attempt.name}: ${JSON.stringify(reply)}`);
      const next = await runClean(page);
      if (JSON.stringify(next) !== JSON.stringify(first))
        escaped.push(`after ${attempt.name}: ${JSON.stringify(next)}`);
    } while (Math.min(...worked) > MOST_MS && worked.length < TRIES);
    times.push(Math.min(...worked));
  }
  expect(escaped).toEqual([]);
  await lookAround(page);
  expect(outside.connections(), 'connections to the outside').toBe(0);
  outside.server.close();
  await holdUps(page, times);
}

/** Whoever connects has got out. */
async function listen(): Promise<{ readonly server: Server; readonly address: string; connections(): number }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = `localhost:${(server.address() as AddressInfo).port}`;
  return { server, address, connections: () => count };
}

/** Nothing was kept anywhere, changed in the page, or said to it. */
async function lookAround(page: Page): Promise<void> {
  const marks = await page.evaluate(async () => ({
    heard: (globalThis as unknown as Harness).lab.heard.length,
    kept: localStorage.length + sessionStorage.length + document.cookie.length + (await caches.keys()).length,
    databases: (await indexedDB.databases()).length,
    title: document.title.includes('escaped'),
    isPolluted: 'isOut' in {} || 'isOut' in [],
  }));
  expect(marks).toEqual({ heard: 0, kept: 0, databases: 0, title: false, isPolluted: false });
}

/**
 * How long the main thread has worked, in ms of processor time; Chromium tells. What it worked for one attempt is an
 * upper bound of each task meanwhile, and unlike a task's length it does not depend on what else the machine does.
 */
async function busyTime(page: Page): Promise<() => Promise<number>> {
  if (page.context().browser()?.browserType().name() !== 'chromium') return () => Promise.resolve(0);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
}

async function holdUps(page: Page, times: readonly number[]): Promise<void> {
  const most = Math.max(...times);
  const wall = Math.round(await page.evaluate(() => (globalThis as unknown as Harness).lab.longest));
  const told = `${times.length} attempts: the main thread worked at most ${most.toFixed(1)} ms for one of them`;
  console.log(`      ${told}; longest task by the clock, with all that this machine does: ${wall} ms`);
  expect(most, 'ms that the main thread worked for one attempt').toBeLessThanOrEqual(MOST_MS);
}

/** A machine that is busy may be too late for a call's time: asked again, it is not. What was spoilt stays spoilt. */
async function runClean(page: Page): Promise<Outcome> {
  let outcome = await run(page, CLEAN);
  for (let tries = 1; isLate(outcome) && tries < TRIES; tries += 1) outcome = await run(page, CLEAN);
  return outcome;
}

function isLate({ loaded, reply }: Outcome): boolean {
  return (!loaded.ok && loaded.failure.kind === 'timeout') || (!reply.ok && reply.failure.kind === 'timeout');
}

function run(page: Page, code: string): Promise<Outcome> {
  return page.evaluate(
    async ([text, request]) => {
      const { sandbox } = (globalThis as unknown as Harness).lab;
      const loaded = await sandbox.loadScript(text);
      return { loaded, reply: await sandbox.call(request) };
    },
    [code, call] as const,
  );
}

function rawOf({ top = '', body }: Escape): string {
  return `${top}\nexports.score = (pod, nodes, api) => { ${body} };`;
}

function compiledOf({ top = '', body }: Escape): string | undefined {
  const compiled = compile(
    `${top}\nexport const score = (pod: object, nodes: object[], api: any): unknown => { ${body} };`,
  );
  return compiled.ok ? compiled.code : undefined;
}

/** The page's end of the sandbox, and someone who listens to what nobody should say. */
async function harness(): Promise<string> {
  const contents = `
import { Sandbox } from './src/lab/sandbox/sandbox.ts';
const heard = [];
globalThis.lab = { sandbox: new Sandbox(document.body, undefined), heard, longest: 0 };
addEventListener('message', (event) => heard.push(event.data));
new BroadcastChannel('escaped').onmessage = (event) => heard.push(event.data);
if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) lab.longest = Math.max(lab.longest, duration);
  }).observe({ type: 'longtask' });
}`;
  const stdin = { contents, resolveDir: process.cwd(), loader: 'ts' } as const;
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'iife' });
  return outputFiles[0]?.text ?? '';
}
