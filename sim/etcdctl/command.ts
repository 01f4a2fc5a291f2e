import type { Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { EtcdClientProtocol, EtcdMachineProtocol, EtcdProtocol } from '../protocol/etcd.ts';
import type { Printed, ProgramDesk } from '../protocol/terminal.ts';

/** One question to one member, as data: a run keeps it while it waits. */
export interface Call {
  /** As it was written: `https://etcd-0:2379`. */
  readonly endpoint: string;
  /** The process that listens there; '' when none does. */
  readonly process: string;
  readonly kind: keyof (EtcdProtocol & EtcdMachineProtocol) & string;
  readonly body: Value;
}

/** What came of a call. */
export interface Answer {
  readonly call: Call;
  /** Undefined: nothing came in time. */
  readonly body: (EtcdClientProtocol[keyof EtcdClientProtocol] & { readonly error?: string }) | undefined;
  readonly tookMs: Millis;
}

/** A line of etcdctl or etcdutl, taken apart. */
export interface Job {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  readonly endpoints: readonly string[];
  readonly desk: ProgramDesk;
  /** The machine that the line is carried out on; '' for the reader's own. */
  readonly machine: string;
  readonly memory: Value;
}

/** What a stage decides: the end, or calls and the stage that gets what came of them. */
export type Step =
  | { readonly print?: readonly Printed[]; readonly exit: number; readonly file?: readonly [string, Value] }
  | {
      readonly print?: readonly Printed[];
      readonly calls: readonly Call[];
      readonly then: string;
      readonly memory?: Value;
      /** The first that answers is enough: the others were only tried. */
      readonly isRace?: boolean;
      /** Default: `--command-timeout`. */
      readonly patienceMs?: Millis;
    };

/** A command as data; its stages are pure. */
export interface EtcdCommand {
  /** `endpoint status` */
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly flags?: string;
  /** Real flags that are refused by name. */
  readonly others?: string;
  /** Whether one member is enough, whichever answers first: it is found before `start`. */
  readonly isForOne?: boolean;
  start(job: Job): Step;
  readonly stages?: Readonly<Record<string, (job: Job, answers: readonly Answer[]) => Step>>;
}

/** etcd's exit code for a line that is wrong. */
export const BAD_ARGS = 128;
/** And for a format that a command does not have. */
export const BAD_FEATURE = 4;
/** What Go says when nothing came in time. */
export const DEADLINE = 'context deadline exceeded';

/** Lines on standard output. */
export function out(...texts: readonly string[]): readonly Printed[] {
  return texts.map((text) => ({ stream: 'out', text }));
}

/** Lines on standard error. */
export function err(...texts: readonly string[]): readonly Printed[] {
  return texts.map((text) => ({ stream: 'err', text }));
}

/** Ends with `Error: …`. */
export function fail(text: string, exit = 1): Step {
  return { print: err(`Error: ${text}`), exit };
}

/** Ends well. */
export function done(...texts: readonly string[]): Step {
  return { print: out(...texts), exit: 0 };
}

/** A question to the member that was found. */
export function ask<K extends keyof EtcdProtocol & string>(
  job: Job,
  kind: K,
  body: EtcdProtocol[K],
  then: string,
  endpoint = job.endpoints[0] ?? '',
): Extract<Step, { readonly then: string }> {
  return { calls: [callTo(job, endpoint, kind, body)], then, memory: job.memory };
}

/** A question to an endpoint. */
export function callTo<K extends keyof EtcdProtocol & string>(
  { desk }: Pick<Job, 'desk'>,
  endpoint: string,
  kind: K,
  body: EtcdProtocol[K],
): Call {
  return { endpoint, process: processAt(desk, endpoint), kind, body: body as Value };
}

/** The member behind `https://etcd-0:2379` or `etcd-0:2379`; '' when nothing listens there. */
export function processAt({ etcd }: ProgramDesk, endpoint: string): string {
  const host = /^(?:https?:\/\/)?([\w.-]+):2379$/.exec(endpoint)?.[1];
  return etcd.find(({ process, machine }) => host === process || host === machine)?.process ?? '';
}

/** What an answer holds, or the end that its error is. */
export function bodyOf<K extends keyof EtcdClientProtocol>([answer]: readonly Answer[]):
  | { readonly body: EtcdClientProtocol[K] }
  | { readonly failed: Step } {
  if (answer?.body === undefined) return { failed: fail(DEADLINE) };
  const { error } = answer.body as { readonly error?: string };
  return error === undefined ? { body: answer.body as unknown as EtcdClientProtocol[K] } : { failed: fail(error) };
}
