import type { IO } from '../kernel/component.ts';
import type { Mark, MessageId } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import { type CriClientProtocol, type CriProtocol, RUNTIMES, runtimeOf } from '../protocol/cri.ts';
import type { Asked, KubeletState } from './state.ts';

/** The answer to a CRI call; `error` when it failed or when nobody answered. */
export interface CriAnswer {
  readonly then: string;
  readonly data: Value;
  readonly body: Value;
  readonly error: string;
}

/** Calls the runtime; the answer comes with the same `then` and `data`. */
export function ask<K extends keyof CriProtocol>(
  state: KubeletState,
  io: IO,
  kind: K,
  body: CriProtocol[K],
  then: string,
  data: Value = null,
  mark: Mark = {},
): MessageId {
  const id = io.send(runtimeOf(state.config.node, state.config.runtime), kind, body, mark);
  state.asked.set(id, { then, data });
  return id;
}

/** The answer that a message carries, if it is one from the runtime. */
export function answerOf(
  state: KubeletState,
  message: { readonly kind: string; readonly replyTo: MessageId; readonly body: Value },
): CriAnswer | undefined {
  const asked = state.asked.get(message.replyTo);
  if (asked === undefined) return undefined;
  state.asked.delete(message.replyTo);
  if (message.kind === 'refused') return failed(asked, noRuntime(state));
  if (message.kind === 'failed') return failed(asked, (message.body as CriClientProtocol['failed']).message);
  return { ...asked, body: message.body, error: '' };
}

/** The runtime's process has ended: every call in flight has failed. */
export function loseRuntime(state: KubeletState): readonly CriAnswer[] {
  const lost = [...state.asked.values()].map((asked) => failed(asked, noRuntime(state)));
  state.asked.clear();
  return lost;
}

function noRuntime({ config }: KubeletState): string {
  const dial = `transport: Error while dialing: dial unix ${RUNTIMES[config.runtime].socket}: connect: connection refused`;
  return `rpc error: code = Unavailable desc = connection error: desc = "${dial}"`;
}

function failed(asked: Asked, error: string): CriAnswer {
  return { ...asked, body: null, error };
}
