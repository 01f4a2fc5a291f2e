import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import type { LabFailure, LabOutput, LabReply, LabWrite } from '../protocol/lab.ts';

/**
 * The reader's program in a process of the cluster, and what its supervisor remembers of it. A crash loses the
 * process's memory and starts it again: after a second, then 10 s doubled with each crash up to 5 minutes, as kubelet
 * does with containers; ten minutes without a crash are forgiven.
 */
export interface ProgramState {
  /** The program's fingerprint; '' while there is none. */
  program: string;
  /** Crashes in a row. */
  crashes: number;
  crashedAt: Millis;
}

/** A reply without its failure: what a process goes on with. */
export type Result = LabReply & { readonly ok: true };

const FIRST_MS = 1000;
const BASE_MS = 10_000;
const MAX_MS = 300_000;
const FORGET_MS = 600_000;

/** The program that a process is configured with: `{ program: FINGERPRINT }`. */
export function createProgram(config: Value): ProgramState {
  const { program = '' } = (config ?? {}) as { readonly program?: string };
  return part<ProgramState>({ program, crashes: 0, crashedAt: 0 });
}

/** Takes the answer to the question of the message in hand. Undefined when the process has crashed of it. */
export function hearProgram(state: ProgramState, io: IO): Result | undefined {
  const reply = readReply(io.answer);
  for (const text of reply.logs) io.note({ what: 'lab/logged', text });
  if (reply.ok) return reply;
  crash(state, reply.failure, io);
  return undefined;
}

/** Ends the process because of its program. */
export function crash(state: ProgramState, failure: LabFailure, io: IO): void {
  if (io.now - state.crashedAt > FORGET_MS) state.crashes = 0;
  const delayMs = state.crashes === 0 ? FIRST_MS : Math.min(BASE_MS * 2 ** Math.min(state.crashes - 1, 10), MAX_MS);
  state.crashes++;
  state.crashedAt = io.now;
  const { kind, message, line, column, stack } = failure;
  io.note({ what: 'lab/crashed', because: kind, message, line, column, stack, times: state.crashes, delayMs });
  io.exit(delayMs);
}

/** A failure that the frame finds: what the program gave back cannot be used. */
export function badResult(message: string): LabFailure {
  return { kind: 'bad-result', message, stack: [] };
}

/** What came from outside is data of unknown shape, whatever the types say. */
function readReply(value: Value): LabReply {
  const reply = (value ?? {}) as Partial<LabReply>;
  const logs = Array.isArray(reply.logs) ? reply.logs.filter((line) => typeof line === 'string') : [];
  if (reply.ok === false && typeof reply.failure?.message === 'string') {
    return { ok: false, failure: { ...reply.failure, stack: reply.failure.stack ?? [] }, logs };
  }
  if (reply.ok !== true || !isOutput(reply.output)) {
    return { ok: false, failure: badResult('The program gave nothing that can be used.'), logs };
  }
  return { ok: true, output: reply.output, state: reply.state ?? null, logs };
}

function isOutput(value: unknown): value is LabOutput {
  const { writes, scores, vote, requeueAfterMs, chosen, againAfterMs } = (value ?? {}) as Record<string, unknown>;
  if (vote !== undefined) return isVote(vote);
  if (Array.isArray(scores)) return scores.every(Number.isInteger);
  if (Array.isArray(chosen)) return isDelay(againAfterMs) && chosen.every(isChoice);
  return isDelay(requeueAfterMs) && Array.isArray(writes) && writes.length <= MAX_WRITES && writes.every(isWrite);
}

function isVote(value: unknown): boolean {
  const { grant, because } = (value ?? {}) as Record<string, unknown>;
  return typeof grant === 'boolean' && typeof because === 'string';
}

const MAX_WRITES = 500;

function isDelay(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && Number(value) >= 0);
}

function isChoice(value: unknown): boolean {
  const { cluster, local } = (value ?? {}) as Record<string, unknown>;
  return [cluster, local].every((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'));
}

function isWrite(value: unknown): value is LabWrite {
  const { verb, object, kind, namespace, name, subresource, patch } = (value ?? {}) as Record<string, unknown>;
  if (verb === 'create') return isObject(object) && isObject((object as { metadata?: unknown }).metadata);
  const isNamed = typeof kind === 'string' && isName(namespace) && isName(name);
  if (verb === 'delete') return isNamed;
  return verb === 'patch' && isNamed && isObject(patch) && (subresource === '' || subresource === 'status');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(value);
}
