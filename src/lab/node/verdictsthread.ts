import { type MessagePort, parentPort } from 'node:worker_threads';
import { type LabVerdicts, verdictsOf } from './verdicts.ts';

/** A lab to judge, where its verdicts go, and what is set to 1 once they are there. */
export interface LabQuestion {
  readonly folder: string;
  readonly port: MessagePort;
  readonly isAnswered: Int32Array;
}

/** The verdicts, or why there are none. */
export type LabAnswer = { readonly verdicts: LabVerdicts } | { readonly reason: string };

// Judges one lab after the other, each a little faster, for what they share is compiled by then.
parentPort?.on('message', async ({ folder, port, isAnswered }: LabQuestion) => {
  const answer: LabAnswer = await verdictsOf(folder).then(
    (verdicts) => ({ verdicts }),
    (error: unknown) => ({ reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  port.postMessage(answer);
  Atomics.store(isAnswered, 0, 1);
  Atomics.notify(isAnswered, 0);
});
