import { Session } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { hashOf } from '../../src/session/frame.ts';
import type { PageSpec } from '../../src/session/page.ts';
import type { Envelope, Reply, Request } from '../../src/session/protocol.ts';
import { expect, open, test } from './harness.ts';
import { LESSON } from './reader.ts';

const INSTANTS = 20;
/** Virtual ms after the author's last beat that are compared too. */
const BEYOND_MS = 60_000;
const MAX_MOVES = 5000;

test(`Node and this browser agree at ${INSTANTS} random instants of the lesson`, async ({ page }) => {
  const worker = page.waitForEvent('worker');
  await open(page, LESSON);
  await page.locator('.stage .tabs').hover();
  const url = (await worker).url();
  const spec = JSON.parse((await page.locator('#page-spec').textContent()) ?? '') as PageSpec;
  const { requests, hashes, at } = inNode(spec);
  const opening: Request = { ask: 'open', open: { id: 'twin', ...opened(spec) } };
  const theirs = await page.evaluate(inBrowser, { url, asked: JSON.stringify([opening, ...requests]) });
  expect(new Set(hashes.map(([trace]) => trace)).size, 'instants differ from each other').toBeGreaterThan(INSTANTS / 2);
  expect(theirs, `at ${at.join(', ')} ms`).toEqual(hashes);
});

const opened = ({ stage, sessions }: PageSpec) => {
  const session = sessions[stage.id];
  if (session === undefined) throw new Error(`The page has no session ${stage.id}.`);
  return { spec: session.spec, files: session.files };
};

/** Plays the whole plan here, then goes to random instants; gives what was asked, to be asked again elsewhere. */
function inNode(page: PageSpec) {
  addKinds();
  addKubectl();
  const { spec, files } = opened(page);
  const parsed = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)]));
  const session = new Session(spec);
  const requests: Request[] = [];
  while (session.progress.done < spec.plan.length && requests.length < MAX_MOVES) {
    if (session.nextDo === undefined) session.play();
    else session.do(session.nextDo, parsed);
    requests.push({ ask: 'play' });
    do requests.push({ ask: 'move' });
    while (!session.move().isEnd && requests.length < MAX_MOVES);
  }
  expect(session.progress.done, 'items of the plan that were played').toBe(spec.plan.length);
  const at = instants(session.now + BEYOND_MS);
  const hashes = at.map((to) => {
    session.seek(to);
    requests.push({ ask: 'seek', to }, { ask: 'hash' });
    return hashOf(session);
  });
  return { requests, hashes, at };
}

/** In the page: a simulation thread of its own answers the same requests. */
async function inBrowser({ url, asked }: { url: string; asked: string }) {
  const requests = JSON.parse(asked) as readonly Request[];
  const worker = new Worker(url, { type: 'module' });
  const ask = (request: Request, number: number) =>
    new Promise<Reply>((resolve) => {
      worker.onmessage = (event: MessageEvent<Reply>) => resolve(event.data);
      const envelope: Envelope = { number, session: 'twin', request };
      worker.postMessage(envelope);
    });
  const hashes: (readonly [string, string])[] = [];
  for (const [number, request] of requests.entries()) {
    const { problem, hash } = await ask(request, number);
    if (problem !== undefined) throw new Error(problem);
    if (hash !== undefined) hashes.push(hash);
  }
  worker.terminate();
  return hashes;
}

/** In a drawn order, so that time also goes back. */
function instants(end: number): readonly number[] {
  return Array.from({ length: INSTANTS }, () => Math.floor(Math.random() * end));
}
