import type { Compiled } from '../compile/compile.ts';
import { type Compile, Sandbox } from './sandbox.ts';

/** The sandbox of this page, with its compiler in a thread of its own. */
export function browserSandbox(place: HTMLElement = document.body): Sandbox {
  return new Sandbox(place, compilerThread());
}

function compilerThread(): Compile {
  const waiting = new Map<number, (compiled: Compiled) => void>();
  let worker: Worker | undefined;
  let count = 0;
  const start = (): Worker => {
    const made = new Worker(new URL('./compiler.ts', import.meta.url), { type: 'module', name: 'compiler' });
    made.onmessage = ({ data }: MessageEvent<{ number: number; compiled: Compiled }>) => {
      waiting.get(data.number)?.(data.compiled);
      waiting.delete(data.number);
    };
    made.onerror = () => {
      const message = 'The compiler could not be loaded. Reload the page to try again.';
      for (const settle of waiting.values()) settle({ ok: false, failure: { kind: 'gone', message, stack: [] } });
      waiting.clear();
      worker = undefined;
    };
    return made;
  };
  return (source) =>
    new Promise((resolve) => {
      worker ??= start();
      waiting.set(++count, resolve);
      worker.postMessage({ number: count, source });
    });
}
