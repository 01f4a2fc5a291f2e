import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { Status } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpRequest, HttpResponse, WatchFrame } from '../protocol/http.ts';
import type { ParsedFile, Printed } from '../protocol/terminal.ts';
import type { Arguments } from './flags.ts';
import type { KubeConfig } from './kubeconfig.ts';

/** What a command asks for: an object by name, a list, or an object from a file. */
export interface Target {
  /** A word for its resource, as a rule the plural: values of a state hold names, not tables. */
  readonly plural: string;
  readonly namespace: string;
  /** Undefined for a list. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** From a file: where, and what stands there. */
  readonly source?: string;
  readonly manifest?: JsonObject;
}

/** A target with what the server said about it. */
export interface Item {
  readonly target: Target;
  readonly namespace: string;
  readonly name: string;
  /** The object read, the Table read, or the manifest of a file that has not been read yet. */
  readonly object: KubeObject;
}

/** Something that went wrong and is printed at the end, as kubectl's aggregate of errors. */
export type Failure =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'status'; readonly status: Status }
  /** No answer: the reason in the words of Go's net package. */
  | { readonly type: 'network'; readonly reason: string };

/** Objects that the engine reads one after another and hands to the command's stage `item`. */
export interface Visit {
  readonly targets: readonly Target[];
  /**
   * `get` reads each object, `none` takes names and manifests as they are; `table` asks for server-side Tables and `whole`
   * for lists, each an item as it comes.
   */
  readonly fetch: 'get' | 'none' | 'table' | 'whole';
  /** Read everything before the first item is handled; the default handles each as it comes. */
  readonly collect?: boolean;
  /** End at the first failure; the default goes on and reports all at the end. */
  readonly stopOnFailure?: boolean;
  readonly ignoreNotFound?: boolean;
  /** A part of each object instead of it. */
  readonly subresource?: string;
}

/** What a stage decides. Exactly one continuation: exit, visit, next, request, watch, wait, or stay. */
export interface Step {
  readonly print?: readonly Printed[];
  readonly failure?: Failure | readonly Failure[];
  /** Data kept until another stage replaces it. */
  readonly data?: Value;
  /** The kubeconfig as it is from now on. */
  readonly config?: KubeConfig;
  /** Ends the run: the failures so far are printed, unless `forgives`, and make 1 of 0. */
  readonly exit?: number;
  readonly forgives?: true;
  readonly visit?: Visit;
  /** This item is done. */
  readonly next?: true;
  readonly request?: HttpRequest;
  readonly watch?: HttpRequest;
  readonly afterMs?: Millis;
  /** Keeps the open watch, or waits for the editor. */
  readonly stay?: true;
  /** Opens the editor with this text. */
  readonly edits?: string;
  /** The stage that gets the answer. */
  readonly then?: string;
  /** Calls the stage `timeout` after so long, whatever happens in between; given once in a run. */
  readonly deadlineMs?: Millis;
}

/** What a stage is called with. */
export type Reply =
  | { readonly type: 'response'; readonly response: HttpResponse }
  | { readonly type: 'frame'; readonly frame: WatchFrame }
  /** The editor is closed: this is in its file. */
  | { readonly type: 'saved'; readonly file: ParsedFile }
  /** A watch has ended, or a timer has fired. */
  | { readonly type: 'closed' | 'timer' };

/** What a stage may look at. */
export interface Job<D = Value> {
  readonly args: Arguments;
  readonly files: Readonly<Record<string, ParsedFile>>;
  readonly now: Millis;
  /** `-n`, or `default`. */
  readonly namespace: string;
  readonly isNamespaceGiven: boolean;
  /** `host:port` of the API server. */
  readonly server: string;
  readonly config: KubeConfig;
  readonly data: D;
  /** The item in hand; only in stages that follow `item`. */
  readonly item: Item;
  /** All items so far, for `end`. */
  readonly items: readonly Item[];
  readonly failures: readonly Failure[];
  /** A whole number in [0, bound), for generated names. */
  random(bound: number): number;
}

/** A stage: pure. */
export type Stage<D = Value> = (job: Job<D>, reply: Reply) => Step;

/** A kubectl command as data: nothing of it survives between two messages but its stage's name and plain data. */
export interface Command<D = Value> {
  /** `get`, `create deployment` */
  readonly name: string;
  /** The line under `Usage:`. */
  readonly usage: string;
  readonly summary: string;
  readonly aliases?: readonly string[];
  /** See {@link readFlags}; `--namespace` and `--help` are everybody's. */
  readonly flags: string;
  /** Real flags that are refused by name. */
  readonly others?: string;
  readonly required?: readonly string[];
  start(job: Job<D>): Step;
  /** `item` gets each object of a visit, `end` follows the last, `timeout` a deadline; the others are the command's own. */
  readonly stages?: Readonly<Record<string, Stage<D>>>;
}

/** A command whose stages share data of type D, as the engine keeps it. */
export function defineCommand<D = Value>(command: Command<D>): Command {
  return command as unknown as Command;
}

/** Lines on standard output. */
export function out(...texts: readonly string[]): readonly Printed[] {
  return texts.map((text) => ({ stream: 'out', text }));
}

/** Lines on standard error. */
export function err(...texts: readonly string[]): readonly Printed[] {
  return texts.map((text) => ({ stream: 'err', text }));
}

/** Ends with `error: …`. */
export function fail(text: string): Step {
  return { print: err(...`error: ${text}`.split('\n')), exit: 1 };
}

/** `error: …` and the line that points to the help. */
export function failUsage(command: string, text: string): Step {
  return fail(`${text}\nSee 'kubectl ${command} -h' for help and examples`);
}

/** Ends well. */
export function done(...print: readonly Printed[]): Step {
  return { print, exit: 0 };
}

/** A failure that is kubectl's own. */
export function textFailure(text: string): Failure {
  return { type: 'text', text };
}

/** The failure in an answer, or undefined when it is a good one. */
export function failureOf(response: HttpResponse): Failure | undefined {
  if (response.status === 0) {
    return { type: 'network', reason: (response.body as { message: string } | undefined)?.message ?? 'EOF' };
  }
  return response.status < 400 ? undefined : { type: 'status', status: response.body as Status };
}

/** The answer to a request. Stages that sent one are called with nothing else. */
export function answerOf(reply: Reply): HttpResponse {
  return reply.type === 'response' ? reply.response : { status: 0, body: { message: 'EOF' } };
}
