import type { KubeObject } from '../api/meta.ts';
import type { InformerSpec } from '../client/cache.ts';
import { type Answer, type ClientState, type Credential, call } from '../client/calls.ts';
import { type ClientConfig, createClient, hasSynced, receiveClient, startClient } from '../client/client.ts';
import { createRecorder, type EventText, type Recorder, receiveRecorder, recordEvent } from '../client/recorder.ts';
import {
  addKey,
  backOffKey,
  createWorkQueue,
  finishKey,
  forgetKey,
  takeKey,
  type WorkQueue,
} from '../client/workqueue.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { HttpRequest } from '../protocol/http.ts';

/** What a process with one control loop of its own keeps: a client, a queue of keys, and who writes its Events. */
export interface Loop {
  client: ClientState;
  queue: WorkQueue;
  recorder: Recorder;
}

/** A loop that has not started. `source` is the component that its Events name. */
export function createLoop(
  name: string,
  token: Credential,
  informers: readonly InformerSpec[],
  config: ClientConfig,
  source = name,
): Loop {
  const client = createClient(name, token, informers, config);
  return part<Loop>({ client, queue: createWorkQueue(), recorder: createRecorder(source) });
}

/** Begins to list and watch. */
export function startLoop(loop: Loop, io: IO): void {
  startClient(loop.client, io);
}

/** Handles what is the loop's own: keys of changed objects are queued; an answer to one of its requests is given back. */
export function receiveLoop(loop: Loop, message: AnyMessage, io: IO, keysOf: KeysOf): Answer | undefined {
  if (message.kind === 'queue/add') {
    addKey(loop.queue, (message.body as { readonly key: string }).key, message.id);
    return undefined;
  }
  const outcome = receiveClient(loop.client, message, io);
  for (const { informer, object, cause } of outcome?.changes ?? []) {
    for (const key of keysOf(informer, object)) addKey(loop.queue, key, cause);
  }
  const answer = outcome?.answer;
  return answer === undefined || receiveRecorder(loop.recorder, answer) ? undefined : answer;
}

/** The keys that a change of an object concerns. */
export type KeysOf = (informer: string, object: KubeObject) => readonly string[];

/** Hands out the keys that are ready, once everything has been listed. A key is worked on until it is done or failed. */
export function workOn(loop: Loop, begin: (key: string) => void): void {
  if (!hasSynced(loop.client)) return;
  for (let item = takeKey(loop.queue); item !== undefined; item = takeKey(loop.queue)) begin(item.key);
}

/** The work on a key has ended well. */
export function done(loop: Loop, key: string): void {
  forgetKey(loop.queue, key);
  finishKey(loop.queue, key);
}

/** It has not: the key comes back after a while that doubles with each failure. */
export function failed(loop: Loop, key: string, firstMs: Millis, mostMs: Millis, io: IO): void {
  const delay = Math.min(backOffKey(loop.queue, key, firstMs), mostMs);
  finishKey(loop.queue, key);
  io.after(delay, 'queue/add', { key }, { routine: true });
}

/** Sends a request about a key; its answer names the key and what comes next. */
export function ask(loop: Loop, io: IO, request: HttpRequest, then: string, key: string): void {
  call(loop.client, io, request, then, { key });
}

/** Writes an Event. */
export function say(
  loop: Loop,
  io: IO,
  about: KubeObject,
  type: EventText['type'],
  reason: string,
  message: string,
): void {
  recordEvent(loop.recorder, loop.client, io, about, { type, reason, message });
}
