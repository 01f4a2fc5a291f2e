import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';

/** Scripts by address, as they arrive. The build names those of the simulation thread worker.* and worker-chunk.*. */
export function collect(page: Page): Map<string, Promise<Buffer>> {
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    const isScript = response.request().resourceType() === 'script' || /\.js$/.test(response.url());
    if (!isScript || !response.ok()) return;
    const body = response.body();
    // A script that comes after the weighing is nobody's: its body may be gone with the page.
    body.catch(() => undefined);
    scripts.set(response.url(), body);
  });
  return scripts;
}

/** Whether a script is the simulation thread's. */
export function isWorker(url: string): boolean {
  return /\/worker(-chunk)?\.[^/]*\.js$/.test(url);
}

/** What scripts weigh together, gzipped, in kB. */
export async function weightKb(scripts: ReadonlyMap<string, Promise<Buffer>>): Promise<number> {
  const bodies = await Promise.all(scripts.values());
  return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) / 1000;
}
