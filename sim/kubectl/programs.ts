import type { IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import { PROGRAM_TIMER, type ProgramDesk, type ProgramStep, type TerminalProgram } from '../protocol/terminal.ts';
import { type Desk, finish, print, type Run } from './engine.ts';
import { parseFlags, readFlags } from './flags.ts';

/** What programs need of kubectl's own state. */
export interface ProgramHome extends Desk {
  etcd: ProgramDesk['etcd'];
  /** Files that programs have written, by name. */
  saved: Map<string, Value>;
}

/** What a run of a program remembers. */
interface Kept {
  readonly waits: readonly MessageId[];
  readonly data: Value;
}

const programs = new Map<string, TerminalProgram>();

/** Adds a program to every terminal, from a chunk of its own; again changes nothing. */
export function addTerminalProgram(program: TerminalProgram): void {
  programs.set(program.name, program);
}

/** The program that a line is for. */
export function programFor(words: readonly string[]): TerminalProgram | undefined {
  return [...programs.values()].find((program) => program.claims(words));
}

/** Starts a program in a run. */
export function startProgram(home: ProgramHome, run: Run, program: TerminalProgram, io: IO): void {
  run.command = program.name;
  proceed(home, run, program.begin(deskOf(home, run), run.words, io), io);
}

/** The run of a program that waits for this message. */
export function programRunOf(runs: ReadonlyMap<string, Run>, { kind, replyTo, body }: AnyMessage): Run | undefined {
  for (const run of runs.values()) {
    if (run.exitCode !== undefined || !programs.has(run.command)) continue;
    const { waits } = run.data as unknown as Kept;
    const isMine = kind === PROGRAM_TIMER ? (body as { run: string }).run === run.id : waits.includes(replyTo);
    if (isMine) return run;
  }
  return undefined;
}

/** Hands a message to the program of a run. */
export function resumeProgram(home: ProgramHome, run: Run, message: AnyMessage, io: IO): void {
  const { data } = run.data as unknown as Kept;
  const step = programs.get(run.command)?.resume(deskOf(home, run), data, message, io);
  if (step !== undefined) proceed(home, run, step, io);
}

function proceed(home: ProgramHome, run: Run, step: ProgramStep, io: IO): void {
  if (step.file !== undefined) home.saved.set(...step.file);
  print(run, step.print ?? [], io);
  if (step.exit !== undefined) {
    finish(home, run, step.exit, io);
    return;
  }
  const waits = step.waits ?? [];
  run.data = { waits, data: step.data } satisfies Kept;
  run.waitingFor = waits[0];
}

function deskOf({ etcd, saved }: ProgramHome, run: Run): ProgramDesk {
  return {
    run: run.id,
    etcd,
    saved: Object.fromEntries(saved),
    parse: (words, flags, others) => parseFlags(words, readFlags(flags), readFlags(others)),
  };
}
