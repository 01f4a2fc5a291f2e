import { assert } from '../kernel/assert.ts';
import type { MessageId } from '../kernel/message.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Command } from '../kernel/trace.ts';
import { READER } from '../kernel/world.ts';
import type { ParsedFile } from '../protocol/terminal.ts';
import { KUBECTL } from '../protocol/terminal.ts';
import { applyFault, type Fault } from './faults.ts';

/** A line typed at the terminal. `run` names it, so that its output can be found. */
export interface KubectlCommand extends Command {
  readonly kind: 'kubectl';
  readonly run: string;
  readonly line: string;
  readonly files: Readonly<Record<string, ParsedFile>>;
}

/** Ctrl+C for a running line. */
export interface InterruptCommand extends Command {
  readonly kind: 'interrupt';
  readonly run: string;
}

/** Something breaks or is mended. */
export interface FaultCommand extends Command {
  readonly kind: 'fault';
  readonly fault: Fault;
}

/** Everything a person can do to a cluster. */
export type ClusterCommand = KubectlCommand | InterruptCommand | FaultCommand;

/** Whether a line belongs to the terminal; the others are faults. */
export function isTyped(line: string): boolean {
  return /^(kubectl|ssh)(\s|$)/.test(line);
}

/** Carries a command into the cluster: the one place where people touch it. */
export function applyCommand(simulation: Simulation, command: Command, id: MessageId): void {
  const known = command as ClusterCommand;
  switch (known.kind) {
    case 'kubectl':
      simulation.wake(KUBECTL, [id]);
      simulation.inject(KUBECTL, 'run', { id: known.run, line: known.line, files: known.files }, [id]);
      return;
    case 'interrupt':
      simulation.inject(KUBECTL, 'interrupt', { id: known.run }, [id]);
      return;
    case 'fault':
      simulation.note(READER, { what: `fault/${known.fault.verb}`, about: known.fault.target }, [id], false);
      applyFault(simulation, known.fault, id);
      return;
    default:
      assert(false, `a command is kubectl, interrupt or fault, not ${command.kind}`);
  }
}
