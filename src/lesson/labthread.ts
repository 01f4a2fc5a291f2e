import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { LabAnswer } from '../lab/node/verdictsthread.ts';

/** All programs of a lab together may run so long, in real ms. */
const TIMEOUT_MS = 180_000;

let thread: Worker | undefined;

/**
 * Asks for the verdicts of a lab, from a thread that can be ended should a program hang in spite of all bounds. What it
 * gives waits for them: meanwhile there is other work.
 */
export function judge(folder: string): () => LabAnswer {
  thread ??= begun();
  const { port1, port2 } = new MessageChannel();
  const isAnswered = new Int32Array(new SharedArrayBuffer(4));
  thread.postMessage({ folder, port: port2, isAnswered }, [port2]);
  return () => {
    Atomics.wait(isAnswered, 0, 0, TIMEOUT_MS);
    const answer = receiveMessageOnPort(port1)?.message as LabAnswer | undefined;
    port1.close();
    if (answer !== undefined) return answer;
    void thread?.terminate();
    thread = undefined;
    return { reason: `It did not end within ${TIMEOUT_MS / 1000} s.` };
  };
}

/** The process does not wait for it at its end. */
function begun(): Worker {
  const made = new Worker(new URL('../lab/node/verdictsthread.ts', import.meta.url));
  made.unref();
  return made;
}
