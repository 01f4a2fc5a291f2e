import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { AstroIntegration } from 'astro';
import { addressOf, CHAPTERS, lessonFiles } from '../lesson/folder.ts';

/** The development server, as far as the preview needs it. */
interface Server {
  readonly watcher: { on(event: 'add' | 'change' | 'unlink', heard: (file: string) => void): unknown };
  readonly ws: {
    send(event: string, data: unknown): void;
    on(event: string, heard: (data: { readonly path: string }) => void): void;
  };
}

/** A save is often several writes: the preview waits for so long after the last, in ms. */
const REST_MS = 150;

/**
 * `npm start` is the author's preview: pages get `preview.tsx`, and learn when a lesson is saved and what the lesson
 * check says of it. The check runs in a process of its own, so pages are served meanwhile. The built site has none of
 * it.
 */
export function preview(): AstroIntegration {
  return {
    name: 'preview',
    hooks: {
      'astro:config:setup': ({ command, injectScript, updateConfig }) => {
        if (command !== 'dev') return;
        injectScript('page', "import '/src/preview/preview.tsx';");
        updateConfig({ vite: { plugins: [{ name: 'preview', configureServer: watchLessons }] } });
      },
    },
  };
}

function watchLessons(server: Server): void {
  const running = new Map<string, ChildProcess>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const check = (file: string) => {
    running.get(file)?.kill();
    const path = `/${addressOf(file)}/`;
    server.ws.send('preview:checking', { path });
    const child = spawn(process.execPath, ['cli/lesson.ts', 'check', file, '--json']);
    running.set(file, child);
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
    });
    child.on('close', () => {
      if (running.get(file) !== child) return;
      running.delete(file);
      server.ws.send('preview:checked', { path, ...JSON.parse(text.split('\n')[0] || '{}') });
    });
  };
  const saved = (changed: string) => {
    const name = changed.replaceAll('\\', '/');
    const start = name.indexOf(`${CHAPTERS}/`);
    if (start < 0 || !/\.(mdx|yaml)$/.test(name)) return;
    const [file] = lessonFiles(dirname(name.slice(start)));
    if (file === undefined) return;
    clearTimeout(waiting.get(file));
    const tell = () => {
      // Astro itself reloads for MDX; scenarios it does not know.
      if (name.endsWith('.yaml')) server.ws.send('preview:saved', { path: `/${addressOf(file)}/` });
      check(file);
    };
    waiting.set(file, setTimeout(tell, REST_MS));
  };
  for (const event of ['add', 'change', 'unlink'] as const) server.watcher.on(event, saved);
  server.ws.on('preview:check', ({ path }) => {
    const file = lessonFiles(CHAPTERS).find((candidate) => `/${addressOf(candidate)}/` === path);
    if (file !== undefined) check(file);
  });
}
