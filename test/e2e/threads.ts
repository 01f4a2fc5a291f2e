import type { Envelope, Reply, Request } from '../../src/session/protocol.ts';

// Functions to be run inside a page.

/** Keeps the threads that the page starts, so that a test can ask them too. */
export function keepThreads(): void {
  const threads: Worker[] = [];
  Object.assign(globalThis, { threads });
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (options?.name === 'simulator') threads.push(this);
    }
  };
}

/** Takes one of the page's own sessions to each instant, in ms, and gives its fingerprints there. */
export async function hashesAt({ id, at }: { id: string; at: readonly number[] }) {
  const [thread] = (globalThis as unknown as { threads: readonly Worker[] }).threads;
  if (thread === undefined) throw new Error('There is no simulation thread.');
  let number = 1_000_000;
  const ask = (request: Request) =>
    new Promise<Reply>((resolve) => {
      const envelope: Envelope = { number: ++number, session: id, request };
      thread.addEventListener('message', function hear({ data }: MessageEvent<Reply>) {
        if (data.number !== envelope.number) return;
        thread.removeEventListener('message', hear);
        resolve(data);
      });
      thread.postMessage(envelope);
    });
  const hashes: (readonly string[])[] = [];
  for (const to of at) {
    await ask({ ask: 'seek', to });
    const { hash, problem } = await ask({ ask: 'hash' });
    if (hash === undefined) throw new Error(problem ?? 'There is no fingerprint.');
    hashes.push(hash);
  }
  return hashes;
}

/** Waits until the reader's program is among what was done in a session. */
export async function untilDeployed(session: string): Promise<void> {
  const [thread] = (globalThis as unknown as { threads: readonly Worker[] }).threads;
  const isDeployed = () =>
    new Promise<boolean>((resolve) => {
      const envelope: Envelope = { number: 2_000_000, session, request: { ask: 'save' } };
      thread?.addEventListener('message', function hear({ data }: MessageEvent<Reply>) {
        if (data.number !== envelope.number) return;
        thread.removeEventListener('message', hear);
        resolve(data.saved?.commands.includes('deploy') ?? false);
      });
      thread?.postMessage(envelope);
    });
  while (!(await isDeployed())) await new Promise((resolve) => setTimeout(resolve, 100));
}
