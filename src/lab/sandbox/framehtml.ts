import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The sandbox's frame as one HTML file, made at build. Its policy names its only script by hash; there is no network,
 * no storage (the origin is opaque), no code from text, and workers only from what the script itself makes.
 */
export async function frameHtml(folder = sourceFolder()): Promise<string> {
  const inside = await bundle(`${folder}/inside.ts`, {});
  const script = await bundle(`${folder}/frame.ts`, { INSIDE: JSON.stringify(inside) });
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; worker-src blob:`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox of a lab</title><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${script}</script></html>\n`;
}

/** Where the sources are, also when this module itself was bundled. */
function sourceFolder(): string {
  return import.meta.url.endsWith('/src/lab/sandbox/framehtml.ts')
    ? fileURLToPath(new URL('.', import.meta.url))
    : `${process.cwd()}/src/lab/sandbox`;
}

/** One line of script, which no `</script` ends early. */
async function bundle(entry: string, define: Record<string, string>): Promise<string> {
  const options = { bundle: true, minify: true, write: false, format: 'iife', target: 'es2022' } as const;
  // Template literals would be given real line breaks.
  const supported = { 'template-literal': false };
  const { outputFiles } = await build({ ...options, entryPoints: [entry], define, supported });
  const text = (outputFiles[0]?.text ?? '').trim();
  if (text === '' || text.includes('\n') || /<\/script/i.test(text)) throw new Error(`${entry} is not one line.`);
  return text;
}
