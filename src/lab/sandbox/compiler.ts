// Compiles the reader's program in a thread of its own, so that a long text does not hold up the page.
import { compile } from '../compile/compile.ts';

self.onmessage = ({ data }: MessageEvent<{ readonly number: number; readonly source: string }>) => {
  postMessage({ number: data.number, compiled: compile(data.source) });
};
