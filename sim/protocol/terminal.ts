import { type Address, address, type MessageId } from '../kernel/message.ts';

/** What a person's terminal asks kubectl to do. */
export interface TerminalProtocol {
  /** One command line, with the files that `-f NAME` may read. `id` names the run. */
  run: { readonly id: string; readonly line: string; readonly files: Readonly<Record<string, string>> };
  /** Ctrl+C. */
  interrupt: { readonly id: string };
}

/** A line of output as kubectl prints it. `causes` lead to the answer it came from. */
export interface Printed {
  readonly stream: 'out' | 'err';
  readonly text: string;
}

/** A run of kubectl, as `inspect` shows it. */
export interface TerminalRun {
  readonly id: string;
  readonly line: string;
  readonly startedAt: number;
  readonly output: readonly Printed[];
  /** Undefined while it runs. */
  readonly exitCode: number | undefined;
  readonly waitingFor: MessageId | undefined;
}

/** kubectl on the reader's machine. */
export const KUBECTL: Address<TerminalProtocol> = address('kubectl');
