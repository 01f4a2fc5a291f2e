import type { IO } from '../kernel/component.ts';
import { type Address, type AnyMessage, address, type MessageId } from '../kernel/message.ts';
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
  /** The editor that a run has opened is closed: this is in its file. */
  saved: { readonly id: string; readonly file: ParsedFile };
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

/** Flags as pflag takes a line apart, or its error, or a real flag that is not modelled here. */
export type ParsedFlags =
  | {
      readonly words: readonly string[];
      readonly flags: Readonly<Record<string, string>>;
      readonly lists: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly error: string }
  | { readonly unsupported: string };

/** What a program on the reader's machine may look at. */
export interface ProgramDesk {
  readonly run: string;
  /** The members of etcd, and the machine of each. */
  readonly etcd: readonly { readonly process: string; readonly machine: string }[];
  /** The files that programs have written here. */
  readonly saved: Readonly<Record<string, Value>>;
  /** See `readFlags` of sim/kubectl for the notation; `others` are real flags that are refused by name. */
  parse(words: readonly string[], flags: string, others: string): ParsedFlags;
}

/** What a program does next: ends with a code, or waits for messages and remembers `data`. */
export interface ProgramStep {
  readonly print?: readonly Printed[];
  readonly exit?: number;
  readonly data?: Value;
  /** Answers to these belong to the run. */
  readonly waits?: readonly MessageId[];
  /** A file that it writes on the reader's machine. */
  readonly file?: readonly [name: string, content: Value];
}

/** A message to oneself with this kind and `{ run }` reaches the program of that run. */
export const PROGRAM_TIMER = 'kubectl/program';

/** A program beside kubectl on the reader's machine, from a chunk of its own. Between two messages it has only `data`. */
export interface TerminalProgram {
  readonly name: string;
  /** Whether a line, split into words, is for it. */
  claims(words: readonly string[]): boolean;
  begin(desk: ProgramDesk, words: readonly string[], io: IO): ProgramStep;
  resume(desk: ProgramDesk, data: Value, message: AnyMessage, io: IO): ProgramStep;
}

/** kubectl on the reader's machine. */
export const KUBECTL: Address<TerminalProtocol> = address('kubectl');
