import { packFiles, packList } from './packlist.ts';
import type { PacksOf } from './page.ts';

/** The pack that was missed last; undefined when none was since somebody asked. */
let missed: string | undefined;
const loading = new Map<string, Promise<unknown>>();
/** How often each did not come. */
const failed = new Map<string, number>();
const loaded = new Set<string>();

/** A stub is called whose code is not there. Whatever becomes of the error, {@link missedPack} knows. */
export function missing(pack: string): never {
  missed = pack;
  throw new Error(`the part "${pack}" of the simulator is not loaded`);
}

/** Which pack was missed since the last time this was asked. */
export function missedPack(): string | undefined {
  const pack = missed;
  missed = undefined;
  return pack;
}

/** Loads a pack; its stubs then call its code. Rejects with a sentence when the file does not come. */
export async function loadPack(name: string): Promise<void> {
  const failures = failed.get(name) ?? 0;
  const file = loading.get(name) ?? (failures === 0 ? packList[name]?.() : again(name, failures)) ?? Promise.resolve();
  loading.set(name, file);
  try {
    await file;
  } catch {
    loading.delete(name);
    failed.set(name, failures + 1);
    throw new Unloaded(name);
  }
  loaded.add(name);
}

/** A browser remembers that a module did not come. By another address it asks for it once more. */
function again(name: string, failures: number): Promise<unknown> {
  return import(/* @vite-ignore */ `./${packFiles[name]}?again=${failures}`);
}

/**
 * Loads what a session is known to need. What does not come is missed later, and said then; what is needed later comes
 * while the reader looks at the first picture.
 */
export async function loadPacks({ first, later }: PacksOf): Promise<void> {
  await Promise.allSettled(first.map(loadPack));
  void Promise.allSettled(later.map(loadPack));
}

/** The packs that are loaded, in the order in which they came. */
export function loadedPacks(): readonly string[] {
  return [...loaded];
}

/** A file of the simulator did not come: the connection, or the host. Nothing is lost, and it may be tried again. */
export class Unloaded extends Error {
  constructor(part = '') {
    const which = part === '' ? '' : ` (${part})`;
    super(
      `A part of the simulator${which} did not load. Nothing is lost: when you are online again, play on, or reload the page.`,
    );
  }
}

/** Whether an error is a browser's word for a script that did not come. */
export function isUnloaded(error: unknown): boolean {
  const words = /dynamically imported module|importing a module script failed/i;
  return error instanceof Unloaded || (error instanceof TypeError && words.test(error.message));
}
