import { assert } from '../kernel/assert.ts';
import type { MessageId } from '../kernel/message.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Command } from '../kernel/trace.ts';
import { READER } from '../kernel/world.ts';
import { API_SERVER, type HttpRequest, LOAD_BALANCER } from '../protocol/http.ts';
import { LAB_PROCESSES, type LabKind } from '../protocol/lab.ts';
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

/** The editor that a line has opened is closed: this is in its file. */
export interface SavedCommand extends Command {
  readonly kind: 'saved';
  readonly run: string;
  readonly file: ParsedFile;
}

/** Something breaks or is mended. */
export interface FaultCommand extends Command {
  readonly kind: 'fault';
  readonly fault: Fault;
}

/** A request that a real client sent to the API server, word for word. */
export interface RequestCommand extends Command {
  readonly kind: 'request';
  readonly request: HttpRequest;
}

/** That client hung up: it no longer wants its watch. */
export interface HangUpCommand extends Command {
  readonly kind: 'hang-up';
  readonly watch: MessageId;
}

/** The reader's program, by its fingerprint, takes the place of the one before in all processes of a component. */
export interface DeployCommand extends Command {
  readonly kind: 'deploy';
  readonly process: string;
  readonly program: string;
}

/** Puts the reader's program into the process of a lab. */
export function deployment(lab: LabKind, program: string): DeployCommand {
  return { kind: 'deploy', process: LAB_PROCESSES[lab], program };
}

/** Everything that can be done to a cluster from outside. */
export type ClusterCommand =
  | KubectlCommand
  | InterruptCommand
  | SavedCommand
  | FaultCommand
  | RequestCommand
  | HangUpCommand
  | DeployCommand;

/** Whether a line belongs to the terminal; the others are faults. */
export function isTyped(line: string): boolean {
  return /^((KUBE_)?EDITOR=("[^"]*"|'[^']*'|\S+)\s+)?(kubectl|ssh|scp|etcdctl|etcdutl)(\s|$)/.test(line);
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
    case 'saved':
      simulation.inject(KUBECTL, 'saved', { id: known.run, file: known.file }, [id]);
      return;
    case 'fault':
      simulation.note(READER, { what: `fault/${known.fault.verb}`, about: known.fault.target }, [id], false);
      applyFault(simulation, known.fault, id);
      return;
    case 'request': {
      const stream = known.request.query?.['watch'] === 'true';
      simulation.send(READER, doorOf(simulation), 'request', known.request, 0, '', { causes: [id], stream });
      return;
    }
    case 'hang-up':
      simulation.inject(doorOf(simulation), 'cancel', { watch: known.watch }, [id]);
      return;
    case 'deploy':
      for (const { name, component, config } of simulation.world.actors) {
        if (name !== known.process && component !== known.process) continue;
        simulation.note(name, { what: 'lab/deployed', program: known.program }, [id], false);
        simulation.reinstall(name, { ...(config as object), program: known.program }, [id]);
      }
      return;
    default:
      assert(false, `a command is kubectl, interrupt, saved, fault, request, hang-up or deploy, not ${command.kind}`);
  }
}

/** Whom clients call: the API server, or the address of several. */
function doorOf({ world }: Simulation): typeof API_SERVER {
  return world.index.has(LOAD_BALANCER) ? LOAD_BALANCER : API_SERVER;
}
