import { build } from 'esbuild';

let script: Promise<string> | undefined;

/** The simulator, kubectl, and what runs a program in them, as one script for Node. Made once a build. */
export function simulatorScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const options = { bundle: true, minify: true, write: false, format: 'esm', platform: 'node' } as const;
  const { outputFiles } = await build({
    ...options,
    entryPoints: ['src/lab/project/opening.ts'],
    target: 'node22',
    legalComments: 'eof',
  });
  return outputFiles[0]?.text ?? '';
}
