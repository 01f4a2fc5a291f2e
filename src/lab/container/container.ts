import type { FileSystemTree, WebContainerProcess } from '@webcontainer/api';

/** What is used of a WebContainer. The package's own class fits, and so does the fake of the tests. */
export interface Container {
  readonly fs: {
    readFile(path: string, encoding: 'utf-8'): Promise<string>;
    writeFile(path: string, data: string): Promise<void>;
  };
  mount(tree: FileSystemTree): Promise<void>;
  spawn(command: string, args: string[]): Promise<Pick<WebContainerProcess, 'exit' | 'output' | 'kill'>>;
  on(event: 'error', listener: (error: { message: string }) => void): () => void;
  teardown(): void;
}

/** Where a container comes from: `import('@webcontainer/api')`, only when the reader has pressed the button. */
export type LoadApi = () => Promise<{ readonly WebContainer: { boot(): Promise<Container> } }>;

/** What a page must be able to do. */
export interface Surroundings {
  readonly isIsolated: boolean;
  readonly hasSharedMemory: boolean;
  /** Asks whether the other site answers; advisory, for what blocks the question need not block the rest. */
  probe(signal: AbortSignal): Promise<unknown>;
}

/** Why the container cannot be used, in a sentence for the reader. */
export class NoContainer extends Error {
  override readonly name = 'NoContainer';
}

/** The longest wait for an answer to the probe, and for the boot, in ms. Offline, a boot never settles. */
export const PROBE_MS = 4000;
export const BOOT_MS = 30_000;

/** `undefined` until the first attempt of this page load; a second call of `boot` would wait for the first for ever. */
let attempt: Promise<Container> | undefined;

/**
 * Boots the one container that a page load may have. Rejects with {@link NoContainer}; after that, only a reload can
 * try again.
 */
export function bootContainer(load: LoadApi, here: Surroundings, tell: (sentence: string) => void): Promise<Container> {
  attempt ??= boot(load, here, tell);
  return attempt;
}

/** Forgets the attempt. For tests, each of which stands for a page load. */
export function forgetContainer(): void {
  attempt = undefined;
}

async function boot(load: LoadApi, here: Surroundings, tell: (sentence: string) => void): Promise<Container> {
  if (!here.isIsolated) {
    throw new NoContainer(
      'This page is not cross-origin isolated: its server does not send the headers COOP and COEP, or the browser ' +
        'does not know them.',
    );
  }
  if (!here.hasSharedMemory) throw new NoContainer('This browser has no SharedArrayBuffer, which Node needs here.');
  if (!(await isReachable(here))) {
    tell('stackblitz.com has not answered within 4 s. That need not mean anything; starting all the same, for 30 s.');
  }
  let booting: Promise<Container>;
  try {
    booting = (await load()).WebContainer.boot();
  } catch (error) {
    throw new NoContainer(`The loader of WebContainer could not be loaded: ${textOf(error)}`);
  }
  const late = rejectedAfter(BOOT_MS, 'Node did not start within 30 s. Most likely stackblitz.com cannot be reached.');
  return Promise.race([booting.catch(refused), late]);
}

function refused(error: unknown): never {
  throw new NoContainer(`WebContainer refused to start: ${textOf(error)}`);
}

async function isReachable(here: Surroundings): Promise<boolean> {
  try {
    await here.probe(AbortSignal.timeout(PROBE_MS));
    return true;
  } catch {
    return false;
  }
}

/** Rejects after a while. */
export function rejectedAfter(ms: number, sentence: string): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new NoContainer(sentence)), ms));
}

/** What was thrown, in words. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
