import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { AstroIntegration } from 'astro';
import { addressOf, CHAPTERS, lessonFiles } from '../lesson/folder.ts';
import type { Recorded } from './record.tsx';

/** The development server, as far as the preview needs it. */
interface Server {
  readonly watcher: { on(event: 'add' | 'change' | 'unlink', heard: (file: string) => void): unknown };
  readonly ws: {
    send(event: string, data: unknown): void;
    on<D extends { readonly path: string }>(event: string, heard: (data: D) => void): void;
  };
}

/** What the page asks for: the link of a moment, to be told as text, or put into its exercise. */
interface Wish {
  readonly path: string;
  readonly link: string;
  readonly isWriting: boolean;
}

/** A save is often several writes: the preview waits for so long after the last, in ms. */
const REST_MS = 150;

/**
 * `npm start` is the author's preview: pages get `preview.tsx`, and learn when a lesson is saved and what the lesson
 * check says of it, and have `npm run lesson -- record` at a button. Each runs in a process of its own, so pages are
 * served meanwhile. The built site has none of it.
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
  server.ws.on<Wish>('preview:record', (wish) => {
    record(wish, (recording) => server.ws.send('preview:recorded', { path: wish.path, ...recording }));
  });
}

function record({ path, link, isWriting }: Wish, tell: (recording: Recorded) => void): void {
  const words = ['cli/lesson.ts', 'record', `${path}${link}`, ...(isWriting ? ['--write'] : [])];
  const child = spawn(process.execPath, words);
  let text = '';
  const hear = (part: Buffer) => {
    text += part.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('error', ({ message }) => tell({ text: message, isOk: false, isWritten: false }));
  child.on('close', (code) => tell({ text: text.replace(/\n+$/, ''), isOk: code === 0, isWritten: isWriting }));
}
