import { describe, expect, it } from 'vitest';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import { API_SERVER, type HttpResponse } from '../protocol/http.ts';
import { call } from './calls.ts';
import { createClient, receiveClient } from './client.ts';

const DONE: HttpResponse = { status: 200, body: {} };
const LATER: HttpResponse = { status: 429, headers: { 'retry-after': '1' }, body: {} };

/** A client whose server answers in this way, one answer after another; what it is told at the end, and what it sent. */
function conversation(answers: readonly HttpResponse[]) {
  const client = createClient('test', undefined);
  const sent: string[] = [];
  const timers: { readonly delay: number; readonly kind: string; readonly body: Value }[] = [];
  const io = {
    self: 'test',
    now: 0,
    send: (_to: string, _kind: string, body: Value) => {
      sent.push((body as { path: string }).path);
      return `test#${sent.length}`;
    },
    after: (delay: number, kind: string, body: Value) => {
      if (kind !== 'client/sweep') timers.push({ delay, kind, body });
      return `test#t${timers.length}`;
    },
  } as unknown as IO;
  const hear = (kind: string, body: Value, replyTo: string) =>
    receiveClient(client, { id: 'x', from: API_SERVER, kind, body, replyTo } as AnyMessage, io)?.answer;
  call(client, io, { method: 'GET', path: '/version' }, 'told', { mark: 7 });
  let told: ReturnType<typeof hear>;
  for (const answer of answers) {
    told = hear('response', answer as unknown as Value, `test#${sent.length}`);
    const timer = told === undefined ? timers.at(-1) : undefined;
    if (timer !== undefined) hear(timer.kind, timer.body, '');
  }
  return { told, sent, waits: timers.map(({ delay }) => delay) };
}

describe('a call that the server puts off', () => {
  it('is sent again when the server said, and its answer is the answer', () => {
    const { told, sent, waits } = conversation([LATER, LATER, DONE]);
    expect(told).toMatchObject({ then: 'told', data: { mark: 7 }, response: DONE });
    expect(sent).toEqual(['/version', '/version', '/version']);
    expect(waits).toEqual([1000, 1000]);
  });

  it('is given up after ten times', () => {
    const { told, sent } = conversation(Array(11).fill(LATER));
    expect(told?.response.status).toBe(429);
    expect(sent).toHaveLength(11);
  });

  it('is not one that is refused for good: an eviction names no time', () => {
    const { told, sent } = conversation([{ status: 429, body: {} }]);
    expect(told?.response.status).toBe(429);
    expect(sent).toHaveLength(1);
  });
});
