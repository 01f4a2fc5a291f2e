import type { Millis } from '../kernel/message.ts';
import type { TraceRecord } from '../kernel/trace.ts';

/** A line of a terminal. */
export interface TerminalLine {
  readonly stream: 'out' | 'err' | 'advice';
  readonly text: string;
  /** A command worth trying next; only advice has one. */
  readonly run?: string;
  /** The record it was printed by. */
  readonly seq: number;
}

/** One command and what it printed so far. */
export interface Terminal {
  readonly id: string;
  readonly line: string;
  readonly at: Millis;
  readonly lines: readonly TerminalLine[];
  /** What the editor shows that it has opened, while it is open. */
  readonly editing?: string | undefined;
  /** Undefined while it runs. */
  readonly exitCode: number | undefined;
}

/** The terminals of a history, oldest first: folded from what kubectl noted. */
export function foldTerminals(past: readonly TraceRecord[]): readonly Terminal[] {
  const terminals = new Map<string, Terminal>();
  for (const record of past) tellTerminals(terminals, record);
  return [...terminals.values()];
}

/** Adds the next record to terminals kept by the id of their run. Records must come in order. */
export function tellTerminals(terminals: Map<string, Terminal>, record: TraceRecord): void {
  if (record.type === 'commanded' && record.command.kind === 'kubectl') {
    const id = String(record.command['run']);
    terminals.set(id, { id, line: String(record.command['line']), at: record.at, lines: [], exitCode: undefined });
  } else if (record.type === 'commanded' && record.command.kind === 'saved') {
    const terminal = terminals.get(String(record.command['run']));
    if (terminal !== undefined) terminals.set(terminal.id, { ...terminal, editing: undefined });
  } else if (record.type === 'noted' && record.note.what.startsWith('kubectl/')) {
    const terminal = terminals.get(String(record.note['run']));
    if (terminal !== undefined) terminals.set(terminal.id, extend(terminal, record));
  }
}

function extend(terminal: Terminal, record: TraceRecord & { type: 'noted' }): Terminal {
  const { note, seq } = record;
  switch (note.what) {
    case 'kubectl/printed': {
      const stream = note['stream'] === 'err' ? 'err' : 'out';
      return { ...terminal, lines: [...terminal.lines, { stream, text: String(note['text']), seq }] };
    }
    case 'kubectl/advice': {
      const line: TerminalLine = { stream: 'advice', text: String(note['sentence']), seq };
      const run = note['command'];
      return { ...terminal, lines: [...terminal.lines, run === undefined ? line : { ...line, run: String(run) }] };
    }
    case 'kubectl/editing':
      return { ...terminal, editing: String(note['text']) };
    case 'kubectl/exited':
      return { ...terminal, editing: undefined, exitCode: Number(note['exitCode']) };
    default:
      return terminal;
  }
}
