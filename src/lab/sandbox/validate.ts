import type { LabCall, LabFailure, LabFrame, LabOutput, LabReply } from '../../../sim/protocol/lab.ts';
import { LIMITS, type LoadResult } from '../host.ts';

// What comes out of the sandbox is text from a stranger. It is read again here, field by field, into new objects;
// whatever has another shape is no answer.

const KINDS: readonly string[] = ['syntax', 'thrown', 'timeout', 'memory', 'bad-result', 'gone'];
const MAX_DEPTH = 40;
const MAX_VALUES = 50_000;
const MAX_WRITES = 1000;
const MAX_ADDRESSES = 5000;

type Shape = Readonly<Record<string, unknown>>;

/** The reply in a text; undefined when it is none. */
export function readReply(text: string, call: LabCall): LabReply | undefined {
  const shape = parsed(text);
  const logs = shape === undefined ? undefined : textsOf(shape['logs'], LIMITS.logLines + 1, LIMITS.logChars + 100);
  if (shape === undefined || logs === undefined) return undefined;
  if (shape['ok'] === false) {
    const failure = failureOf(shape['failure']);
    return failure && { ok: false, failure, logs };
  }
  const output = shape['ok'] === true ? outputOf(shape['output'], call) : undefined;
  return output && { ok: true, output, state: (shape['state'] ?? null) as never, logs };
}

/** The result of loading in a text; undefined when it is none. */
export function readLoad(text: string): LoadResult | undefined {
  const shape = parsed(text);
  if (shape?.['ok'] === false) {
    const failure = failureOf(shape['failure']);
    return failure && { ok: false, failure };
  }
  const exports = shape?.['ok'] === true ? textsOf(shape['exports'], 100, 200) : undefined;
  return exports && { ok: true, exports };
}

/** Plain data, not too deep and not too much of it; no key by which a prototype could be reached. */
function parsed(text: string): Shape | undefined {
  let left = MAX_VALUES;
  const isPlain = (value: unknown, depth: number): boolean => {
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) return false;
    if (typeof value !== 'object' || value === null) return true;
    return Object.entries(value).every(([key, inner]) => key !== '__proto__' && isPlain(inner, depth + 1));
  };
  try {
    const value: unknown = JSON.parse(text);
    return isShape(value) && isPlain(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
}

function outputOf(value: unknown, { method, input }: LabCall): LabOutput | undefined {
  if (!isShape(value)) return undefined;
  if (method === 'score') {
    const { scores } = value;
    const count = (input as { readonly nodes: readonly object[] }).nodes.length;
    const isFit = Array.isArray(scores) && scores.length === count && scores.every((score) => Number.isInteger(score));
    return isFit ? { scores } : undefined;
  }
  if (method === 'vote') {
    const { grant, because } = isShape(value['vote']) ? value['vote'] : {};
    return typeof grant === 'boolean' && typeof because === 'string' ? { vote: { grant, because } } : undefined;
  }
  if (method === 'choose') {
    const { chosen, againAfterMs } = value;
    const count = (input as { readonly services: readonly object[] }).services.length;
    const isFit = Array.isArray(chosen) && chosen.length === count && chosen.every(isChoice) && isDelay(againAfterMs);
    return isFit ? ({ chosen, againAfterMs } as LabOutput) : undefined;
  }
  const { writes, requeueAfterMs } = value;
  const isFew = Array.isArray(writes) && writes.length <= MAX_WRITES;
  if (!isFew || !writes.every(isWrite) || !isDelay(requeueAfterMs)) return undefined;
  return { writes, requeueAfterMs } as LabOutput;
}

function isDelay(value: unknown): boolean {
  return value === null || (typeof value === 'number' && value >= 0);
}

function isChoice(value: unknown): boolean {
  if (!isShape(value)) return false;
  return [value['cluster'], value['local']].every((list) => textsOf(list, MAX_ADDRESSES, 64) !== undefined);
}

function isWrite(value: unknown): boolean {
  if (!isShape(value)) return false;
  if (value['verb'] === 'create') return isShape(value['object']);
  if (!['kind', 'namespace', 'name'].every((key) => typeof value[key] === 'string')) return false;
  if (value['verb'] === 'delete') return true;
  const isPart = value['subresource'] === '' || value['subresource'] === 'status';
  return value['verb'] === 'patch' && isPart && isShape(value['patch']);
}

function failureOf(value: unknown): LabFailure | undefined {
  if (!isShape(value)) return undefined;
  const { kind, message, line, column, stack } = value;
  if (!KINDS.includes(kind as string) || typeof message !== 'string' || !Array.isArray(stack)) return undefined;
  const frames = stack.filter(isFrame).slice(0, 10);
  const place = isPlace(line) && isPlace(column) ? { line, column } : {};
  return { kind: kind as LabFailure['kind'], message: message.slice(0, 1000), ...place, stack: frames };
}

function isFrame(value: unknown): value is LabFrame {
  return isShape(value) && typeof value['name'] === 'string' && isPlace(value['line']) && isPlace(value['column']);
}

function isPlace(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function textsOf(value: unknown, most: number, length: number): readonly string[] | undefined {
  const isFit = Array.isArray(value) && value.length <= most && value.every((one) => typeof one === 'string');
  return isFit ? value.map((one: string) => one.slice(0, length)) : undefined;
}

function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
