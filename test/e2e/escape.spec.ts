import { test as base, expect, type Page } from '@playwright/test';
import { build } from 'esbuild';
import type { LabCall, LabReply } from '../../sim/protocol/lab.ts';
import { compile } from '../../src/lab/compile/compile.ts';
import type { LoadResult } from '../../src/lab/host.ts';
import type { Sandbox } from '../../src/lab/sandbox/sandbox.ts';
import { type Escape, escapes } from './escapes.ts';

// Every attempt runs as it is, past the compiler and its refusals, against the built frame; those that compile run
// once more as a reader would run them. What comes of it is looked at from outside: requests, storage, messages, and
// how long the page was held up. `harness.ts` is not used, for attempts are meant to cause errors in the console.

declare global {
  var lab: { sandbox: Sandbox; heard: unknown[]; longest: number };
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

interface Outcome {
  readonly loaded: LoadResult;
  readonly reply: LabReply;
}

base('there are more than forty attempts', () => {
  expect(new Set(escapes.map(({ name }) => name)).size).toBe(escapes.length);
  expect(escapes.length).toBeGreaterThanOrEqual(40);
});

for (const part of [0, 1]) {
  base(`no program gets out, as it is written: part ${part + 1}`, async ({ page }) => {
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
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto('/404.html');
  await page.evaluate(await harness());
  requests.length = 0;
  const first = await run(page, CLEAN);
  expect(first.reply).toMatchObject({ ok: true, output: { scores: [0] } });
  const escaped: string[] = [];
  for (const attempt of attempts) {
    const { reply } = await run(page, codeOf(attempt));
    const isOut = reply.ok && 'scores' in reply.output && reply.output.scores[0] !== 0;
    if (isOut) escaped.push(`${attempt.name}: ${JSON.stringify(reply)}`);
    const next = await run(page, CLEAN);
    if (JSON.stringify(next) !== JSON.stringify(first)) escaped.push(`after ${attempt.name}: ${JSON.stringify(next)}`);
  }
  expect(escaped).toEqual([]);
  await lookAround(page, requests, attempts.length);
}

/** Nothing was asked of anybody, kept anywhere, or said to the page; and the page was never held up. */
async function lookAround(page: Page, requests: readonly string[], count: number): Promise<void> {
  expect(requests.filter((url) => !/\/sandbox\/frame\.html$|^blob:null\//.test(url))).toEqual([]);
  const around = await page.evaluate(async () => ({
    heard: globalThis.lab.heard.length,
    kept: localStorage.length + sessionStorage.length + document.cookie.length + (await caches.keys()).length,
    databases: (await indexedDB.databases()).length,
    title: document.title.includes('escaped'),
    isPolluted: 'isOut' in {} || 'isOut' in [],
    longest: Math.round(globalThis.lab.longest),
  }));
  const { longest, ...marks } = around;
  expect(marks).toEqual({ heard: 0, kept: 0, databases: 0, title: false, isPolluted: false });
  const told = `${count} attempts; the longest task of the main thread took ${longest} ms`;
  base.info().annotations.push({ type: 'longest task', description: told });
  console.log(`      ${told}`);
  expect(longest, 'ms that the main thread was held up').toBeLessThanOrEqual(50);
}

function run(page: Page, code: string): Promise<Outcome> {
  return page.evaluate(
    async ([text, request]) => {
      const loaded = await globalThis.lab.sandbox.loadScript(text);
      return { loaded, reply: await globalThis.lab.sandbox.call(request) };
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
