import { type Address, address, type MessageId } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';

/**
 * A file of the editor, as kubectl gets it. The YAML parser is a chunk of its own (`sim/packs/yaml.ts`), so whoever
 * starts a run parses the files first. `documents` are JSON values in the file's order, without empty ones; `error` is
 * the parser's text as kubectl prints it after `error parsing <file>: `.
 */
export interface ParsedFile {
  readonly text: string;
  readonly documents?: readonly Value[];
  readonly error?: string;
}

/** What a person's terminal asks kubectl to do. */
export interface TerminalProtocol {
  /** One command line, with the files that `-f NAME` may read. `id` names the run. */
  run: { readonly id: string; readonly line: string; readonly files: Readonly<Record<string, ParsedFile>> };
  /** Ctrl+C. */
  interrupt: { readonly id: string };
}

/** A line of output as kubectl prints it, without its newline. `causes` of its record lead to the answer it came from. */
export interface Printed {
  readonly stream: 'out' | 'err';
  readonly text: string;
}

/** What to try after an error: one sentence of cause, and a command line when one is surely useful. */
export interface Advice {
  readonly sentence: string;
  readonly run?: string;
}

/** A run of kubectl, as `inspect` shows it. */
export interface TerminalRun {
  readonly id: string;
  readonly line: string;
  readonly startedAt: number;
  readonly output: readonly Printed[];
  /** Undefined while it runs. */
  readonly exitCode: number | undefined;
  /** The request, watch or timer it waits for. */
  readonly waitingFor: MessageId | undefined;
  readonly advice: Advice | undefined;
}

/** kubectl on the reader's machine. */
export const KUBECTL: Address<TerminalProtocol> = address('kubectl');
